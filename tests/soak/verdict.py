"""What was committed, held against the oracle of the whole history.

Of customers whose events came in order the changes themselves are compared: those that rules make,
and apart from them those made by hand, for a command may overtake an event. Of all others the tags
at the end are: their rules remember nothing that outlasts the run. Every command has one answer,
every record that nobody can use is a dead letter once, and of every customer the ids are unique,
the sequence has no gap, and the changes fold into the current tags.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
from ruamel.yaml import YAML

from tagger.domain.tags import CurrentTags, TagChange, fold
from tests.oracle.adapter import told, told_tags
from tests.oracle.model import OracleResult, simulate

from .published import Published
from .traffic import BY_HAND

MOST_EXAMPLES = 40
RULE_FIELDS = ("tag", "op", "value", "effective_at", "cause")
HAND_FIELDS = ("tag", "op", "value", "cause")
"""When a command is carried out depends on when it is read."""


class History(msgspec.Struct, frozen=True):
    """What was written, up to `until`: lines of event files and records that nobody can use.
    `in_order` are the customers whose events came so."""

    lines: list[dict[str, Any]]
    broken: list[bytes]
    in_order: Collection[str]
    until: int


class Verdict(msgspec.Struct):
    """How what was published differs from what it should be: numbers of changes, tags, answers and
    letters that are `lost` or `doubled`, and of customers with `gaps` in their sequence, with
    changes out of order (`misplaced`), and with current tags that their changes do not add up to
    (`unfolded`)."""

    lost: int = 0
    doubled: int = 0
    gaps: int = 0
    misplaced: int = 0
    unfolded: int = 0
    unread: int = 0
    examples: list[str] = []

    @property
    def is_right(self) -> bool:
        """Whether nothing differs."""
        return not any(
            (self.lost, self.doubled, self.gaps, self.misplaced, self.unfolded, self.unread)
        )

    def compare(self, what: str, expected: Iterable[object], found: Iterable[object]) -> None:
        """Count what is missing in `found`, and what is there too often."""
        wanted, had = Counter(map(repr, expected)), Counter(map(repr, found))
        missing, extra = wanted - had, had - wanted
        self.lost += missing.total()
        self.doubled += extra.total()
        room = MOST_EXAMPLES - len(self.examples)
        told = [f"- {what} {one}" for one in missing] + [f"+ {what} {one}" for one in extra]
        self.examples += told[: max(room, 0)]


def expected_of(rules: Path, history: History) -> OracleResult:
    """What the oracle says."""
    packs = [YAML(typ="safe").load(path) for path in sorted(rules.glob("*.yaml"))]
    return simulate(packs, history.lines, history.until)


def judge(expected: OracleResult, history: History, published: Published) -> Verdict:
    """Compare."""
    verdict = Verdict(unread=published.unread)
    changes = published.changes
    of_time = [change for change in changes if change.effective_at <= history.until]
    _compare_changes(verdict, expected, _by_customer(of_time), history.in_order)
    _compare_tags(verdict, expected, of_time, history.in_order)
    asked = [line["command_id"] for line in history.lines if line["type"] == "command"]
    verdict.compare("answer", asked, [outcome.command_id for outcome in published.outcomes])
    verdict.compare("dead letter", history.broken, published.letters)
    verdict.compare("id", {change.id for change in changes}, [change.id for change in changes])
    verdict.gaps = sum(
        [change.sequence for change in own] != list(range(1, len(own) + 1))
        for own in _by_customer(changes).values()
    )
    verdict.unfolded = sum(
        customer not in published.current or published.current[customer].tags != tags.tags
        for customer, tags in _folded(changes).items()
    )
    return verdict


def _compare_changes(
    verdict: Verdict,
    expected: OracleResult,
    found: Mapping[str, list[TagChange]],
    customers: Collection[str],
) -> None:
    wanted: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in expected.changes:
        wanted[line["customer_id"]].append(line)
    for customer in sorted(customers):
        lines = [told(change) for change in found.get(customer, [])]
        pairs = zip(_strands(wanted[customer]), _strands(lines), strict=True)
        for should_be, is_so in pairs:
            verdict.compare(customer, should_be, is_so)
            alike = sorted(map(repr, should_be)) == sorted(map(repr, is_so))
            verdict.misplaced += alike and should_be != is_so


def _strands(lines: list[dict[str, Any]]) -> Iterator[list[tuple[Any, ...]]]:
    """The changes that rules make, and those made by hand, in order."""
    for is_by_hand, fields in ((False, RULE_FIELDS), (True, HAND_FIELDS)):
        of_kind = [line for line in lines if (line["tag"] == BY_HAND) is is_by_hand]
        yield [tuple(line[name] for name in fields) for line in of_kind]


def _compare_tags(
    verdict: Verdict, expected: OracleResult, changes: list[TagChange], but: Collection[str]
) -> None:
    folded = _folded(changes)
    for customer in sorted((expected.tags.keys() | folded.keys()) - set(but)):
        held = told_tags(folded[customer]) if customer in folded else {}
        wanted = expected.tags.get(customer, {})
        verdict.compare(f"{customer} at the end", wanted.items(), held.items())


def _by_customer(changes: Iterable[TagChange]) -> dict[str, list[TagChange]]:
    found: defaultdict[str, list[TagChange]] = defaultdict(list)
    for change in changes:
        found[change.customer_id].append(change)
    return found


def _folded(changes: Iterable[TagChange]) -> dict[str, CurrentTags]:
    folded: dict[str, CurrentTags] = {}
    for change in changes:
        folded[change.customer_id] = fold(folded.get(change.customer_id), change)
    return folded
