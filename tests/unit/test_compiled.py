"""What the wheel has compiled, and that these tests see what they are meant to see."""

import ast
import importlib
import os
import tomllib
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import pytest

from hatch_build import chosen
from tagger.build import build_text, is_compiled

ROOT = Path(__file__).parents[2]
ASKED = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"][
    "targets"
]["wheel"]["hooks"]["custom"]
MODULES = chosen(ROOT, ASKED["compile"], ASKED["interpret"])
IS_COMPILED = os.environ.get("TAGGER_TESTED") == "compiled"
"""Of the copy of the project that `make compiled` makes, and says so."""


@pytest.mark.parametrize("path", MODULES)
def test_a_module_is_what_these_tests_are_meant_for(path: str) -> None:
    module = importlib.import_module(path.removesuffix(".py").replace("/", "."))
    assert module.__file__ is not None
    assert module.__file__.endswith(tuple(EXTENSION_SUFFIXES)) is IS_COMPILED
    assert Path(module.__file__).is_relative_to(ROOT)


def test_the_program_says_how_it_was_built() -> None:
    assert is_compiled() is IS_COMPILED
    assert ("pure Python" in build_text()) is not IS_COMPILED


def test_no_struct_is_compiled() -> None:
    """Compiled classes have no annotations at run time, and structs are made of these."""
    found = {
        f"{path}: {node.name}"
        for path in MODULES
        for node in ast.walk(ast.parse((ROOT / path).read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
        and any("Struct" in ast.unparse(base) for base in node.bases)
    }
    assert found == set()


def test_a_pattern_that_names_no_module_is_refused() -> None:
    with pytest.raises(ValueError, match="no module is named tagger/nothing"):
        chosen(ROOT, ["tagger/nothing*.py"], [])
