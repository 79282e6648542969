"""The product against the oracle: every change, in order, with all that it says.

A small part of `make proof`, and some cases on the way that a user takes, by files and commands.
"""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from . import adapter, found
from .batches import run_batch
from .cases import (
    SHIPPED,
    Case,
    commanded_histories,
    corner_cases,
    generated_cases,
    shipped_cases,
)
from .comparison import Tally, compare, differences
from .inputs import read_when_issued
from .model import simulate

EVERY_CAUSE = {"event", "time", "ttl", "manual"}
"""Causes of changes when nothing is late and no rule is edited."""

by_command = settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def compare_by_command(case: Case) -> None:
    packs, events, until = case
    told = packs, read_when_issued(events), until
    difference = differences(simulate(*told), adapter.replay(*told))
    assert not difference, difference


@pytest.mark.parametrize("seed", range(2))
def test_any_packs_over_any_histories(seed: int) -> None:
    outcome = run_batch(seed, folders=200, shrinks=False)
    assert outcome.mismatch is None, outcome.mismatch
    assert outcome.tally.histories > 300
    assert outcome.tally.causes.keys() == EVERY_CAUSE


@by_command
@given(generated_cases())
def test_any_packs_by_command(case: Case) -> None:
    compare_by_command(case)


@by_command
@given(corner_cases())
def test_where_readings_could_differ(case: Case) -> None:
    compare_by_command(case)


@given(st.data())
@settings(max_examples=30, suppress_health_check=list(HealthCheck))
def test_commands_that_come_in_another_order_than_they_were_issued_in(data: st.DataObject) -> None:
    packs, histories = commanded_histories()
    compare(packs, [data.draw(histories) for _ in range(4)], Tally())


@by_command
@given(shipped_cases())
def test_the_shipped_packs_over_any_history(case: Case) -> None:
    compare_by_command(case)


def test_all_shipped_packs_are_compared() -> None:
    assert {pack["pack"] for pack in SHIPPED} >= {"engagement", "value", "carts_and_interests"}


@pytest.mark.parametrize("path", sorted(found.FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_case_that_once_differed(path: Path) -> None:
    packs, events, until = found.read(path)
    compare(packs, [(events, until)], Tally())
    compare_by_command((packs, events, until))
