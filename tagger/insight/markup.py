"""HTML from parts: text is escaped where it is put in, so that none of it can become markup."""

from collections.abc import Iterator
from html import escape


class Html(str):
    """Markup that stands as it is; every other text is escaped."""

    __slots__ = ()


def element(name: str, /, *children: str, **attributes: str | None) -> Html:
    """`<name attributes>children</name>`. An attribute's name is written with `_` for `-` and
    with a `_` behind it where it is a word of Python; None leaves it out, "" gives no value."""
    return Html(f"<{name}{_attributes(attributes)}>{joined(*children)}</{name}>")


def empty(name: str, /, **attributes: str | None) -> Html:
    """An element that has no content."""
    return Html(f"<{name}{_attributes(attributes)}>")


def joined(*children: str) -> Html:
    """Parts in a row."""
    return Html(
        "".join(each if isinstance(each, Html) else escape(each, quote=False) for each in children)
    )


def _attributes(attributes: dict[str, str | None]) -> str:
    return "".join(_written(attributes))


def _written(attributes: dict[str, str | None]) -> Iterator[str]:
    for name, value in attributes.items():
        if value is not None:
            plain = name.rstrip("_").replace("_", "-")
            yield f' {plain}="{escape(value)}"' if value else f" {plain}"
