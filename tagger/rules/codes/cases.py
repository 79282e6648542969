"""Errors of `*.test.yaml` files: with one of them the cases of the file are not run."""

from tagger.rules.codes.code import Code

_PACK = """\
pack: shop
currency: EUR
tags:
  vip: {manual: only}
"""
_EXPECT = "expect: [{at: +1d, not_held: [vip]}]"


def _file(case: str) -> str:
    return f"pack: shop\nstarts_at: 2026-03-01T09:00:00Z\ncases:\n  - {case}\n"


def _history(event: str) -> str:
    return _file(f"{{name: tried, events: [{event}], {_EXPECT}}}")


CASE_ERRORS: dict[str, Code] = {
    "E-CASE-DUPLICATE-KEY": Code(
        "One mapping of the cases has the same word twice.",
        "Make two entries of a list of them.",
        _PACK,
        cases=_file("{name: first, name: second, expect: [{at: +1d, not_held: [vip]}]}"),
    ),
    "E-CASE-LIMIT": Code(
        "The cases are too large: the file, a number in it, or how many events are played in all.",
        "Split the file, or ask about fewer instants.",
        _PACK,
        cases=_history("{at: +0d, purchase: {amount: 1e99}}"),
    ),
    "E-CASE-MISSING": Code(
        "A word is missing without which a case shows nothing.",
        "Add it; a case has a `name` and expects something.",
        _PACK,
        cases=_file("{name: nothing expected}"),
    ),
    "E-CASE-TYPE": Code(
        "A value is of another kind than belongs there.",
        "Write what the sentence asks for; instants are written like `+3d12h` or in full.",
        _PACK,
        cases=_history("{at: 3, purchase: {amount: 20}}"),
    ),
    "E-CASE-UNKNOWN-NAME": Code(
        "There is no tag, pack or attribute of this name.",
        "Correct it: the nearest name is suggested.",
        _PACK,
        cases=_file("{name: tried, expect: [{at: +1d, not_held: [vpi]}]}"),
    ),
    "E-CASE-UNKNOWN-WORD": Code(
        "Cases have no such word in this place, or the event has no such field.",
        "Correct it: the nearest word is suggested.",
        _PACK,
        cases=_history("{at: +0d, purchase: {amuont: 20}}"),
    ),
    "E-CASE-VALUE": Code(
        "A value is of the right kind and cannot be: out of range, none of the choices, or one"
        " that the tag never has.",
        "Take a value that the sentence names.",
        _PACK,
        cases=_file("{name: tried, expect: [{at: +1d, tags: {vip: false}}]}"),
    ),
    "E-CASE-YAML": Code(
        "The file of cases is no YAML 1.2 here or just before.",
        "Indent with spaces, and close every bracket.",
        _PACK,
        cases=_file("{name: tried, expect: [{at: +1d, not_held: [vip]}]"),
    ),
}
