"""The faults that the soak has to catch still fit the program."""

import ast
import shutil
from argparse import ArgumentTypeError
from pathlib import Path

import pytest

from .crew import ROOT
from .faulty import SeededFault
from .seeded import FAULTS, fault_named


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_each_fault_can_be_put_into_the_program(fault: SeededFault, tmp_path: Path) -> None:
    for edit in fault.edits:
        (tmp_path / edit.file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / edit.file, tmp_path / edit.file)
    fault.apply(tmp_path)
    for edit in fault.edits:
        text = (tmp_path / edit.file).read_text(encoding="utf-8")
        assert text != (ROOT / edit.file).read_text(encoding="utf-8")
        ast.parse(text)


def test_a_name_that_fits_no_single_fault_is_answered_with_the_names() -> None:
    with pytest.raises(ArgumentTypeError, match="offsets first"):
        fault_named("nothing of the kind")
