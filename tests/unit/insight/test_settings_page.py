"""The page of the settings tells all of them, and of each what it takes."""

import re
from pathlib import Path

import pytest

from tagger.environment import SettingsError
from tagger.insight.settings_page import main, page
from tagger.insight.settings_words import SECTIONS
from tagger.settings import Settings

ROOT = Path(__file__).parents[3]
ROWS = {
    name: [cell.strip() for cell in cells.split("|")]
    for name, cells in re.findall(r"^\| `(TAGGER_\w+)` \|(.*)\|$", page(), re.MULTILINE)
}
BROKERS = {"TAGGER_BROKERS": "one:9092"}


def test_the_page_is_current() -> None:
    assert main(["--check", str(ROOT / "docs" / "reference" / "settings.md")]) == 0


def test_every_variable_that_is_deployed_is_on_the_page() -> None:
    named = {
        name.removesuffix("_FILE")
        for file in (*(ROOT / "deploy").rglob("*.yaml"), ROOT / "docker-compose.kafka.yml")
        for name in re.findall(r"TAGGER_[A-Z_]+[A-Z]", file.read_text("utf-8"))
    }
    assert named
    assert named <= ROWS.keys()


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if " to " in row[0]])
def test_a_number_has_the_limits_and_the_default_of_the_page(name: str) -> None:
    takes, default, *_ = ROWS[name]
    lowest, highest = (int(number.replace(",", "")) for number in re.findall(r"[\d,]*\d", takes))
    field = name.removeprefix("TAGGER_").lower()
    for value in (lowest, highest):
        settings = Settings.from_environment(BROKERS | {name: str(value)})
        assert getattr(settings, field) == value
    with pytest.raises(SettingsError):
        Settings.from_environment(BROKERS | {name: str(highest + 1)})
    assert default == f"{getattr(Settings.from_environment(BROKERS), field):,}"


def test_what_is_hidden_is_called_a_secret() -> None:
    hidden = {name for name, row in ROWS.items() if row[2] == "yes"}
    assert hidden == {name for name in ROWS if name.endswith("PASSWORD")}


def test_a_setting_that_nobody_has_put_into_words_stops_the_page() -> None:
    less = {title: dict(meanings) for title, meanings in SECTIONS.items()}
    less["Time"].pop("GRACE_MS")
    more = SECTIONS | {"More": {"SPEED": "How fast."}}
    for sections, named in ((less, "GRACE_MS"), (more, "SPEED")):
        with pytest.raises(ValueError, match=named):
            page(sections)
