"""Windows: over which time a measure looks at events."""

from typing import Literal, cast

from tagger.rules.reading.scope import Scope
from tagger.rules.reading.word_reader import Words
from tagger.rules.syntax import Period, Window
from tagger.rules.vocabulary import WINDOW

EVER = Window(None)


def read_window(words: Words, measure: str, scope: Scope) -> Window | None:
    """The window of a measure that must name one; None after reporting what is wrong."""
    if all(words.lacks(word) for word in WINDOW if word != "ago"):
        sentence = f"`{measure}` names no window"
        scope.findings.add(words.at, "E-NO-WINDOW", sentence, "add for example `within: 30d`")
    return _read(words, measure, scope)


def read_bounded_window(words: Words, measure: str, scope: Scope) -> Window | None:
    """The same for a measure that has to remember every event of its window."""
    window = read_window(words, measure, scope)
    if "ever" not in words:
        return window
    sentence = f"`{measure}` over all history would have to remember every event"
    hint = "take a window with an end, like `within: 365d`"
    scope.findings.add(words.place("ever"), "E-UNBOUNDED", sentence, hint)
    return None


def read_optional_window(words: Words, measure: str, scope: Scope) -> Window | None:
    """The same for a measure that looks at all history when nothing is said."""
    return _read(words, measure, scope) if _kinds(words) or "ago" in words else EVER


def _kinds(words: Words) -> list[str]:
    return [word for word in WINDOW if word != "ago" and word in words]


def _read(words: Words, measure: str, scope: Scope) -> Window | None:
    kinds = _kinds(words)
    for second in kinds[1:]:
        sentence = f"`{measure}` has a window already: `{kinds[0]}`"
        scope.findings.add(words.place(second), "E-WINDOW", sentence, f"take out `{second}`")
    if "ago" in words and kinds[:1] != ["within"]:
        sentence = "`ago` needs the length of the window beside it"
        scope.findings.add(
            words.place("ago"), "E-WINDOW", sentence, "add for example `within: 30d`"
        )
    within_ms, ago_ms = words.duration("within"), words.duration("ago")
    this, previous = words.choice("this"), words.choice("previous")
    if "ever" in words:
        words.only_true("ever")
        return EVER
    if this is not None or previous is not None:
        back: Literal[0, 1] = 0 if this is not None else 1
        return Window(None, period=cast("Period", this or previous), periods_ago=back)
    return None if within_ms is None else Window(within_ms, ago_ms or 0)
