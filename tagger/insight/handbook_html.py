"""The handbook as one HTML file that needs nothing else.

It loads nothing, and a policy in its head lets a browser run only its own script and styles.
Everything that packs say is text, never markup.
"""

import hashlib
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from importlib.resources import files

from tagger.insight.colours import is_colour, text_on
from tagger.insight.handbook import Branch, Entry, Handbook
from tagger.insight.handbook_html_entry import entry_html
from tagger.insight.handbook_html_parts import LANG, between, bilingual, dot, linked
from tagger.insight.handbook_words import BY_HAND, LAYERS, NAMING, STATUSES, WORDS, made_of
from tagger.insight.markup import Html, element, empty, joined


def handbook_html(handbook: Handbook) -> str:
    """The whole file."""
    style = _resource("handbook.css") + "".join(_colour_rules(handbook))
    script = _resource("handbook.js")
    head = element(
        "head",
        empty("meta", charset="utf-8"),
        empty("meta", http_equiv="Content-Security-Policy", content=_policy(style, script)),
        empty("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", " · ".join(WORDS[code]["title"] for code in handbook.codes)),
        element("style", Html(style)),
    )
    body = element(
        "body",
        element("a", _both(handbook, "skip"), href="#tags", class_="skip"),
        _top(handbook),
        _tools(handbook),
        element("div", _contents(handbook), _main(handbook), class_="page"),
        element("footer", _made_of(handbook)),
        element("script", Html(script)),
    )
    page = element("html", head, body, lang=LANG[handbook.codes[0]])
    return f"<!doctype html>\n{page}\n"


def _resource(name: str) -> str:
    return (files("tagger.insight") / name).read_text("utf-8")


def _policy(style: str, script: str) -> str:
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}';"
        " base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _colour_rules(handbook: Handbook) -> Iterator[str]:
    colours = {entry.tag.colour.lower() for entry in handbook.entries}
    for colour in sorted(filter(is_colour, colours)):
        yield f".c-{colour[1:]} {{ background: {colour}; color: {text_on(colour)}; }}\n"


def _both(handbook: Handbook, key: str) -> Html:
    return bilingual(handbook.codes, key)


def _top(handbook: Handbook) -> Html:
    return element(
        "header",
        element("h1", _both(handbook, "title")),
        element("p", _both(handbook, "subtitle")),
        class_="top",
    )


def _tools(handbook: Handbook) -> Html:
    hint = " · ".join(WORDS[code]["filter_hint"] for code in handbook.codes)
    parts = [
        element("label", _both(handbook, "filter"), for_="filter"),
        empty("input", type="search", id="filter", placeholder=hint, autocomplete="off"),
        element("output", for_="filter", aria_live="polite"),
    ]
    if len(handbook.codes) > 1:
        parts.append(_choice(handbook))
    return element("div", element("div", *parts), class_="tools", role="search", hidden="")


def _choice(handbook: Handbook) -> Html:
    words = WORDS[handbook.codes[0]]
    choices = []
    for value in (*handbook.codes, "both"):
        checked = "" if value == "both" else None
        button = empty("input", type="radio", name="shows", value=value, checked=checked)
        label = (
            bilingual(handbook.codes, "show_both") if value == "both" else words[f"show_{value}"]
        )
        lang = None if value == "both" else LANG[value]
        choices.append(element("label", button, " ", element("span", label, lang=lang)))
    return element("fieldset", *choices, aria_label=words["languages"])


def _contents(handbook: Handbook) -> Html:
    pages = [
        element("li", element("a", _both(handbook, key), href=f"#{key}"))
        for key in ("index", "hand", "naming", "layers")
    ]
    tree = _list(_in_contents(handbook, branch) for branch in handbook.tree)
    return element(
        "nav",
        element(
            "details",
            element("summary", element("h2", _both(handbook, "contents"), id="contents")),
            tree,
            element("ul", *pages),
            open="",
        ),
        class_="contents",
        aria_labelledby="contents",
    )


def _list(items: Iterable[Html]) -> Html:
    return element("ul", *items)


def _in_contents(handbook: Handbook, branch: Branch) -> Html:
    inner = [
        *(_link_item(handbook, entry) for entry in branch.entries),
        *(_in_contents(handbook, each) for each in branch.branches.values()),
    ]
    title = element("a", _branch_title(handbook, branch), href=f"#{branch.anchor}")
    return element("li", title, element("ul", *inner), class_="branch")


def _link_item(handbook: Handbook, entry: Entry) -> Html:
    return element("li", dot(entry), linked(entry, handbook.codes), data_of=entry.anchor)


def _branch_title(handbook: Handbook, branch: Branch) -> Html:
    if not branch.name:
        return _both(handbook, "uncategorised")
    return joined(branch.name.replace("_", " ").capitalize())


def _main(handbook: Handbook) -> Html:
    return element(
        "main",
        element("p", _both(handbook, "nothing"), class_="nothing", role="status", hidden=""),
        element("div", *(_branch(handbook, each, 2) for each in handbook.tree), id="tags"),
        _section(handbook, "index", _index(handbook)),
        _section(handbook, "hand", _sentences(handbook, BY_HAND)),
        _section(handbook, "naming", _sentences(handbook, NAMING)),
        _section(handbook, "layers", _layers(handbook)),
    )


def _branch(handbook: Handbook, branch: Branch, level: int) -> Html:
    return element(
        "section",
        element(f"h{level}", _branch_title(handbook, branch), id=branch.anchor),
        *(entry_html(handbook, entry, level + 1) for entry in branch.entries),
        *(_branch(handbook, each, level + 1) for each in branch.branches.values()),
        class_="branch",
        aria_labelledby=branch.anchor,
    )


def _section(handbook: Handbook, key: str, *content: Html) -> Html:
    up = element("a", _both(handbook, "to_top"), href="#contents")
    return element(
        "section",
        element("h2", _both(handbook, key), id=key),
        *content,
        element("p", up, class_="up"),
        aria_labelledby=key,
    )


def _index(handbook: Handbook) -> Html:
    return element("div", *(_titles(handbook, code) for code in handbook.codes), class_="both")


def _titles(handbook: Handbook, code: str) -> Html:
    items = [
        element(
            "li",
            dot(entry),
            element("a", entry.titles[code], href=f"#{entry.anchor}"),
            data_of=entry.anchor,
        )
        for entry in handbook.index(code)
    ]
    heading = element("h3", WORDS[code][f"index_{code}"]) if len(handbook.codes) > 1 else ""
    return element("div", heading, element("ul", *items, class_="index"), lang=LANG[code])


def _sentences(handbook: Handbook, keys: Iterable[str]) -> Html:
    return _by_language(
        handbook, lambda code: element("ul", *(element("li", WORDS[code][key]) for key in keys))
    )


def _by_language(handbook: Handbook, of: Callable[[str], Html]) -> Html:
    parts = [element("div", of(code), lang=LANG[code]) for code in handbook.codes]
    both = " both" if len(handbook.codes) > 1 else ""
    return element("div", *parts, class_=f"languages{both}")


def _layers(handbook: Handbook) -> Html:
    keys = (*LAYERS, *STATUSES)
    order = _by_language(handbook, lambda code: element("p", WORDS[code]["layers_priority"]))
    labels = ("priority", "tags", "layer", "status", "owner")
    header = [element("th", _both(handbook, label), scope="col") for label in labels]
    rows = [_row(handbook, entry) for entry in handbook.by_priority]
    table = element("table", element("thead", element("tr", *header)), element("tbody", *rows))
    caption = WORDS[handbook.codes[0]]["priority"]
    scrolling = element(
        "div", table, class_="table", role="region", aria_label=caption, tabindex="0"
    )
    return joined(_sentences(handbook, keys), order, scrolling)


def _row(handbook: Handbook, entry: Entry) -> Html:
    tag = entry.tag
    return element(
        "tr",
        element("td", str(tag.priority)),
        element("td", dot(entry), linked(entry, handbook.codes)),
        element("td", _both(handbook, f"layer_{tag.layer}")),
        element("td", _both(handbook, f"status_{tag.status}")),
        element("td", tag.owner),
        data_of=entry.anchor,
    )


def _made_of(handbook: Handbook) -> Html:
    tags = len(handbook.entries)
    said = [
        element("span", made_of(code, tags, handbook.packs), lang=LANG[code])
        for code in handbook.codes
    ]
    return element("p", *between(said))
