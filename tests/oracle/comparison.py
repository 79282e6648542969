"""Where the product and the oracle differ, in words, and how many changes they agreed on."""

import json
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import unified_diff
from hashlib import blake2b

from .adapter import COMPARED, Product
from .cases import Case, History
from .model import OracleResult, simulate
from .values import Doc


@dataclass
class Tally:
    """What has been compared so far: digests of packs with a history, so that none counts twice,
    and the changes by their cause."""

    pairs: set[bytes] = field(default_factory=set)
    causes: Counter[str] = field(default_factory=Counter)

    @property
    def histories(self) -> int:
        return len(self.pairs)

    @property
    def changes(self) -> int:
        return self.causes.total()

    def add(self, other: "Tally") -> None:
        self.pairs |= other.pairs
        self.causes += other.causes


class MismatchError(AssertionError):
    """The product says something else than the oracle of this case."""

    def __init__(self, case: Case, difference: str) -> None:
        super().__init__(difference)
        self.case = case
        self.difference = difference


def compare(packs: list[Doc], histories: list[History], tally: Tally) -> None:
    """Compare each new history of these packs. Raises MismatchError at the first difference; that
    either side crashes is one too."""
    events, until = histories[0]
    try:
        product = Product(packs)
    except Exception:  # noqa: BLE001 - any crash is a finding
        raise MismatchError((packs, events, until), traceback.format_exc()) from None
    for events, until in histories:
        digest = blake2b(repr((packs, events, until)).encode(), digest_size=16).digest()
        if digest in tally.pairs:
            continue
        tally.pairs.add(digest)
        try:
            expected = simulate(packs, events, until)
            difference = differences(expected, product.replay(events, until))
        except Exception:  # noqa: BLE001 - any crash is a finding
            raise MismatchError((packs, events, until), traceback.format_exc()) from None
        if difference:
            raise MismatchError((packs, events, until), difference)
        tally.causes.update(change["cause"] for change in expected.changes)


def differences(expected: OracleResult, found: OracleResult) -> str:
    """Lines of changes and tags that one of them has and the other has not; empty when none."""
    lines = unified_diff(
        list(_lines(expected)), list(_lines(found)), "expected by the oracle", "found", n=1
    )
    return "\n".join(line.rstrip() for line in lines)


def _lines(result: OracleResult) -> Iterator[str]:
    """One for each change, in order and with every field that is compared, and each customer."""
    for change in result.changes:
        yield json.dumps({word: change[word] for word in COMPARED}, ensure_ascii=False)
    for customer_id, tags in sorted(result.tags.items()):
        yield json.dumps({"customer_id": customer_id, "tags": tags}, ensure_ascii=False)
