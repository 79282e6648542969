"""Random runs that are recorded, ways to play a recording, and what has to come out the same."""

import json
from collections.abc import Callable, Iterable
from itertools import chain
from textwrap import indent
from typing import NamedTuple

import msgspec
from hypothesis import strategies as st

from tagger.codecs.json_lines import change_line
from tagger.domain.tags import CurrentTags
from tagger.engine.profile_codec import decode_profile, encode_profile
from tagger.rules.compiling.compile import compile_packs
from tagger.rules.loader import load_texts
from tagger.rules.plan import Plan
from tagger.stream.log import Headers, Host, Log, Output
from tagger.stream.parts import Parts
from tagger.stream.player import Played, Stop, Variation
from tagger.stream.recorder import Recorder
from tagger.stream.recording import Recording
from tagger.stream.script import (
    Advance,
    Deliver,
    Drain,
    Duplicate,
    Outage,
    Produce,
    Rebalance,
    SkipOffsets,
    Step,
    Tick,
    Withhold,
    run,
)
from tagger.stream.simulated import SimulatedLog
from tagger.stream.simulation import Simulation
from tagger.stream.topics import InputKind
from tagger.stream.worker import Worker

from .kit import START, TOPIC_OF, TOPICS, changes, compacted, event

EVENT_TOPICS = TOPICS.events()
CUSTOMERS = ("c-1", "c-2")

_PACK = """\
pack: replays
category: test/replays
currency: EUR
defaults: {owner: us, layer: core}
events:
  left_alone: {first: {event: browse}, unless: {event: [chat, purchase]}, within: 3s}
  asked_and_bought: {steps: [{event: chat}, {event: browse}, {event: purchase}], within: 9s}
tags:
"""
_WORKFLOWS = """\
workflows:
  remind: {version: 1, upon: {added: alone}, steps: [{task: {template: call}}]}
"""


def _plan_of(tags: str, more: str = "") -> Plan:
    loaded = load_texts({"test.yaml": _PACK + indent(tags, "  ") + more})
    errors = [str(fault) for fault in loaded.faults if fault.is_error]
    assert not errors, errors
    return compile_packs(loaded.packs)


WITHOUT_MEMORY = _plan_of(
    """\
busy: {assign: {when: {count: {event: browse, within: 10s}, gte: 2}}}
calm: {assign: {when: {count: {event: browse, within: 4s}, lt: 1}}}
quiet: {assign: {when: {absent: {event: [chat, purchase], within: 5s}}}}
spend: {form: number, value: {sum: {event: purchase, of: amount, within: 8s}}}
band:
  form: text
  values:
    high: {when: {count: {event: purchase, within: 8s}, gte: 3}}
    low: {when: {since: {event: purchase}, lt: 20s}}
both: {assign: {when: {all: [{tag: busy}, {not: {tag: quiet}}]}}}
"""
)
WITH_MEMORY = _plan_of(
    """\
busy: {assign: {when: {count: {event: browse, within: 10s}, gte: 2}}}
kept:
  assign: {when: {count: {event: browse, within: 6s}, gte: 1}}
  hold_for: 1s
  keep_at_least: 2s
  cool_down: 3s
alone: {assign: {upon: left_alone}, remove: {upon: purchase}, expires_after: 5s, renew: true}
won: {assign: {upon: asked_and_bought}, expires_after: 7s}
latched:
  assign: {when: {count: {event: purchase, within: 9s}, gte: 2}}
  remove: {when: {since: {event: purchase}, gt: 6s}}
marked: {manual: only}
""",
    _WORKFLOWS,
)


class Write(Step, frozen=True):
    """Write a record of one customer now, of something that happened `lag_ms` ago."""

    kind: InputKind
    customer: str
    lag_ms: int
    number: int = 0

    async def happen(self, simulation: Simulation) -> None:
        log, name = simulation.log, f"r{self.number:04}"
        at = log.now - START - self.lag_ms
        if self.kind == "command":
            value = self._command(name, START + at)
        else:
            value = event(self.kind, name, self.customer, at)
        log.produce(TOPIC_OF[self.kind], 0, self.customer.encode(), value)

    def _command(self, name: str, at: int) -> bytes:
        op, tag = ("assign", "remove", "release")[self.number % 3], ("marked", "busy")
        fields = {"command_id": name, "customer_id": self.customer, "issued_at": at, "op": op}
        fields |= {"actor": "ann", "role": "agent", "tag": tag[self.number % 2], "value": True}
        return json.dumps(fields).encode()


_kinds: st.SearchStrategy[InputKind] = st.sampled_from(
    ["browse", "purchase", "chat", "browse", "purchase", "profile", "command"]
)
_customers = st.sampled_from(CUSTOMERS)
_lags = st.one_of(st.integers(0, 1_500), st.integers(0, 6_000), st.integers(-2_000, 20_000))
_writes = st.builds(Write, _kinds, _customers, _lags)
_counts = st.integers(1, 6)
_happened = st.lists(st.tuples(_customers, _lags), min_size=3, max_size=8)
_passing = st.builds(Advance, st.one_of(st.integers(1, 300), st.integers(300, 4_000)))
_TICKS: list[Step] = [Tick(), Tick()]


def _burst(kind: InputKind, happened: list[tuple[str, int]], read: int, wait: Step) -> list[Step]:
    """Several records of one topic, of which some are read at once."""
    writes: list[Step] = [Write(kind, customer, lag_ms) for customer, lag_ms in happened]
    return [*writes, wait, *_TICKS, Deliver(TOPIC_OF[kind], 0, read), *_TICKS]


_alone: list[st.SearchStrategy[Step]] = [
    *[_writes] * 5,
    *[st.builds(Deliver, st.sampled_from(list(TOPICS.inputs())), st.just(0), _counts)] * 4,
    _passing,
    st.builds(Withhold, st.sampled_from(EVENT_TOPICS), st.booleans()),
    st.builds(Duplicate, st.sampled_from(EVENT_TOPICS), st.just(0), _counts),
    st.builds(SkipOffsets, st.sampled_from(EVENT_TOPICS), st.just(0), _counts),
    st.builds(Outage, st.booleans()),
    st.just(Produce(TOPICS.browse, 0, b"c-1", b"{broken")),
]
_bursts = st.builds(_burst, _kinds, _happened, _counts, _passing)
_single = st.one_of(_alone).map(lambda step: [step])
_blocks: st.SearchStrategy[list[Step]] = st.one_of(
    *[_bursts, _single] * 2, st.just(_TICKS), st.just([Drain(batch=4, rounds=1, by_ms=30)])
)
_backlogs: st.SearchStrategy[list[Step]] = st.lists(
    st.one_of(_writes, _writes, _writes, _passing), max_size=40
)


def _numbered(steps: Iterable[Step]) -> list[Step]:
    """The steps; records all have names of their own."""
    return [
        msgspec.structs.replace(step, number=number) if isinstance(step, Write) else step
        for number, step in enumerate(steps)
    ]


_QUIET: list[Step] = [
    Outage(over=True),
    *(Withhold(topic, released=True) for topic in EVENT_TOPICS),
    Drain(rounds=3, by_ms=100),
    Rebalance({}),
]
scripts: st.SearchStrategy[list[Step]] = st.builds(
    lambda backlog, blocks: [
        *_numbered([*backlog, Rebalance({0: "a"}), *chain.from_iterable(blocks)]),
        *_QUIET,
    ],
    st.one_of(st.just([]), _backlogs),
    st.lists(_blocks, min_size=8, max_size=30),
)
"""Runs of one worker with a backlog or without, in which records come late and out of order, and
topics, answers and batches are missing or come again."""


class Recorded(NamedTuple):
    """What the worker of a run was given, and what it published."""

    recording: Recording
    published: list[Output]


def recorded(script: Iterable[Step], given: Parts) -> Recorded:
    """Carry a run of one worker out."""
    log = SimulatedLog(partitions=1, now=START)
    made: list[Recorder] = []

    def host_for(port: Log) -> Host:
        worker: Callable[[Log], Host] = lambda own: Worker(own, given)  # noqa: E731
        made.append(Recorder(port, worker, given.settings))
        return made[-1]

    run(script, log, host_for)
    return Recorded(made[0].recording(), log.published)


@st.composite
def variations(draw: st.DrawFn, recording: Recording) -> Variation:
    """Any way to play it: every record a batch of its own or as many as there are together, with
    checkpoints and crashes anywhere."""
    count = len(recording.happenings)
    stops: dict[int, Stop] = {}
    if draw(st.booleans()):
        stops = dict.fromkeys(range(count + 1), "batch")
    kinds: st.SearchStrategy[Stop] = st.sampled_from(
        ["batch", "checkpoint", "checkpoint", "crash", "crash in commit"]
    )
    stops |= draw(st.dictionaries(st.integers(1, max(1, count)), kinds, max_size=12))
    return Variation(stops, draw(st.sampled_from([0, 1, 2, 500])), draw(st.integers(0, 900_000)))


class Told(NamedTuple):
    """What a run told the world, but for when it was processed: changes as lines, by customer and
    in order of `sequence`; current tags; all else that was published, each once."""

    changes: list[str]
    current: dict[str, CurrentTags]
    others: set[tuple[str, bytes | None, bytes | None, Headers]]


def told(published: Iterable[Output]) -> Told:
    """What was published, without what a crash let be published again. Raises AssertionError for
    a change that came again as another one."""
    published = list(published)
    found = sorted(changes(published), key=lambda each: (each.customer_id, each.sequence))
    lines = [change_line(msgspec.structs.replace(each, processed_at=0)).decode() for each in found]
    again = [output for output in published if output.topic == TOPICS.tag_change]
    for output in again:
        (change,) = changes([output])
        assert change_line(msgspec.structs.replace(change, processed_at=0)).decode() in lines
    own = (TOPICS.tag_change, TOPICS.current_tags)
    others = {(o.topic, o.key, o.value, o.headers) for o in published if o.topic not in own}
    return Told(lines, compacted(published), others)


def profiles(played: Played) -> dict[str, bytes]:
    """The profiles at the end, without what the keeper of deadlines notes in them."""
    return {
        customer: encode_profile(msgspec.structs.replace(decode_profile(data), alarms=()))
        for customer, data in played.profiles.items()
    }
