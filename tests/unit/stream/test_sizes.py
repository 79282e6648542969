"""Records and profiles that are too large harm nobody else."""

import json
import logging
from pathlib import Path

import pytest

from tagger.codecs.dead_letters import letter_of
from tagger.codecs.decode_outputs import decode_current_tags
from tagger.domain.dead_letters import DeadLetterCode
from tagger.engine.profile import (
    Attribute,
    Limits,
    PatternState,
    Profile,
    SeriesState,
    TagState,
    quarantine,
)
from tagger.engine.profile_codec import decode_profile, encode_profile
from tagger.engine.step import Clock, Input, Step
from tagger.rules.build import build_plan
from tagger.rules.compiling.compile import compile_packs
from tagger.rules.loader import load_texts
from tagger.stream.changelog_record import decode
from tagger.stream.log import Batch, Checkpoint, Committed, EndOffsets, Headers, LogRecord
from tagger.stream.parts import Parts
from tagger.stream.shard import Shard
from tagger.workflows.pipeline import Pipeline

from .deciding import TwoWithinTenSeconds
from .kit import START, TOPICS, batch, changes, command, event, parts

PACKS = Path(__file__).parents[3] / "rules"
LIMIT = 262_144


def opened(given: Parts) -> Shard:
    shard = Shard(0, given, {})
    nothing = dict.fromkeys(((topic, 0) for topic in TOPICS.inputs()), 0)
    shard.answered(EndOffsets(START, nothing), START, START)
    return shard


def taken(shard: Shard) -> Checkpoint:
    checkpoint = shard.take_checkpoint()
    assert checkpoint is not None
    return checkpoint


def stored(checkpoint: Checkpoint) -> dict[str, Profile]:
    return {
        key.decode(): decode_profile(decode(value)[0])
        for key, value in checkpoint.changelog
        if value is not None
    }


class Remembering(TwoWithinTenSeconds):
    """Keeps what is typed in chats as an attribute, and decides nothing in quarantine."""

    def step(self, profile: Profile | None, record: Input, clock: Clock) -> Step:
        if profile is not None and profile.quarantined:
            return Step(profile, [], None, "quarantined")
        step = super().step(profile, record, clock)
        text = getattr(record, "text", "")
        if step.profile is not None and text:
            step.profile.attributes["said"] = Attribute(text, 0)
        return step


def said(event_id: str, customer: str, at: int, text: str) -> bytes:
    read = json.loads(event("chat", event_id, customer, at)) | {"text": text}
    return json.dumps(read).encode()


def test_a_profile_that_grew_too_large_is_quarantined_and_others_go_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    given = parts(Remembering())
    shard = opened(given)
    for n in (0, 1):
        shard.receive(batch("chat", (n, 0, said(f"h{n}", "c", n, "hi"))), START + 1)
    assert not stored(taken(shard))["c"].quarantined
    assert len(shard.deadlines)

    large = said("h2", "c", 2, "x" * 600_000)
    with caplog.at_level(logging.WARNING):
        shard.receive(batch("chat", (2, 2, large)), START + 2)
        shard.receive(batch("chat", (3, 2, said("h3", "d", 2, "hi")), key="d"), START + 2)
        checkpoint = taken(shard)
    assert all(len(value) <= LIMIT for _, value in checkpoint.changelog if value is not None)
    profiles = stored(checkpoint)
    assert profiles["c"].quarantined
    assert profiles["c"].deadline is None
    assert profiles["c"].tags["busy"].shown is True
    assert not profiles["d"].quarantined
    assert ["customer c " in record.message for record in caplog.records] == [True]
    sample = given.telemetry.registry.get_sample_value
    assert sample("tagger_customers_quarantined_total") == 1

    shard.receive(batch("chat", (4, 3, said("h4", "c", 3, "hi"))), START + 3)
    assert stored(taken(shard))["c"].quarantined
    assert sample("tagger_customers_quarantined_total") == 1
    verdict = {"type": "chat", "verdict": "quarantined"}
    assert sample("tagger_events_total", verdict) == 1


def test_a_quarantined_customer_is_still_one_after_a_restart_and_has_no_deadline() -> None:
    first = opened(parts(Remembering(), max_profile_bytes=60))
    first.receive(batch("chat", (0, 0, said("h0", "c", 0, "x" * 100))), START)
    checkpoint = taken(first)
    committed = {t: Committed(o, checkpoint.metadata) for t, o in checkpoint.offsets.items()}
    second = Shard(0, parts(Remembering()), committed)
    second.restore([(key, value) for key, value in checkpoint.changelog if value is not None])
    profile = second.store.get("c")
    assert profile is not None
    assert profile.quarantined
    assert len(second.deadlines) == len(first.deadlines) == 0


BUSY = """\
pack: busy
defaults: {owner: us}
events:
  left: {first: {event: cart_add}, unless: {event: purchase}, by: cart_id, within: 30m}
tags:
  looks: {form: number, value: {count: {event: page_view, within: 30d}}}
  keen: {assign: {when: {count: {event: page_view, within: 30d}, gte: 9}}}
  leaves: {assign: {upon: left}, expires_after: 1d}
"""


def busy_pipeline(limits: Limits) -> Pipeline:
    loaded = load_texts({"busy.yaml": BUSY})
    assert not any(fault.is_error for fault in loaded.faults)
    return Pipeline(compile_packs(loaded.packs), limits)


def test_a_profile_of_many_events_is_shortened_and_goes_on() -> None:
    most = 8_000
    limits = Limits(seen_events=16)
    given = parts(busy_pipeline(limits), max_profile_bytes=most)
    shard = opened(given)
    looks = [(n, n, event("browse", f"b{n}", "c", n)) for n in range(1_900)]
    for low in range(0, 1_900, 100):
        shard.receive(batch("browse", *looks[low : low + 100]), START + low)
        checkpoint = taken(shard)
        assert all(len(value) <= most + 200 for _, value in checkpoint.changelog if value)
    profile = stored(checkpoint)["c"]
    assert not profile.quarantined
    last = [each for each in changes(checkpoint.outputs) if each.tag == "looks"][-1]
    assert (last.value, last.evidence[0].approximate) == (1_900, True)
    assert profile.tags["keen"].shown is True
    sample = given.telemetry.registry.get_sample_value
    assert sample("tagger_series_shortened_total")
    assert not sample("tagger_customers_quarantined_total")


def test_waits_that_are_too_many_are_counted_when_they_are_dropped() -> None:
    given = parts(busy_pipeline(Limits(waits=5)))
    shard = opened(given)
    for n in range(8):
        read = json.loads(event("browse", f"b{n}", "c", n))
        read |= {"action": "cart_add", "cart_id": f"k{n}"}
        shard.receive(batch("browse", (n, n, json.dumps(read).encode())), START + n)
    taken(shard)
    sample = given.telemetry.registry.get_sample_value
    assert sample("tagger_pattern_waits_dropped_total") == 3


def test_a_huge_cart_id_in_a_wait_stops_no_one() -> None:
    plan, _ = build_plan(PACKS)
    given = parts(Pipeline(plan))
    shard = opened(given)
    read = json.loads(event("browse", "b1", "c", 0))
    read |= {"action": "cart_add", "cart_id": "k" * 600_000, "product_id": "p"}
    shard.receive(batch("browse", (0, 0, json.dumps(read).encode())), START)
    checkpoint = taken(shard)
    shown = [o for o in checkpoint.outputs if o.topic == TOPICS.current_tags]
    assert stored(checkpoint)["c"].quarantined
    shard.receive(batch("browse", (1, 1, event("browse", "b2", "c", 1))), START + 1)
    assert stored(taken(shard))["c"].quarantined
    profile = shard.store.get("c")
    assert profile is not None
    kept = given.decider.current_tags(profile).tags
    assert kept == (decode_current_tags(shown[-1].value).tags if shown else {})


def test_quarantine_keeps_what_is_shown_and_forgets_the_rest() -> None:
    tag = TagState(value="gold", shown="gold", shown_since=3, due_at=9)
    profile = Profile(
        "c",
        known_since=1,
        clock_at=5,
        sequence=7,
        updated_at=4,
        deadline=9,
        series={"s": SeriesState([1])},
        patterns={"p": PatternState(ended_at={"k": 1})},
        attributes={"a": Attribute("x", 1)},
        refunds={"EUR/o": 1},
        seen={1: 1},
        tags={"tier": tag},
        commanded_at={"tier": 3},
    )
    before = encode_profile(profile)
    kept = TagState(value="gold", shown="gold", shown_since=3)
    expected = Profile("c", 1, 5, 7, 4, tags={"tier": kept}, quarantined=True)
    assert quarantine(profile) == expected
    assert encode_profile(profile) == before


@pytest.mark.parametrize("topic", [TOPICS.browse, TOPICS.command])
@pytest.mark.parametrize(
    ("key", "headers", "letter_key"),
    [
        (b"k" * 500_000, (), b"k" * 1_024),
        (b"c", (("h", b"x" * 500_000),), b"c"),
        (b"c", (("h" * 500_000, None),), b"c"),
        (None, (("h", b"x" * 500_000),), None),
    ],
)
def test_a_large_key_or_large_headers_make_a_small_dead_letter(
    topic: str, key: bytes | None, headers: Headers, letter_key: bytes | None
) -> None:
    decider = TwoWithinTenSeconds()
    shard = opened(parts(decider, max_record_bytes=500_000))
    is_command = topic == TOPICS.command
    value = command("k", "c", 0) if is_command else event("browse", "b", "c", 0)
    large = LogRecord(0, START, key, value, headers)
    shard.receive(Batch(topic, 0, (large, LogRecord(1, START, b"c", value))), START)
    letters = [o for o in taken(shard).outputs if o.topic == TOPICS.dead_letter]
    assert len(letters) == 1
    letter = letter_of(letters[0].key, letters[0].value, letters[0].headers)
    assert (letter.code, letter.offset) == (DeadLetterCode.TOO_LARGE, 0)
    assert (letter.key, letter.value, letter.headers) == (letter_key, None, ())
    assert "left at the origin" in letter.detail
    assert decider.seen == ["k" if is_command else "b"]


def test_a_record_as_large_as_the_limit_is_read() -> None:
    decider = TwoWithinTenSeconds()
    value = event("browse", "b", "c", 0)
    shard = opened(parts(decider, max_record_bytes=len(value) + len(b"c") + len("traceid")))
    record = LogRecord(0, START, b"c", value, (("trace", b"id"),))
    shard.receive(Batch(TOPICS.browse, 0, (record,)), START)
    assert decider.seen == ["b"]
