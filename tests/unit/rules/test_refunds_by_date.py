"""`refunds: by_date` beside refunds that are added themselves."""

import pytest

from tagger.rules.loader import load_texts

_PACK = """\
pack: shop
currency: EUR
events:
  money_moves: {{event: [purchase, refund]}}
tags:
  moved:
    form: number
    value: {{sum: {{event: {event}, of: amount, within: 30d, refunds: {refunds}}}}}
"""


def _codes(event: str, refunds: str) -> set[str]:
    loaded = load_texts({"shop.yaml": _PACK.format(event=event, refunds=refunds)})
    return {fault.code for fault in loaded.faults if fault.code.startswith("E-")}


@pytest.mark.parametrize("event", ["refund", "[purchase, refund]", "money_moves"])
def test_refunds_are_not_added_and_taken_off_at_once(event: str) -> None:
    assert _codes(event, "by_date") == {"E-VALUE"}
    assert _codes(event, "ignore") == set()


def test_purchases_alone_are_fine() -> None:
    assert _codes("purchase", "by_date") == set()


_MADE = """\
pack: shop
currency: EUR
events:
  again: {first: purchase, then: purchase, within: 1d}
  large: {event: purchase, where: {amount: {gte: 50}}}
  large_again: {event: again, where: {amount: {gte: 50}}}
tags:
  spent: {form: number, value: {sum: {event: EVENT, of: amount, within: 30d, refunds: by_date}}}
"""


@pytest.mark.parametrize("event", ["again", "large_again", "[purchase, again]"])
def test_what_a_pattern_makes_has_no_refunds_of_its_own(event: str) -> None:
    faults = load_texts({"shop.yaml": _MADE.replace("EVENT", event)}).faults
    (fault,) = (each for each in faults if each.is_error)
    assert (fault.at.line, fault.code) == (8, "E-VALUE")
    assert fault.sentence == (
        "`again` is made by a pattern, and no refund is one of it to be taken off at its own date"
    )
    assert fault.suggestion == "take `by_order`, which knows the purchase that it was made from"


def test_a_filter_of_purchases_has_them() -> None:
    faults = load_texts({"shop.yaml": _MADE.replace("EVENT", "large")}).faults
    assert [each for each in faults if each.is_error] == []
