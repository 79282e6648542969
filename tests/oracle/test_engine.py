"""The product against the oracle: every change, in order, with all that it says."""

import pytest
from hypothesis import HealthCheck, given, settings

from . import adapter
from .cases import SHIPPED, Case, corner_cases, generated_cases, shipped_cases
from .model import simulate

thorough = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def compare(case: Case) -> None:
    expected, found = simulate(*case), adapter.replay(*case)
    wanted = [{word: change[word] for word in adapter.COMPARED} for change in expected.changes]
    assert found.changes == wanted
    assert found.tags == expected.tags


@pytest.mark.timeout(600)
@thorough
@given(generated_cases())
def test_any_pack_over_any_history(case: Case) -> None:
    compare(case)


@pytest.mark.timeout(600)
@settings(thorough, max_examples=300)
@given(corner_cases())
def test_where_readings_could_differ(case: Case) -> None:
    compare(case)


@pytest.mark.timeout(600)
@thorough
@given(shipped_cases())
def test_the_shipped_packs_over_any_history(case: Case) -> None:
    compare(case)


def test_all_shipped_packs_are_compared() -> None:
    assert {pack["pack"] for pack in SHIPPED} >= {"engagement", "value", "carts_and_interests"}
