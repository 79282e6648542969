"""The reference page of the commands."""

from pathlib import Path

import pytest

from tagger.cli.reference import main, reference

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "cli.md"


def test_the_page_is_current() -> None:
    assert main(["--check", str(PAGE)]) == 0


def test_an_old_page_is_found_and_rewritten(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "reference" / "cli.md"
    assert main(["--check", str(page)]) == 1
    assert "--write" in capsys.readouterr().err
    assert main(["--write", str(page)]) == 0
    assert main(["--check", str(page)]) == 0
    page.write_text(page.read_text("utf-8").replace("--until", "--to"), "utf-8")
    assert main(["--check", str(page)]) == 1


@pytest.mark.parametrize("columns", ["40", "300"])
def test_the_page_does_not_depend_on_the_terminal(
    columns: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert main(["--check", str(PAGE)]) == 0


def test_every_command_is_there_with_an_example() -> None:
    pages = reference().split("\n## ")[1:]
    names = [page.partition("\n")[0].strip("`") for page in pages]
    assert {"tagger demo", "tagger replay", "tagger rules check"} <= set(names)
    assert [name for name, page in zip(names, pages, strict=True) if f"{name} " not in page] == []
