"""One tag's entry in the HTML handbook."""

from collections.abc import Iterator

from tagger.insight.handbook import Entry, Handbook
from tagger.insight.handbook_entries import Fact, Paragraph, facts, paragraphs
from tagger.insight.handbook_html_parts import LANG, bilingual, chip, dot, linked
from tagger.insight.markup import Html, element, joined
from tagger.rules.sentences import Point


def entry_html(handbook: Handbook, entry: Entry, level: int) -> Html:
    """Title, what the pack says of the tag, and the rest in each language. `level` is that of
    its heading."""
    heading = f"{entry.anchor}-title"
    return element(
        "article",
        element(f"h{level}", *_titles(handbook, entry), id=heading, class_="title both"),
        *_of_the_pack(handbook, entry),
        element(
            "div",
            *(_in_language(entry, code, level + 1) for code in handbook.codes),
            class_="languages both" if len(handbook.codes) > 1 else "languages",
        ),
        *_related(handbook, entry),
        id=entry.anchor,
        class_="tag",
        aria_labelledby=heading,
    )


def _titles(handbook: Handbook, entry: Entry) -> Iterator[Html]:
    """Each title once, with its language where it has one of its own."""
    seen: set[str] = set()
    for code in handbook.codes:
        title = entry.titles[code]
        if title not in seen:
            seen.add(title)
            yield chip(entry, title, LANG[code] if len(set(entry.titles.values())) > 1 else None)


def _of_the_pack(handbook: Handbook, entry: Entry) -> Iterator[Html]:
    if entry.tag.description:
        yield element("p", entry.tag.description)
    if entry.tag.purpose:
        label = element("strong", bilingual(handbook.codes, "purpose"))
        yield element("p", label, Html("<br>"), entry.tag.purpose)


def _in_language(entry: Entry, code: str, level: int) -> Html:
    return element(
        "div",
        element("dl", *(_fact(each) for each in facts(entry, code)), class_="facts"),
        *(_paragraph(each, level) for each in paragraphs(entry, code)),
        lang=LANG[code],
    )


def _fact(fact: Fact) -> Html:
    text = element("code", fact.text) if fact.is_code else joined(fact.text)
    return joined(element("dt", fact.label), element("dd", text))


def _paragraph(paragraph: Paragraph, level: int) -> Html:
    return element(
        "div",
        element(f"h{level}", paragraph.heading, class_="label"),
        _points(paragraph.points),
        class_=None if paragraph.is_main else "side",
    )


def _points(points: tuple[Point, ...]) -> Html:
    items = [element("li", each.text, _points(each.parts) if each.parts else "") for each in points]
    return element("ul", *items)


def _related(handbook: Handbook, entry: Entry) -> Iterator[Html]:
    others = [handbook.by_name[name] for name in entry.related if name in handbook.by_name]
    if others:
        items = [element("li", dot(each), linked(each, handbook.codes)) for each in others]
        label = element("strong", bilingual(handbook.codes, "related"))
        yield element("div", label, element("ul", *items), class_="related")
