"""Writes the page of the faults that rule files can have, from the table of their codes.

Run as `python -m tagger.insight.rule_faults --write FILE`; `--check FILE` writes nothing and
exits 1 when the page is old.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence

from tagger.generated_page import write_or_check
from tagger.rules.codes import CASE_ERRORS, ERRORS, WARNINGS, Code

_HEAD = """\
# The faults of rule files

What `tagger rules check` finds, by code. Written by `python -m tagger.insight.rule_faults`; a test
finds each code in its example, and no other.

- `E-` refuses the whole pack; the running packs stay.
- `E-CASE-` is a fault of a `*.test.yaml`.
- `W-` warns: it is legal, and a careful colleague would ask.
"""
_LONGEST_EXAMPLE = 40


def page() -> str:
    """The page: errors of packs, errors of cases, warnings."""
    parts = [
        _HEAD,
        *_group("Errors", ERRORS),
        *_group("Errors of cases", CASE_ERRORS),
        *_group("Warnings", WARNINGS),
    ]
    return "\n".join(parts)


def _group(title: str, codes: Mapping[str, Code]) -> Iterator[str]:
    yield f"## {title}\n"
    for name, code in sorted(codes.items()):
        yield f"### {name}\n\n{code.meaning}\n\n{code.mend}\n"
        for text in (code.pack, code.other, code.cases):
            if text is not None and _is_short(text):
                yield f"```yaml\n{text.rstrip()}\n```\n"


def _is_short(text: str) -> bool:
    """Whether people would read it: some faults need hundreds of lines."""
    lines = text.splitlines()
    return len(lines) <= _LONGEST_EXAMPLE and max(map(len, lines), default=0) <= 2 * _WIDTH


_WIDTH = 100


def main(arguments: Sequence[str] | None = None) -> int:
    """See `write_or_check`."""
    return write_or_check("tagger.insight.rule_faults", page(), arguments)


if __name__ == "__main__":
    sys.exit(main())
