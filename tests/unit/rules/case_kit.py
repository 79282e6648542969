"""A pack with a tag of each form, its cases, and an engine that says what it is told to."""

from collections.abc import Sequence

from tagger.domain.tags import Cause, Op, TagChange, TagValue, Trigger
from tagger.domain.times import UNIT_MS, parse_instant
from tagger.rules.cases.case import Case, CaseFile, Record
from tagger.rules.cases.reading import read_case_files
from tagger.rules.cases.running import Played
from tagger.rules.faults import Fault
from tagger.rules.loader import load_texts

PACK = """\
pack: p
currency: EUR
tags:
  t: {manual: only}
  u: {manual: only}
  band: {form: text, values: {high: {when: {tag: t}}, low: {otherwise: true}}}
  spend: {form: number, value: {sum: {event: purchase, of: amount, within: 90d}}}
"""
START = parse_instant("2026-01-05T09:00:00Z")
HEAD = "pack: p\nstarts_at: 2026-01-05T09:00:00Z\ncases:\n"
DAY_MS = UNIT_MS["d"]


def read(text: str) -> tuple[tuple[CaseFile, ...], tuple[Fault, ...]]:
    """A case file of the pack."""
    return read_case_files({"p.test.yaml": text}, load_texts({"p.yaml": PACK}).packs)


def case_of(body: str) -> Case:
    """One case that has no faults."""
    files, faults = read(f"{HEAD}  - {body}\n")
    assert [str(fault) for fault in faults] == []
    return files[0].cases[0]


def change(
    offset_ms: int, tag: str, op: Op, cause: Cause = "event", value: TagValue = True
) -> TagChange:
    """A change so long after the start."""
    at = START + offset_ms
    return TagChange(
        id="i",
        customer_id="c-1",
        sequence=1,
        tag=tag,
        op=op,
        value=None if op == "removed" else value,
        previous_value=None,
        effective_at=at,
        processed_at=at,
        cause=cause,
        trigger=Trigger("event", "e", at),
        actor=None,
        reason=None,
        rule=tag,
        rule_version="1",
        source="rule",
        priority=0,
        evidence=(),
        expires_at=None,
    )


class Scripted:
    """An engine that answers what it was told to, and remembers what it was asked."""

    def __init__(self, changes: list[TagChange], held: dict[str, TagValue]) -> None:
        self.changes, self.held = changes, held
        self.asked: list[tuple[str, int, int]] = []

    def __call__(self, customer_id: str, records: Sequence[Record], until_ms: int) -> Played:
        self.asked.append((customer_id, len(records), until_ms - START))
        return Played(self.changes, self.held, lambda tag: (f"so it is with {tag}",))
