"""What the YAML parser complains of, as sentences for people who never saw a parser.

Wrong indentation and brackets are the commonest faults of a rule file, and the parser speaks of
blocks and tokens there.
"""

import re
from typing import NamedTuple

from ruamel.yaml.error import MarkedYAMLError

_FOUND = re.compile(r"but (?:found|got) '(.+)'")
_CHARACTER = re.compile(r"found character (\S+) that cannot start any token")
_IN_QUOTES = "put the value in quotes"
_OUT_OF_PLACE = {
    "}": ("a `}` that closes nothing", "take it out"),
    "]": ("a `]` that closes nothing", "take it out"),
    ",": ("a comma behind a finished value", "begin a new line, or put all into brackets"),
    "<scalar>": (
        "more text behind a finished value",
        "put the whole text into one pair of quotes",
    ),
}
"""By what was found where a block goes on: what is wrong, and what to do."""


class Complaint(NamedTuple):
    """What is wrong, and what to do about it. `at_context`: the fault is better seen where what
    was being read began."""

    sentence: str
    hint: str | None = None
    at_context: bool = False


def complaint(error: MarkedYAMLError, text: str) -> Complaint:
    """What the parser found wrong with `text`."""
    problem = str(error.problem or error.context or "cannot be read").strip().splitlines()[0]
    context = str(error.context)
    if "'\\t'" in problem:
        return Complaint("a tab stands where spaces belong", "indent with spaces")
    if "mapping values are not allowed" in problem:
        return _unexpected_colon(error, text)
    if problem.startswith("expected <block end>"):
        return _out_of_place(problem)
    if problem.startswith(("expected ',' or '}'", "expected ',' or ']'")):
        return _not_closed(error, problem)
    if "unexpected end of stream" in problem and "quoted" in context:
        return Complaint("the quotation mark here is not closed", "close it", at_context=True)
    if "could not find expected ':'" in problem:
        hint = "after a word stand `:` and a space"
        return Complaint("a word without `:`", hint, at_context=True)
    if found := _CHARACTER.search(problem):
        character = found[1].strip("'\"")
        return Complaint(f"a bare value cannot begin with {character}", _IN_QUOTES)
    if "chomping or indentation" in problem:
        return Complaint("a bare value cannot begin with > or |", _IN_QUOTES)
    if "an alias" in context or "an anchor" in context:
        return Complaint("a bare value cannot begin with * or &", _IN_QUOTES)
    if "sequence entries are not allowed" in problem:
        hint = "begin each `-` on a line of its own"
        return Complaint("a list cannot begin on the line of its word", hint)
    if "unknown escape character" in problem:
        hint = "take single quotes around the text"
        return Complaint("a backslash in double quotes", hint)
    return Complaint(problem)


def _unexpected_colon(error: MarkedYAMLError, text: str) -> Complaint:
    before = text[: error.problem_mark.index] if error.problem_mark is not None else ""
    if ":" in before[before.rfind("\n") + 1 :]:
        return Complaint("a second `:` on this line", "put a text that has a colon in quotes")
    return Complaint(
        "this line goes on with the value above it, and that cannot have a `:`",
        "begin the line in the column of the words it belongs to",
    )


def _out_of_place(problem: str) -> Complaint:
    found = _FOUND.search(problem)
    if found is not None and found[1] in _OUT_OF_PLACE:
        return Complaint(*_OUT_OF_PLACE[found[1]])
    return Complaint(
        "the indentation fits none of the lines above",
        "words of one mapping, and the `-` of one list, begin in the same column",
    )


def _not_closed(error: MarkedYAMLError, problem: str) -> Complaint:
    closing = problem[len("expected ',' or '")]
    opening = "{" if closing == "}" else "["
    mark = error.context_mark or error.problem_mark
    place = f" of line {mark.line + 1}" if mark is not None else ""
    hint = f"add `{closing}`, a comma between two values, or quotes around a text"
    return Complaint(f"the `{opening}`{place} is not closed before this", hint)
