"""What must be true of the oracle whatever the packs and histories are."""

from collections.abc import Callable, Iterable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .cases import Case, generated_cases, shipped_cases
from .customer import Customer, Rules
from .final import final_tags_brute
from .happenings import Event
from .inputs import by_customer, in_order, input_at
from .model import simulate
from .values import Doc, duration, instant, is_duration

FIVE_MINUTES = 300_000
slow = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])


@slow
@given(generated_cases() | shipped_cases())
def test_the_tags_at_the_end_are_the_fold_of_the_changes(
    case: Case,
) -> None:
    result = simulate(*case)
    folded: dict[str, Doc] = {customer_id: {} for customer_id in result.tags}
    sequences: dict[str, int] = dict.fromkeys(result.tags, 0)
    for change in result.changes:
        held = folded[change["customer_id"]]
        sequences[change["customer_id"]] += 1
        assert change["sequence"] == sequences[change["customer_id"]]
        assert held.pop(change["tag"], None) == change["previous_value"]
        if change["op"] != "removed":
            held[change["tag"]] = change["value"]
    assert folded == result.tags


@slow
@given(generated_cases() | shipped_cases(), st.integers(0, 30))
def test_an_earlier_end_says_the_same_so_far(case: Case, which: int) -> None:
    documents, events, until = case
    changes = simulate(documents, events, until).changes
    instants = sorted({change["effective_at"] for change in changes})
    if instants:
        end = instants[which % len(instants)]
        so_far = [change for change in changes if change["effective_at"] <= end]
        assert simulate(documents, events, end).changes == so_far


def told_by_the_restless(case: Case, extra: Callable[[int, int], Iterable[int]]) -> list[Doc]:
    """The changes if customers are looked at at further instants too: those that `extra` names
    for an event's instant and the end."""
    documents, events, until = case
    end = until if until is not None else max(input_at(event) for event in events)

    class Restless(Customer):
        def feed(self, event: Event) -> list[Event]:
            self.expect(event.at, extra(event.at, end))
            return super().feed(event)

    rules = Rules(documents)
    changes: list[Doc] = []
    for customer_id, own in by_customer(in_order(events)).items():
        customer = Restless(customer_id, rules, end)
        customer.live(own)
        changes += customer.changes
    return sorted(changes, key=lambda c: (c["effective_at"], c["customer_id"], c["sequence"]))


@slow
@given(generated_cases() | shipped_cases(), st.integers(1, 100_000_000))
def test_looking_more_often_changes_nothing(case: Case, every_ms: int) -> None:
    def extra(at: int, _: int) -> Iterable[int]:
        return (at + times * every_ms for times in range(1, 20))

    assert told_by_the_restless(case, extra) == simulate(*case).changes


def shrunk(node: Any) -> Any:
    """A document whose durations are so short that half an hour lasts six milliseconds."""
    if isinstance(node, dict):
        return {
            word: below if word == "anniversary_within" else shrunk(below)
            for word, below in node.items()
        }
    if isinstance(node, list):
        return [shrunk(one) for one in node]
    return f"{max(1, duration(node) // FIVE_MINUTES)}ms" if is_duration(node) else node


@slow
@given(generated_cases())
def test_looking_at_every_millisecond_changes_nothing(case: Case) -> None:
    documents, events, until = case
    begin = min(input_at(event) for event in events)
    soon = [
        event
        | {
            word: begin + (instant(event[word]) - begin) // FIVE_MINUTES
            for word in ("occurred_at", "issued_at", "read_at", "until")
            if event.get(word) is not None
        }
        for event in events
    ]
    end = max(input_at(event) for event in soon)
    if until is not None:
        end = min(begin + (until - begin) // FIVE_MINUTES, end + 1000)
    short = shrunk(documents), soon, end
    assert told_by_the_restless(short, lambda at, end: range(at, end + 1)) == (
        simulate(*short).changes
    )


@slow
@given(generated_cases() | shipped_cases())
def test_the_short_way_to_the_final_tags_leads_to_the_same(
    case: Case,
) -> None:
    documents, events, until = case
    said = [event for event in events if event["type"] != "command"]
    assert final_tags_brute(documents, said, until) == simulate(documents, said, until).tags
