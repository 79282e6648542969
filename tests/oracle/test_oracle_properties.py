"""What must be true of the oracle whatever the packs and histories are."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from . import model
from .cases import Case, generated_cases, shipped_cases
from .final import final_tags_brute
from .inputs import by_customer, in_order, input_at
from .model import simulate
from .values import Doc

slow = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


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


@slow
@given(generated_cases() | shipped_cases(), st.integers(1, 100_000_000))
def test_looking_more_often_changes_nothing(case: Case, every_ms: int) -> None:
    documents, events, until = case

    class Restless(model.Customer):
        def expect_edges(self, at: int) -> None:
            super().expect_edges(at)
            for times in range(1, 20):
                self.expect(at + times * every_ms)

    plain = simulate(documents, events, until)
    end = until if until is not None else max(input_at(event) for event in events)
    rules = model.Rules(documents)
    changes: list[Doc] = []
    for customer_id, own in by_customer(in_order(events)).items():
        customer = Restless(customer_id, rules, end)
        customer.live(own)
        changes += customer.changes
    changes.sort(key=lambda c: (c["effective_at"], c["customer_id"], c["sequence"]))
    assert changes == plain.changes


@slow
@given(generated_cases() | shipped_cases())
def test_the_short_way_to_the_final_tags_leads_to_the_same(
    case: Case,
) -> None:
    documents, events, until = case
    said = [event for event in events if event["type"] != "command"]
    assert final_tags_brute(documents, said, until) == simulate(documents, said, until).tags
