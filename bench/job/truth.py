"""Every change that the rule of the job makes, found by counting anew at every instant that could
matter. Shares nothing with any of the programs that are compared.

A purchase at e counts at t when t - within < e <= t. At an instant at which a purchase stops
counting and another one is made, first the one stops, then the other one counts: a customer may
be taken out and in again at the same instant.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from bench.job.purchases import History
from bench.job.rule import LEAST, WITHIN_MS

Op = Literal["added", "removed"]


class Change(NamedTuple):
    """A customer gets or loses the tag, at an instant in milliseconds."""

    op: Op
    at: int


def expected_changes(history: History) -> dict[str, list[Change]]:
    """By customer, in order, up to the job's last instant; customers without any are left out."""
    bought: dict[int, list[int]] = {}
    for at, buyer in zip(history.instants, history.buyers, strict=True):
        bought.setdefault(buyer, []).append(at)
    found = {
        history.names[buyer]: changes_of(instants, history.job.end_ms)
        for buyer, instants in bought.items()
    }
    return {customer: changes for customer, changes in found.items() if changes}


def changes_of(instants: Sequence[int], until: int) -> list[Change]:
    """Of a customer who bought at `instants`, in order; `until` is the last instant to look at."""
    found: list[Change] = []
    is_in = False
    turns = {*instants, *(at + WITHIN_MS for at in instants)}
    for now in sorted(turn for turn in turns if turn <= until):
        before = [at for at in instants if now - WITHIN_MS < at < now]
        if is_in and len(before) < LEAST:
            is_in = False
            found.append(Change("removed", now))
        made = instants.count(now)
        if not is_in and made and len(before) + made >= LEAST:
            is_in = True
            found.append(Change("added", now))
    return found


def differences(
    expected: Mapping[str, Sequence[Change]],
    found: Mapping[str, Sequence[Change]],
    until: int,
) -> Iterable[str]:
    """In a sentence for each customer, what is not as it should be up to the instant `until`."""
    for customer in sorted(expected.keys() | found.keys()):
        right = list(expected.get(customer, ()))
        made = [change for change in found.get(customer, ()) if change.at <= until]
        if made != right:
            place = next(
                (n for n, (a, b) in enumerate(zip(made, right, strict=False)) if a != b),
                min(len(made), len(right)),
            )
            yield (
                f"{customer}: change {place + 1} is {_told(made, place)}, "
                f"should be {_told(right, place)}"
            )


def missing(expected: Mapping[str, Sequence[Change]], found: Mapping[str, Sequence[Change]]) -> int:
    """How many changes were not made at all, whatever else is wrong."""
    return sum(
        (Counter(right) - Counter(found.get(customer, ()))).total()
        for customer, right in expected.items()
    )


def _told(changes: Sequence[Change], place: int) -> str:
    return f"{changes[place].op} at {changes[place].at}" if place < len(changes) else "missing"
