"""Whether what was published under whole packs is right.

The brute force knows one rule only. For packs, the changes of `SAMPLED` customers are compared with
all that the tests' oracle says of them, and of every customer it is seen that the numbers of the
changes have no gap, that their instants never go back, and that each change starts from the value
that the one before it left.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from bench.compare.outputs import Output
from bench.job.purchases import History
from tagger.codecs.decode_outputs import decode_change
from tagger.domain.tags import TagChange
from tests.oracle.adapter import told
from tests.oracle.comparison import differences
from tests.oracle.model import OracleResult, simulate
from tests.oracle.packs import load

SAMPLED = 25


def complaints(
    rules: Sequence[Path], history: History, partitions: Sequence[Sequence[Output]]
) -> Iterator[str]:
    """What is wrong, in a sentence for each customer."""
    numbers = range(0, history.job.customers, max(1, history.job.customers // SAMPLED))
    chosen = {history.names[number] for number in numbers}
    sampled: dict[str, list[TagChange]] = {customer: [] for customer in chosen}
    last: dict[str, _Held] = {}
    for output in (each for partition in partitions for each in partition):
        change = decode_change(output.value)
        customer = change.customer_id
        if why := last.setdefault(customer, _Held()).take(change):
            yield f"{customer}: change {change.sequence} {why}"
        if customer in sampled and change.effective_at <= history.job.end_ms:
            sampled[customer].append(change)
    yield from _against_the_oracle(rules, history, sampled)


class _Held:
    """What a customer's changes have come to."""

    def __init__(self) -> None:
        self._sequence = 0
        self._at = 0
        self._values: dict[str, object] = {}

    def take(self, change: TagChange) -> str:
        """What does not fit to the changes before; empty when all does."""
        expected, before = self._sequence + 1, self._values.get(change.tag)
        later = change.effective_at >= self._at
        self._sequence, self._at = change.sequence, change.effective_at
        self._values[change.tag] = change.value
        if change.sequence != expected:
            return f"follows upon change {expected - 1}"
        if not later:
            return "goes back in time"
        if change.previous_value != before:
            return f"starts from {change.previous_value}, not from {before}"
        return ""


def _against_the_oracle(
    rules: Sequence[Path], history: History, sampled: dict[str, list[TagChange]]
) -> Iterable[str]:
    packs = [load(path) for path in _files(rules)]
    events: dict[str, list[dict[str, object]]] = {customer: [] for customer in sampled}
    for purchase in history.purchases():
        if purchase.customer_id in events:
            events[purchase.customer_id].append(json.loads(msgspec.json.encode(purchase)))
    for customer, changes in sampled.items():
        expected = simulate(packs, events[customer], history.job.end_ms)
        found = OracleResult([told(change) for change in changes], {})
        if difference := differences(OracleResult(expected.changes, {}), found):
            yield f"{customer}: not what the oracle says:\n{difference}"


def _files(rules: Sequence[Path]) -> Iterator[Path]:
    for path in rules:
        found = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
        yield from (each for each in found if ".test." not in each.name)
