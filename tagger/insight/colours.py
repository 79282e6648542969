"""Colours of tags, and the text that can be read on them."""

import re

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_LIGHT, _DARK = "#ffffff", "#000000"


def is_colour(colour: str) -> bool:
    """Whether it is written as `#rrggbb`."""
    return _COLOUR.fullmatch(colour) is not None


def text_on(colour: str) -> str:
    """Black or white, whichever reads better on the colour: at least 4.5 to 1, always.

    Raises ValueError for what is no colour.
    """
    return max((_LIGHT, _DARK), key=lambda text: contrast(text, colour))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2 between two colours, 1 to 21. Raises ValueError."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    if not is_colour(colour):
        raise ValueError(f"{colour!r} is not a colour like #2e7d32")
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
