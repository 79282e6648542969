"""What the demonstration shows: progress, changes as they happen, and the tables at the end.

On a terminal with colours and a moving bar; piped, the same facts as plain lines.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from tagger.cli.console import columns, printable
from tagger.cli.wording import change_mark, evidence_text, instant_text
from tagger.demo.observer import Observer
from tagger.domain.tags import TagChange
from tagger.domain.times import UNIT_MS
from tagger.rules.plan import Plan

_PIPED_WIDTH = 110
_STORY = 14
_MARK_WIDTH = 28


class Meter(Protocol):
    """A running measure of work done."""

    def __call__(self, done: int, total: int, note: str = "") -> None: ...


class Screen:
    """Prints the demonstration. Times are shown in UTC."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False)
        if not self.console.is_terminal:
            self.console.width = max(self.console.width, _PIPED_WIDTH)

    def say(self, text: str) -> None:
        """One plain sentence."""
        self.console.print(escape(text), soft_wrap=True)

    def heading(self, text: str) -> None:
        """What comes next."""
        self.console.print(f"\n[bold]{escape(text)}[/bold]")

    @contextmanager
    def meter(self, label: str) -> Iterator[Meter]:
        """A progress bar; piped, a line at each tenth."""
        if self.console.is_terminal:
            with Progress(
                TextColumn("  {task.description}"),
                BarColumn(),
                TaskProgressColumn(),
                TimeElapsedColumn(),
                TextColumn("{task.fields[note]}"),
                console=self.console,
            ) as progress:
                task = progress.add_task(label, total=None, note="")

                def show(done: int, total: int, note: str = "") -> None:
                    progress.update(task, completed=done, total=total, note=note)

                yield show
            return
        shown = -1

        def tell(done: int, total: int, note: str = "") -> None:
            nonlocal shown
            tenth = 10 * done // max(total, 1)
            if tenth > shown:
                shown = tenth
                self.console.print(f"  {label} {10 * tenth:3d} %  {note}".rstrip())

        yield tell

    def change(self, change: TagChange) -> None:
        """One tag change, as it happened."""
        self.console.print(_change_line(change), soft_wrap=True)

    def tags(self, plan: Plan, titles: Mapping[str, str], observer: Observer) -> None:
        """Every published tag with its holders and its comings and goings."""
        held: Counter[str] = Counter()
        for current in observer.tags.values():
            for name, holding in current.tags.items():
                held[name if holding.value is True else f"{name} = {holding.value}"] += 1
        rows = []
        for tag in sorted(plan.tags, key=lambda each: each.name):
            labels = [f"{tag.name} = {band.value}" for band in tag.bands] or [tag.name]
            for index, label in enumerate(labels if tag.published else ()):
                comings = _comings(observer, tag.name) if index == 0 else ("",) * 4
                title = titles.get(tag.name, "") if index == 0 else ""
                rows.append((label, title, f"{held[label]:,}", *comings))
        numbers = ("held by", "added", "updated", "removed", "by time")
        self.table(("tag", "title", *numbers), rows, right=numbers)

    def story(self, changes: Iterable[TagChange]) -> None:
        """A customer's newest changes, each with its evidence."""
        for change in list(changes)[-_STORY:]:
            self.console.print(_change_line(change, with_customer=False), soft_wrap=True)
            for item in change.evidence[:4]:
                mark = Text("✓", "green") if item.holds else Text("✗", "red")
                line = Text.assemble("        ", mark, " ", evidence_text(item))
                self.console.print(line, soft_wrap=True)

    def table(
        self,
        headers: Sequence[str],
        rows: Iterable[Sequence[str]],
        *,
        right: Sequence[str] = (),
    ) -> None:
        """Aligned columns; nothing where there are no rows."""
        listed = list(rows)
        if listed:
            for line in columns(headers, listed, right=right):
                self.console.print(Text("  ").append_text(line), soft_wrap=True)


def _comings(observer: Observer, tag: str) -> tuple[str, ...]:
    """How often the tag was added, updated and removed, and how often time alone did it."""
    numbers = dict.fromkeys(("added", "updated", "removed", "by time"), 0)
    for (name, op, cause), number in observer.changes.items():
        if name == tag:
            numbers[op] += number
            numbers["by time"] += number if cause in {"time", "ttl"} else 0
    return tuple(f"{number:,}" for number in numbers.values())


def _change_line(change: TagChange, *, with_customer: bool = True) -> Text:
    mark = change_mark(change)
    mark.pad_right(max(0, _MARK_WIDTH - mark.cell_len))
    later_ms = max(0, change.processed_at - change.effective_at)
    delay = f"{later_ms / 1_000:.3f} s later" if later_ms < UNIT_MS["m"] else "from history"
    who = f"{printable(change.customer_id):<8} " if with_customer else ""
    cause = f"{change.cause:<10} "
    trigger = Text(f"{printable(change.trigger.id)}, {delay}", style="dim")
    return Text.assemble(
        "  ", instant_text(change.effective_at), "  ", who, mark, " ", cause, trigger
    )
