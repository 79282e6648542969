"""The drawings of time and the page around them: what they show is what the stream did."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tagger.cli.change_text import change_text
from tagger.domain.tags import TagChange
from tagger.domain.times import UNIT_MS, parse_instant
from tagger.insight.timelines.__main__ import DRAWINGS, main
from tagger.insight.timelines.stories import RULES, WITHIN_MS, correction, outage, window
from tagger.insight.timelines.svg import WIDTH

PAGE = Path(__file__).parents[3] / "docs" / "concepts" / "time.md"
GRACE_MS = 2_000
_SVG = "{http://www.w3.org/2000/svg}"
_LETTER = 8
"""Pixels that a letter of 13 px takes in wide type."""


def fences(language: str) -> list[str]:
    text = PAGE.read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def lines(*changes: TagChange) -> str:
    return "".join(f"{change_text(change).plain}\n" for change in changes)


def test_a_tag_leaves_with_no_event_to_the_millisecond() -> None:
    story = window()
    added, removed = story.film.changes
    assert (added.cause, added.effective_at) == ("event", story.purchases[1])
    assert (removed.op, removed.cause) == ("removed", "time")
    assert removed.effective_at == story.purchases[0] + WITHIN_MS
    assert removed.processed_at >= removed.effective_at + GRACE_MS


def test_after_an_outage_nothing_has_expired_early() -> None:
    story = outage()
    shown = [each for each in story.film.changes if each.effective_at >= story.begins_at]
    assert [(each.customer_id, each.op) for each in shown] == [("ben", "removed")]
    assert shown[0].effective_at == story.leaves_at
    assert story.up_at < shown[0].processed_at < story.read_at
    for begins, ends in ((0, story.down_at), (story.up_at, story.ends_at)):
        stood = [f.frontier or 0 for f in story.film.frames if begins <= f.at < ends]
        assert stood == sorted(stood)


def test_a_late_event_is_corrected_at_the_clock_and_one_beyond_the_window_is_too_late() -> None:
    story = correction()
    _, left, back, left_again = story.film.changes
    assert (left.cause, left.effective_at) == ("time", story.purchases[0] + WITHIN_MS)
    assert (back.cause, back.trigger.at) == ("correction", story.late_at)
    assert story.arrives_at - GRACE_MS - 100 < back.effective_at < story.arrives_at
    assert (left_again.cause, left_again.effective_at) == ("time", story.purchases[1] + WITHIN_MS)
    assert (story.film.late, story.film.too_late) == (1, 1)


def test_the_page_shows_the_rule_and_the_changes_of_its_stories() -> None:
    assert fences("yaml") == [RULES]
    ben = outage().film.only("ben", "removed", "time")
    assert fences("text") == [
        lines(*window().film.changes),
        lines(ben),
        lines(*correction().film.changes[1:]),
    ]


def test_the_readme_shows_the_same_lines() -> None:
    assert lines(*window().film.changes) in (PAGE.parents[2] / "README.md").read_text("utf-8")


def test_the_page_names_the_instants_that_its_drawings_show() -> None:
    text = PAGE.read_text("utf-8")
    assert outage().down_at == parse_instant("2026-06-01T09:00:00Z")
    assert outage().ann_buys_at == parse_instant("2026-06-02T08:00:00Z")
    assert outage().up_at - outage().leaves_at == 21 * UNIT_MS["h"]
    for words in ("On Monday at 09:00", "On Tuesday at 08:00", "On Wednesday at 09:00", "21 hours"):
        assert words in text
    for name in DRAWINGS:
        assert f"]({name}.svg)" in text


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_has_a_text_alternative_and_clips_no_text(name: str) -> None:
    root = ET.fromstring(DRAWINGS[name]().markup())  # noqa: S314 - made here
    height = int(root.attrib["height"])
    assert [each.tag for each in root[:2]] == [f"{_SVG}title", f"{_SVG}desc"]
    assert all(each.text for each in root[:2])
    texts = root.findall(f"{_SVG}text")
    assert len(texts) > 10
    for each in texts:
        width = _LETTER * len(each.text or "")
        anchor = each.get("text-anchor", "start")
        left = float(each.attrib["x"]) - {"start": 0, "middle": width / 2, "end": width}[anchor]
        assert left > 4, each.text
        assert left + width < WIDTH - 4, each.text
        assert 12 < float(each.attrib["y"]) < height - 4


@pytest.mark.parametrize("name", DRAWINGS)
def test_every_look_has_a_style_and_every_colour_one_for_the_dark(name: str) -> None:
    markup = DRAWINGS[name]().markup()
    style = markup.partition("<style>")[2].partition("</style>")[0]
    used = {look for found in re.findall(r'class="([^"]+)"', markup) for look in found.split()}
    assert [look for look in sorted(used) if f".{look}" not in style] == []
    light, dark = style.split("@media (prefers-color-scheme: dark)")
    names = re.compile(r"(--[a-z-]+):")
    assert set(names.findall(light)) == set(names.findall(dark.partition("} }")[0]))
    assert not re.search(r'(fill|stroke)="', markup.partition("</style>")[2])


def test_a_drawing_that_is_old_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "window.svg"
    assert main(["window", "--write", str(file)]) == 0
    assert main(["window", "--check", str(file)]) == 0
    file.write_text(file.read_text("utf-8").replace("active", "actve"), "utf-8")
    assert main(["window", "--check", str(file)]) == 1
    assert "python -m tagger.insight.timelines window --write" in capsys.readouterr().err
    assert main(["sundial"]) == 2
