"""Dead letters as lines for people. The topic may be of any length: a line is made as soon as a
letter is read, nothing holds on to its bytes, and a table is printed in pieces."""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from typing import TypeVar

from rich.cells import cell_len

from tagger.cli.console import columns, output, printable
from tagger.cli.wording import instant_text
from tagger.codecs.letter_lines import PlacedLetter

Row = tuple[str, str, str, str, str, str]
Shown = TypeVar("Shown")

HEADERS: Row = ("place", "written", "from", "key", "code", "detail")

_PIECE_ROWS = 1_000


def newest(
    letters: Iterable[PlacedLetter], shown: Callable[[PlacedLetter], Shown], limit: int | None
) -> Iterator[Shown]:
    """What `shown` makes of each letter, as they come; with a limit that of the last `limit` of
    each partition, partition by partition, once all are read."""
    if limit is None:
        yield from map(shown, letters)
        return
    by_partition: dict[int, deque[Shown]] = defaultdict(partial(deque, maxlen=limit))
    for placed in letters:
        by_partition[placed.partition].append(shown(placed))
    for _, last in sorted(by_partition.items()):
        yield from last


def row_of(placed: PlacedLetter, most_key_bytes: int = 256) -> Row:
    """The letter as a row under `HEADERS`; of a longer key its beginning."""
    letter = placed.letter
    origin = f"{letter.topic}/{letter.partition}/{letter.offset}"
    written = "-" if letter.timestamp < 0 else instant_text(letter.timestamp)
    return (
        placed.place,
        written,
        origin,
        _key_text(letter.key, most_key_bytes),
        letter.code.value,
        letter.detail,
    )


def print_table(rows: Iterable[Row]) -> int:
    """Print rows under one line of headers, nothing when there are none; gives how many. Columns
    are as wide as what was printed so far needs: they may grow, and never shrink."""
    count = 0
    widest: tuple[str, ...] = HEADERS
    unprinted = iter(rows)
    while piece := list(islice(unprinted, _PIECE_ROWS)):
        header, _, *lines = columns(HEADERS, [widest, *piece])
        for line in lines if count else (header, *lines):
            output().print(line)
        widest = tuple(max(cells, key=_width) for cells in zip(widest, *piece, strict=True))
        count += len(piece)
    return count


def _width(cell: str) -> int:
    return cell_len(printable(cell))


def _key_text(key: bytes | None, most_bytes: int) -> str:
    if key is None:
        return "-"
    beginning = key[:most_bytes].decode(errors="backslashreplace")
    return beginning if len(key) <= most_bytes else f"{beginning}..."
