"""A tag change as one line for people.

The instant at which it took effect stands first, and beside it how much later it was processed:
what a worker waits for late events, or how far it is behind. Changes by time alone and corrections
have a colour on a terminal; in a pipe the word of the cause tells them apart.
"""

from collections.abc import Iterator

from rich.cells import cell_len
from rich.text import Text

from tagger.cli.console import printable
from tagger.cli.wording import brief_duration, change_mark, evidence_text, instant_text
from tagger.domain.tags import Cause, TagChange
from tagger.domain.times import UNIT_MS

_LINE_WIDTH = 120
"""Up to where a line may grow by more than one piece of evidence."""
_BEHIND_MS = UNIT_MS["m"]
"""A delay from which on a worker is behind, and does more than wait for late events."""
_STYLES: dict[Cause, str] = {"time": "cyan", "ttl": "cyan", "correction": "bold magenta"}


def change_text(change: TagChange) -> Text:
    """`effective_at`, the delay of `processed_at`, customer, tag, cause and evidence."""
    delay_ms = change.processed_at - change.effective_at
    delay = ("-" if delay_ms < 0 else "+") + brief_duration(abs(delay_ms))
    cells = (
        Text(instant_text(change.effective_at), style="dim"),
        Text(f"{delay:>8}", style="bold yellow" if delay_ms >= _BEHIND_MS else "dim"),
        _padded(Text(printable(change.customer_id)), 8),
        _padded(change_mark(change), 20),
        _padded(Text(change.cause, style=_STYLES.get(change.cause, "")), 10),
    )
    line = Text("  ").join(cells)
    line.append_text(_evidence(change, _LINE_WIDTH - line.cell_len))
    line.rstrip()
    return line


def _padded(cell: Text, width: int) -> Text:
    return Text.assemble(cell, " " * max(0, width - cell.cell_len))


def _evidence(change: TagChange, room: int) -> Text:
    """What was measured: behind the first piece only as much as there is room for."""
    shown = ""
    for number, text in enumerate(_pieces(change)):
        piece = ("; " if number else "  ") + text
        if number and cell_len(shown + piece) > room:
            shown += "; …"
            break
        shown += piece
    return Text(shown, style="dim")


def _pieces(change: TagChange) -> Iterator[str]:
    evidence = change.evidence
    if change.cause == "correction":
        late_ms = change.effective_at - change.trigger.at
        yield f"{brief_duration(late_ms)} late, of {instant_text(change.trigger.at)}"
        evidence = tuple(each for each in evidence if each.comparator != "behind the clock")
    yield from map(evidence_text, evidence)
