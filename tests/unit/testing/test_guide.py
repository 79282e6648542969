"""Every example of the guide to testing rules is a test that passes as it stands there."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tagger import testing
from tagger.testing import Step

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "docs" / "guides" / "testing-rules.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```python\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)


def _tests() -> dict[str, Callable[[], None]]:
    """The functions of all examples, each example a module of its own."""
    found: dict[str, Callable[[], None]] = {}
    for example in EXAMPLES:
        module: dict[str, Callable[[], None]] = {}
        exec(compile(example, "testing-rules.md", "exec"), module)  # noqa: S102 - our own page
        found |= {name: test for name, test in module.items() if name.startswith("test_")}
    return found


TESTS = _tests()


def test_no_example_is_without_a_test() -> None:
    assert len(TESTS) == TEXT.count("def test_") >= len(EXAMPLES) > 0


@pytest.mark.parametrize("name", TESTS)
def test_the_example_does_what_it_says(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    TESTS[name]()


def test_the_table_names_every_step() -> None:
    (table,) = re.findall(r"^\| step \| what happens \|\n(.*?)\n\n", TEXT, re.DOTALL | re.MULTILINE)
    named = re.findall(r"`([A-Z]\w+)`", "\n".join(row.split("|")[1] for row in table.splitlines()))
    known = [getattr(testing, name) for name in testing.__all__]
    steps = {each.__name__ for each in known if isinstance(each, type) and issubclass(each, Step)}
    assert set(named) == steps - {"Step"}
