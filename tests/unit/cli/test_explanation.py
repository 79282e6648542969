"""The change behind an explanation: when it took effect, when it was processed."""

import msgspec
import pytest

from tagger.cli.explanation import explanation_lines
from tagger.engine.explain import Explanation

from .samples import ADDED, NOON

HELD = Explanation(
    customer_id="c-1",
    tag="active",
    rule="shop/active",
    at=NOON,
    value=True,
    since=NOON,
    expires_at=None,
    source="rule",
    manual=False,
    rule_value=True,
    spent=False,
    held_back_until=None,
    clauses=(),
    prospects=(),
    until=None,
    then=None,
)


@pytest.mark.parametrize(
    ("later_ms", "told"),
    [
        (0, "2026-03-01T12:00:00.000Z, at once"),
        (2_034, "2026-03-01T12:00:02.034Z, 2.034s later"),
        (90_061_000, "2026-03-02T13:01:01.000Z, 1d1h later"),
        (-1, "2026-03-01T11:59:59.999Z, 0.001s before"),
    ],
)
def test_both_instants_stand_together_with_what_lies_between(later_ms: int, told: str) -> None:
    change = msgspec.structs.replace(ADDED, processed_at=NOON + later_ms)
    lines = [line.plain for line in explanation_lines(HELD, change)]
    assert "  effective 2026-03-01T12:00:00.000Z" in lines
    assert f"  processed {told}" in lines
