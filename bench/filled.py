"""Tables within pages that people write: each stands between two marks, and the text around them
stays as it is."""

import re
from collections.abc import Iterable, Iterator, Mapping

Line = tuple[str, ...]

_PART = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end of table -->)", re.DOTALL)


def filled(page: str, tables: Mapping[str, Iterable[Line]]) -> str:
    """The page with its tables, by the name in their mark; the first line of a table has the
    headings. One that has no other lines is its text alone. Raises KeyError for a mark whose table
    there is not."""

    def put(found: re.Match[str]) -> str:
        return "\n".join([found[1], *_markdown(list(tables[found[2]])), "", found[3]])

    return _PART.sub(put, page)


def _markdown(lines: list[Line]) -> Iterator[str]:
    """Columns whose last cell begins with a digit have figures, which go to the right."""
    headings, *rest = lines
    if not rest:
        yield " ".join(headings)
        return
    figures = [cell[:1].isdigit() for cell in rest[-1]]
    yield f"| {' | '.join(headings)} |"
    yield "|" + "".join("---:|" if each and place else "---|" for place, each in enumerate(figures))
    for line in rest:
        yield f"| {' | '.join(line)} |"
