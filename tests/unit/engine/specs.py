"""Measures as a test asks for them, as the tables of a plan; and profiles to measure."""

from collections.abc import Sequence
from dataclasses import dataclass

from tagger.domain.events import Event
from tagger.engine.intake import take_event
from tagger.engine.profile import UNLIMITED, Limits, Profile, TagState
from tagger.engine.program import Program
from tagger.rules.compiling.series import grains_of, past_ms_of, reach_ms
from tagger.rules.plan import (
    NONE,
    Field,
    FieldKind,
    Frame,
    Match,
    Measure,
    MeasureKind,
    Node,
    Plan,
    Series,
    Tag,
)
from tagger.rules.syntax import Form, Refunds

CUSTOMER = "c-1"
EVER = Frame()
AMOUNT = Field(FieldKind.MONEY, "amount_minor", "EUR")
PROFIT = Field(FieldKind.PROFIT, "amount_minor", "EUR")
CHANNEL = Field(FieldKind.PLAIN, "channel")
CATEGORIES = Field(FieldKind.LINES, "category")
MESSAGES = Field(FieldKind.MESSAGE, "conversation_id")


@dataclass(frozen=True)
class Spec:
    """A measure; of a ratio `of` and `to` say what is over what."""

    kind: MeasureKind
    frame: Frame = EVER
    field: Field | None = None
    refunds: Refunds = "ignore"
    customer_answers: bool = False
    of: "Spec | None" = None
    to: "Spec | None" = None


class Tables:
    """A plan under construction."""

    def __init__(self) -> None:
        self.measures: list[Measure] = []
        self.series: list[Series] = []

    def add(self, spec: Spec) -> int:
        """The index of the measure that `spec` describes."""
        of = NONE if spec.of is None else self.add(spec.of)
        to = NONE if spec.to is None else self.add(spec.to)
        series = NONE
        if spec.kind not in (MeasureKind.RATIO, MeasureKind.TAG_AGE, MeasureKind.AGE):
            series = len(self.series)
            self.series.append(self._series(spec, str(series)))
        self.measures.append(
            Measure(
                spec.kind,
                spec.kind.name.lower(),
                series,
                spec.frame,
                name="held" if spec.kind is MeasureKind.TAG_AGE else "age",
                tag=0,
                of=of,
                to=to,
                customer_answers=spec.customer_answers,
            )
        )
        return len(self.measures) - 1

    def _series(self, spec: Spec, fingerprint: str) -> Series:
        frame, source = spec.frame, 0
        if spec.kind is MeasureKind.RESPONSE_TIME:
            source = 1
        elif spec.refunds == "by_date":
            source = 2
        ends = (MeasureKind.EARLIEST, MeasureKind.LATEST)
        return Series(
            fingerprint,
            source,
            spec.field,
            spec.refunds,
            reach_ms(frame),
            0,
            (),
            keeps_unset=spec.kind in ends,
            asks_for_more=True,
            grains=grains_of([frame]),
            past_ms=past_ms_of([frame]),
        )

    def plan(self, nodes: Sequence[Node] = ()) -> Plan:
        """The plan, with one tag `held` that no rule sets."""
        sources = 3
        return Plan(
            version="",
            matches={
                "purchase": (Match(0, ()), Match(2, ())),
                "refund": (Match(2, ()),),
                "chat": (Match(1, ()),),
            },
            series=tuple(self.series),
            patterns=(),
            measures=tuple(self.measures),
            nodes=tuple(nodes),
            tags=(_tag("held", "flag"),),
            workflows=(),
            series_of=tuple(
                tuple(i for i, each in enumerate(self.series) if each.source == source)
                for source in range(sources)
            ),
            steps_of=((),) * sources,
            unlesses_of=((),) * sources,
            upon_of=((),) * sources,
            source_names=("purchase", "chat", "money"),
            tags_of_attribute={},
            attributes={"birth_date": "text", "age": "number"},
            tags_of_age=(),
            tag_index={"held": 0},
            nets_refunds=True,
        )


def _tag(name: str, form: Form) -> Tag:
    return Tag(name, name, "", form, 0, published=True, manual="allowed", manual_roles=())


def profile_of(
    plan: Plan,
    events: Sequence[Event],
    now: int,
    held_since: int | None = None,
    limits: Limits = UNLIMITED,
) -> Profile:
    """A profile that has taken the events, in the order given, with its clock at `now`."""
    profile = Profile(CUSTOMER, known_since=0, clock_at=now)
    program = Program(plan)
    for event in events:
        take_event(program, profile, event, now, limits)
    if held_since is not None:
        profile.tags["held"] = TagState(shown=True, shown_since=held_since)
    return profile
