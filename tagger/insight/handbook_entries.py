"""The paragraphs of one tag's entry in one language, whatever they are shown with."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from tagger.insight.handbook import Entry
from tagger.insight.handbook_words import WORDS
from tagger.rules.sentences import Point
from tagger.rules.syntax import TagRule

_OF_THE_RULE = ("holds", "sets", "ends", "values", "value", "time")
_ABOUT_IT = ("readings", "names")


class Paragraph(NamedTuple):
    """Points under a heading. `is_main`: who has little time reads these."""

    key: str
    heading: str
    points: tuple[Point, ...]
    is_main: bool = True


class Fact(NamedTuple):
    """A label and what is said there. `is_code`: the same in every language."""

    label: str
    text: str
    is_code: bool = False


def paragraphs(entry: Entry, code: str) -> Iterator[Paragraph]:
    """In the order in which they are read, behind what the pack says of the tag itself."""
    tag, words, story = entry.tag, WORDS[code], entry.stories[code]
    by_key = {section.key: section for section in story.sections}
    if tag.form != "flag" or tag.manual == "only":
        yield Paragraph("means", words["means"], (Point(story.lead),))
    for key in _OF_THE_RULE:
        if key in by_key:
            yield Paragraph(key, by_key[key].heading, by_key[key].points)
    yield Paragraph("use", words["use"], tuple(Point(words[key]) for key in _use(tag)))
    for key in _ABOUT_IT:
        if key in by_key:
            yield Paragraph(key, by_key[key].heading, by_key[key].points, is_main=False)
    who = by_key["hand"].points[:1]
    yield Paragraph("hand", by_key["hand"].heading, (*who, *_how(tag, words)), is_main=False)
    dates = tuple(Point(words[key]) for key in _dates(tag))
    yield Paragraph("dates", words["dates"], dates, is_main=False)
    yield Paragraph("links", by_key["links"].heading, by_key["links"].points, is_main=False)


def facts(entry: Entry, code: str) -> Iterator[Fact]:
    """The tag's card: a line each."""
    tag, words = entry.tag, WORDS[code]
    yield Fact(words["name"], tag.name, is_code=True)
    yield Fact(words["form"], words[f"form_{tag.form}"])
    if tag.values:
        yield Fact(words["values"], " · ".join(band.value for band in tag.values), is_code=True)
    yield Fact(words["owner"], tag.owner or words["no_owner"])
    yield Fact(words["layer"], words[f"layer_{tag.layer}"])
    yield Fact(words["status"], words[f"status_{tag.status}"])
    yield Fact(words["priority"], str(tag.priority))
    manual = words[f"manual_{tag.manual}"]
    if tag.manual != "forbidden" and tag.manual_roles:
        separator = "、" if code == "zh" else ", "
        manual += separator + words["roles"].format(roles=separator.join(tag.manual_roles))
    yield Fact(words["manual"], manual)
    yield Fact(words["pack"], entry.pack, is_code=True)


def _use(tag: TagRule) -> Iterator[str]:
    if tag.status == "experimental":
        yield "use_trial"
    if tag.status == "deprecated":
        yield "use_deprecated"
    yield {"forbidden": "use_rule", "allowed": "use_both", "only": "use_only"}[tag.manual]


def _how(tag: TagRule, words: Mapping[str, str]) -> Iterator[Point]:
    if tag.manual != "forbidden":
        yield Point(words["how_only" if tag.manual == "only" else f"how_{tag.form}"])


def _dates(tag: TagRule) -> Iterator[str]:
    yield "since_flag" if tag.form == "flag" else "since_value"
    if tag.expires_after_ms is not None:
        if tag.renew:
            yield "since_renewed"
        yield "until_term"
    if tag.ends_on is not None:
        yield "until_day"
    if tag.expires_after_ms is None and tag.ends_on is None:
        yield "until_none" if tag.manual == "forbidden" else "until_hand"
