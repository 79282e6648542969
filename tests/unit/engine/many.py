"""Histories of more events than are kept one by one, and profiles that have taken them."""

from collections.abc import Sequence
from random import Random

from hypothesis import strategies as st

from tagger.domain.events import Event, Line, Purchase
from tagger.engine.intake import take_event
from tagger.engine.profile import Limits, Profile
from tagger.engine.profile_codec import decode_profile, encode_profile
from tagger.engine.program import Program
from tagger.rules.plan import Frame, Plan

from .packs import DAY, HOUR, T0
from .specs import CUSTOMER, PROFIT, Spec

SPAN = 30 * DAY
FEW = Limits(exact_events=16, exact_times=16)

WITHIN = st.builds(
    Frame, st.integers(DAY, 20 * DAY), st.sampled_from([0, 0, HOUR, 3 * DAY, 9 * DAY])
)
CALENDAR = st.builds(
    lambda period, ago: Frame(period=period, periods_ago=ago, zone="Europe/Berlin"),
    st.sampled_from(["day", "week", "month"]),
    st.sampled_from([0, 1]),
)


def history(seed: int, events: int, late: int, texts: int = 3) -> list[Event]:
    """Purchases over 30 days in bursts, `late` of them read long after they happened."""
    random = Random(seed)
    found: list[Event] = []
    at = 0
    mean_ms = SPAN // events
    for number in range(events):
        at += random.choice([0, 1, random.randrange(mean_ms), random.randrange(3 * mean_ms)])
        found.append(
            Purchase(
                f"p-{number}",
                CUSTOMER,
                T0 + min(at, SPAN),
                "",
                random.choice(["sale", "sale", "rental", "refund"]),
                random.randrange(1_000),
                random.choice(["EUR", "EUR", "EUR", "USD"]),
                cost_minor=random.choice([None, 0, 300]),
                channel=random.choice(["", *map(str, range(texts))]),
                lines=tuple(
                    Line("x", str(random.randrange(texts))) for _ in range(random.randrange(3))
                ),
            )
        )
    for _ in range(late):
        found.append(found.pop(random.randrange(len(found))))
    return found


def taken(plan: Plan, events: Sequence[Event], limits: Limits) -> Profile:
    """A profile that has taken the events as they were read."""
    clock_at = events[0].occurred_at
    profile = Profile(CUSTOMER, known_since=clock_at, clock_at=clock_at)
    program = Program(plan)
    for event in events:
        clock_at = max(clock_at, event.occurred_at)
        take_event(program, profile, event, clock_at, limits)
        profile.clock_at = clock_at
    return decode_profile(encode_profile(profile))


def is_taken(event: Event, spec: Spec) -> bool:
    """Whether the series of the measure has anything to remember of the event."""
    assert isinstance(event, Purchase)
    if event.kind == "refund" and spec.refunds != "by_date":
        return False
    if spec.field == PROFIT and event.kind != "refund" and event.cost_minor is None:
        return False
    return spec.field is None or event.currency == "EUR"
