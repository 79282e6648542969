"""Small parts of the HTML handbook: labels in its languages, chips, links."""

from collections.abc import Iterator, Sequence

from tagger.insight.colours import is_colour
from tagger.insight.handbook import Entry
from tagger.insight.handbook_words import WORDS
from tagger.insight.markup import Html, element, joined

LANG = {"en": "en", "zh": "zh-Hans"}


def bilingual(codes: Sequence[str], key: str) -> Html:
    """A label in each language, each marked as such."""
    return by_language(codes, {code: WORDS[code][key] for code in codes})


def by_language(codes: Sequence[str], texts: dict[str, str]) -> Html:
    """A text in each language; once where it is the same in all."""
    if len(set(texts.values())) == 1:
        return joined(texts[codes[0]])
    said = [element("span", texts[code], lang=LANG[code]) for code in codes]
    return element("span", *between(said), class_="both")


def between(parts: Sequence[Html]) -> Iterator[Html]:
    """The parts with a sign between them that goes when one of them is not shown."""
    for number, part in enumerate(parts):
        if number:
            yield element("span", " · ", class_="between", aria_hidden="true")
        yield part


def chip(entry: Entry, text: str, lang: str | None = None) -> Html:
    """A title on the tag's colour."""
    return element("span", text, class_=f"chip{_colour_class(entry)}", lang=lang)


def dot(entry: Entry) -> Html:
    """The tag's colour beside a link."""
    return element("span", class_=f"dot{_colour_class(entry)}", aria_hidden="true")


def linked(entry: Entry, codes: Sequence[str]) -> Html:
    """The tag's titles as a link to its entry."""
    return element("a", by_language(codes, entry.titles), href=f"#{entry.anchor}")


def _colour_class(entry: Entry) -> str:
    colour = entry.tag.colour.lower()
    return f" c-{colour[1:]}" if is_colour(colour) else ""
