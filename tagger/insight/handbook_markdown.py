"""The handbook as one Markdown file. Everything that packs say is text, never markup."""

import re
from collections.abc import Iterable, Iterator

from tagger.insight.handbook import Branch, Entry, Handbook
from tagger.insight.handbook_entries import facts, paragraphs
from tagger.insight.handbook_words import BY_HAND, LAYERS, NAMING, STATUSES, WORDS, made_of
from tagger.rules.sentences import Point

_MARKUP = re.compile(r"([\\`*_\[\]<>#|~&!])")
_LIST = re.compile(r"^(\d+)?([.+)-])")


def handbook_markdown(handbook: Handbook) -> str:
    """The whole file."""
    return "\n".join(_lines(handbook)) + "\n"


def plain(text: str) -> str:
    """Somebody's text on one line, with nothing in it that Markdown reads."""
    line = _MARKUP.sub(r"\\\1", " ".join(text.split()))
    return _LIST.sub(r"\1\\\2", line)


def _lines(handbook: Handbook) -> Iterator[str]:
    yield f"# {_both(handbook, 'title')}\n"
    yield f"{_both(handbook, 'subtitle')}\n"
    tags = len(handbook.entries)
    for code in handbook.codes:
        yield f"{plain(made_of(code, tags, handbook.packs))}\n"
    yield f"## {_both(handbook, 'contents')}\n"
    for branch in handbook.tree:
        yield from _contents(handbook, branch, 0)
    for key in ("index", "hand", "naming", "layers"):
        yield f"- [{_both(handbook, key)}](#{key})"
    for branch in handbook.tree:
        yield from _branch(handbook, branch, 2)
    yield from _index(handbook)
    yield from _conventions(handbook)


def _both(handbook: Handbook, key: str) -> str:
    return " · ".join(plain(WORDS[code][key]) for code in handbook.codes)


def _title(handbook: Handbook, entry: Entry) -> str:
    titles = dict.fromkeys(entry.titles[code] for code in handbook.codes)
    return " · ".join(map(plain, titles))


def _branch_title(handbook: Handbook, branch: Branch) -> str:
    if not branch.name:
        return _both(handbook, "uncategorised")
    return plain(branch.name.replace("_", " ").capitalize())


def _contents(handbook: Handbook, branch: Branch, depth: int) -> Iterator[str]:
    indent = "  " * depth
    yield f"{indent}- [{_branch_title(handbook, branch)}](#{branch.anchor})"
    for entry in branch.entries:
        yield f"{indent}  - {_link(handbook, entry)}"
    for each in branch.branches.values():
        yield from _contents(handbook, each, depth + 1)


def _link(handbook: Handbook, entry: Entry) -> str:
    return f"[{_title(handbook, entry)}](#{entry.anchor})"


def _heading(level: int, anchor: str, text: str) -> str:
    return f'\n<a id="{anchor}"></a>\n\n{"#" * level} {text}\n'


def _branch(handbook: Handbook, branch: Branch, level: int) -> Iterator[str]:
    yield _heading(level, branch.anchor, _branch_title(handbook, branch))
    for entry in branch.entries:
        yield from _entry(handbook, entry)
    for each in branch.branches.values():
        yield from _branch(handbook, each, level + 1)


def _entry(handbook: Handbook, entry: Entry) -> Iterator[str]:
    yield _heading(4, entry.anchor, _title(handbook, entry))
    if entry.tag.description:
        yield f"{plain(entry.tag.description)}\n"
    if entry.tag.purpose:
        yield f"**{_both(handbook, 'purpose')}**: {plain(entry.tag.purpose)}\n"
    for code in handbook.codes:
        yield from _in_language(handbook, entry, code)
    others = [handbook.by_name[name] for name in entry.related if name in handbook.by_name]
    if others:
        links = ", ".join(_link(handbook, other) for other in others)
        yield f"\n**{_both(handbook, 'related')}**: {links}"


def _in_language(handbook: Handbook, entry: Entry, code: str) -> Iterator[str]:
    words = WORDS[code]
    if len(handbook.codes) > 1:
        yield f"##### {plain(words[f'show_{code}'])}\n"
    yield from _table(
        ("", ""),
        [
            *((plain(fact.label), plain(fact.text)) for fact in facts(entry, code)),
            *([(plain(words["colour"]), plain(entry.tag.colour))] if entry.tag.colour else []),
        ],
    )
    for paragraph in paragraphs(entry, code):
        yield f"\n**{plain(paragraph.heading)}**\n"
        yield from _points(paragraph.points, 0)
    yield ""


def _points(points: Iterable[Point], depth: int) -> Iterator[str]:
    for point in points:
        yield f"{'  ' * depth}- {plain(point.text)}"
        yield from _points(point.parts, depth + 1)


def _table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    titles = list(header)
    yield f"| {' | '.join(titles)} |"
    yield f"|{'---|' * len(titles)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _index(handbook: Handbook) -> Iterator[str]:
    yield _heading(2, "index", _both(handbook, "index"))
    for code in handbook.codes:
        if len(handbook.codes) > 1:
            yield f"### {plain(WORDS[code][f'index_{code}'])}\n"
        for entry in handbook.index(code):
            yield f"- [{plain(entry.titles[code])}](#{entry.anchor})"
        yield ""


def _conventions(handbook: Handbook) -> Iterator[str]:
    pages = (("hand", BY_HAND), ("naming", NAMING), ("layers", (*LAYERS, *STATUSES)))
    for page, keys in pages:
        yield _heading(2, page, _both(handbook, page))
        for code in handbook.codes:
            yield from (f"- {plain(WORDS[code][key])}" for key in keys)
            yield ""
    for code in handbook.codes:
        yield f"{plain(WORDS[code]['layers_priority'])}\n"
    labels = ("priority", "tags", "layer", "status", "owner")
    yield from _table(
        [_both(handbook, label) for label in labels],
        [
            (
                str(entry.tag.priority),
                _link(handbook, entry),
                _both(handbook, f"layer_{entry.tag.layer}"),
                _both(handbook, f"status_{entry.tag.status}"),
                plain(entry.tag.owner),
            )
            for entry in handbook.by_priority
        ],
    )
