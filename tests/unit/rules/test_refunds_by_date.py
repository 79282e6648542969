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
