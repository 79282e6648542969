"""In whatever order records reach a worker, as far as partitions leave it open, rules without
memory end in the same tags: those of a replay in order of time."""

import json
from collections.abc import Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tagger.codecs.decode import RecordDecoder
from tagger.domain.tags import TagValue
from tagger.engine.driver import replay, tags_of
from tagger.engine.profile import UNLIMITED
from tagger.engine.step import Input
from tagger.stream.script import Advance, Deliver, Drain, Produce, Rebalance, Step, Tick, run
from tagger.stream.simulated import SimulatedLog
from tagger.stream.topics import InputKind
from tagger.stream.worker import Worker
from tagger.workflows.pipeline import Pipeline

from .kit import START, TOPIC_OF, TOPICS, compacted, event, parts
from .replaying import CUSTOMERS, EVENT_TOPICS, WITHOUT_MEMORY

WRITTEN_MS = 30_000
GRACE_MS = 2_000
PUBLISHED = frozenset(tag.name for tag in WITHOUT_MEMORY.tags)

_kinds: st.SearchStrategy[InputKind] = st.sampled_from(["profile", "browse", "chat", "purchase"])
_instants = st.one_of(st.integers(WRITTEN_MS - 6_000, WRITTEN_MS), st.integers(0, WRITTEN_MS))
_happened = st.tuples(_kinds, st.sampled_from(CUSTOMERS), _instants, st.sampled_from([100, 2_500]))
_histories = st.lists(_happened, min_size=8, max_size=30)
_deliveries = st.lists(
    st.one_of(
        st.builds(Deliver, st.sampled_from(EVENT_TOPICS), st.just(0), st.integers(1, 5)),
        st.builds(Deliver, st.sampled_from(EVENT_TOPICS), st.just(0), st.integers(1, 5)),
        st.just(Tick()),
        st.builds(Advance, st.integers(1, 80)),
    ),
    max_size=30,
)
_waits = st.integers(0, 5_000)


def written(history: Sequence[tuple[InputKind, str, int, int]]) -> list[Produce]:
    """The records, in the order in which they stand in their partitions."""
    records = []
    for number, (kind, customer, at, amount) in enumerate(history):
        fields = json.loads(event(kind, f"e-{number}", customer, at))
        if kind == "purchase":
            fields |= {"amount_minor": amount, "order_id": f"o-{number}"}
        value = json.dumps(fields).encode()
        records.append(Produce(TOPIC_OF[kind], 0, customer.encode(), value, START + WRITTEN_MS))
    return records


def ends_in(records: Sequence[Step], order: Sequence[Step], wait_ms: int) -> tuple[object, int]:
    """Every customer's tags at the end when records are delivered so, and where the clock stands;
    the same instant for every order."""
    log = SimulatedLog(partitions=1, now=START + WRITTEN_MS)
    went_by = sum(step.by_ms for step in order if isinstance(step, Advance))
    rest = 2_500 + wait_ms - went_by
    script = [
        *records,
        Rebalance({0: "a"}),
        *order,
        Drain(),
        Advance(rest),
        Drain(rounds=9, by_ms=0),
    ]
    run([*script, Rebalance({})], log, lambda port: Worker(port, parts(Pipeline(WITHOUT_MEMORY))))
    tags: dict[str, dict[str, TagValue]] = {
        customer: {name: tag.value for name, tag in sorted(current.tags.items())}
        for customer, current in compacted(log.published).items()
        if current.tags
    }
    return tags, log.now - GRACE_MS


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(history=_histories, orders=st.tuples(_deliveries, _deliveries), wait_ms=_waits)
def test_any_order_of_deliveries_ends_in_the_same_tags(
    history: list[tuple[InputKind, str, int, int]],
    orders: tuple[list[Step], list[Step]],
    wait_ms: int,
) -> None:
    records = written(history)
    first, until = ends_in(records, orders[0], wait_ms)
    assert ends_in(records, orders[1], wait_ms) == (first, until)
    decode = RecordDecoder().decode
    inputs: list[Input] = [decode(TOPICS.inputs()[r.topic], r.value) for r in records]
    found = replay(Pipeline(WITHOUT_MEMORY, UNLIMITED), inputs, until=until)
    assert first == {
        customer: tags
        for customer, profile in found.profiles.items()
        if (tags := tags_of(profile, PUBLISHED))
    }
