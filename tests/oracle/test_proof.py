"""What the proof and its mutations rely on."""

from pathlib import Path

import pytest

from . import found
from .build import T0, flag, pack, purchase
from .comparison import MismatchError, Tally, compare, differences
from .faults import FAULTS, Fault
from .model import OracleResult, simulate
from .mutations import ROOT
from .stream_faults import STREAM_FAULTS
from .values import Doc

BOUGHT = pack({"bought": flag({"count": {"event": "purchase", "within": "1h"}, "gte": 1})})


@pytest.mark.parametrize("fault", FAULTS + STREAM_FAULTS, ids=lambda fault: fault.name)
def test_each_fault_changes_one_line_that_is_there(fault: Fault) -> None:
    assert fault.is_applicable(ROOT)
    assert fault.text != fault.instead


def test_a_case_comes_back_from_its_file_as_it_was(tmp_path: Path) -> None:
    events = [purchase(T0, lines=[{"product_id": "鞋", "quantity": 0.1}]), purchase(T0 + 1)]
    case = ([BOUGHT], events, T0 + 5)
    found.write(case, tmp_path / "case.yaml")
    assert found.read(tmp_path / "case.yaml") == case


def test_the_same_pair_is_compared_and_counted_once() -> None:
    tally = Tally()
    for until in (T0, T0, T0 + 3_600_000):
        compare([BOUGHT], [([purchase(T0)], until)], tally)
    assert (tally.histories, dict(tally.causes)) == (2, {"event": 2, "time": 1})


def test_a_difference_shows_both_sides() -> None:
    one, other = (told([purchase(T0)], until) for until in (T0, T0 + 3_600_000))
    assert not differences(one, one)
    lines = differences(one, other).splitlines()
    assert [line[0] for line in lines if line[:2] in ("-{", "+{")] == ["-", "+", "+"]


def told(events: list[Doc], until: int) -> OracleResult:
    return simulate([BOUGHT], events, until)


def test_a_pack_that_the_product_refuses_is_a_difference() -> None:
    with pytest.raises(MismatchError, match="E-UNKNOWN-NAME"):
        compare([pack({"a": {"assign": {"upon": "nothing"}}})], [([purchase(T0)], None)], Tally())
