"""What was committed, held against the oracle of the whole history."""

from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import msgspec
from ruamel.yaml import YAML

from tagger.codecs.decode_outputs import decode_change, decode_current_tags
from tagger.domain.tags import CurrentTags, TagChange, fold
from tagger.settings import Settings
from tests.integration.reading import everything_in
from tests.oracle.adapter import told
from tests.oracle.model import simulate

FIELDS = ("sequence", "tag", "op", "value", "effective_at", "cause")


class Verdict(msgspec.Struct):
    """How the committed changes differ from what they should be."""

    committed: int
    expected: int
    lost: int
    doubled: int
    gaps: int
    unfolded: int
    examples: list[str]

    @property
    def is_right(self) -> bool:
        """Whether they differ in nothing."""
        return not (self.lost or self.doubled or self.gaps or self.unfolded)


def judge(
    settings: Settings, partitions: int, rules: Path, events: list[dict[str, Any]], until: int
) -> Verdict:
    """Compare the changes up to `until` with the oracle's; events in order of time."""
    packs = [YAML(typ="safe").load(path) for path in sorted(rules.glob("*.yaml"))]
    expected = defaultdict(list)
    for line in simulate(packs, events, until).changes:
        expected[line["customer_id"]].append(tuple(line[name] for name in FIELDS))
    read = everything_in(settings.brokers, settings.topics.tag_change, partitions)
    changes = [decode_change(message.value()) for message in read]
    found = defaultdict(list)
    for change in changes:
        if change.effective_at <= until:
            line = told(change)
            found[change.customer_id].append(tuple(line[name] for name in FIELDS))
    lost = doubled = 0
    examples: list[str] = []
    for customer in sorted(expected.keys() | found.keys()):
        missing = Counter(map(repr, expected[customer])) - Counter(map(repr, found[customer]))
        extra = Counter(map(repr, found[customer])) - Counter(map(repr, expected[customer]))
        lost, doubled = lost + missing.total(), doubled + extra.total()
        examples += [f"- {customer} {line}" for line in missing]
        examples += [f"+ {customer} {line}" for line in extra]
    return Verdict(
        committed=len(changes),
        expected=sum(map(len, expected.values())),
        lost=lost,
        doubled=doubled,
        gaps=_gaps(changes),
        unfolded=_unfolded(settings, partitions, changes),
        examples=examples[:40],
    )


def _gaps(changes: list[TagChange]) -> int:
    """Customers whose sequence numbers are not 1, 2, 3, ... in the order of the topic."""
    by_customer: defaultdict[str, list[int]] = defaultdict(list)
    for change in changes:
        by_customer[change.customer_id].append(change.sequence)
    return sum(found != list(range(1, len(found) + 1)) for found in by_customer.values())


def _unfolded(settings: Settings, partitions: int, changes: list[TagChange]) -> int:
    """Customers whose current tags are not what their changes add up to."""
    folded: dict[str, CurrentTags] = {}
    for change in changes:
        folded[change.customer_id] = fold(folded.get(change.customer_id), change)
    latest = {}
    for message in everything_in(settings.brokers, settings.topics.current_tags, partitions):
        current = decode_current_tags(message.value())
        latest[current.customer_id] = current
    return sum(
        customer not in latest or latest[customer].tags != tags.tags
        for customer, tags in folded.items()
    )
