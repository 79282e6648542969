"""The lock files of the project's own packs."""

from pathlib import Path

import pytest

from .kit import run

RULES = Path(__file__).parents[3] / "rules"


@pytest.mark.parametrize("folder", [RULES, RULES / "business"], ids=lambda folder: folder.name)
def test_the_packs_of_the_project_are_locked_as_they_are(folder: Path) -> None:
    result = run("rules", "lock", folder, "--check")
    assert result.exit_code == 0, result.stdout + result.stderr
