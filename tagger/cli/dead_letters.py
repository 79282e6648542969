"""`tagger dead-letters`: records that could not be used; look at them, mend them, put them back."""

import sys
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any

import click

from tagger.cli.arguments import brokers_option
from tagger.cli.cluster import quiet_client, settings_of
from tagger.cli.console import DONE, FINDINGS, CommandError, columns, errors, output, printable
from tagger.cli.groups import Lazy, LazyGroup
from tagger.cli.letter_table import HEADERS, newest, print_table, row_of
from tagger.codecs.letter_lines import (
    LetterLineError,
    PlacedLetter,
    letter_from_line,
    letter_line,
)
from tagger.domain.dead_letters import DeadLetterCode
from tagger.environment import SettingsError
from tagger.settings import Settings
from tagger.stream.kafka.letters import put_back, read_letters
from tagger.stream.kafka.preflight import TopicsError
from tagger.stream.kafka.sender import SendError

COMMANDS = {
    "list": Lazy("tagger.cli.dead_letters:list_", "List them, with the reason."),
    "show": Lazy("tagger.cli.dead_letters:show", "Show one whole, with its bytes."),
    "retry": Lazy("tagger.cli.dead_letters:retry", "Put them back where they came from."),
}

_MOST_BYTES_SHOWN = 4_096


@click.group(cls=LazyGroup, lazy=COMMANDS)
def dead_letters() -> None:
    """Look at records that could not be used, mend them, and put them back.

    \b
    Example:
      tagger dead-letters list --code wrong-partition
      tagger dead-letters retry --code wrong-partition
    """


def selection(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that choose among dead letters; the command gets `chosen`, a predicate."""

    @click.option(
        "--code",
        "codes",
        multiple=True,
        type=click.Choice([code.value for code in DeadLetterCode]),
        help="Only those rejected for this reason; may be repeated.",
    )
    @click.option("--topic", "topics", multiple=True, help="Only records of this input topic.")
    @click.option("--key", "keys", multiple=True, help="Only records with this key.")
    @wraps(command)
    def with_selection(
        *args: Any,
        codes: tuple[str, ...],
        topics: tuple[str, ...],
        keys: tuple[str, ...],
        **kw: Any,
    ) -> Any:
        wanted_keys = {key.encode() for key in keys}

        def chosen(placed: PlacedLetter) -> bool:
            letter = placed.letter
            return (
                (not codes or letter.code.value in codes)
                and (not topics or letter.topic in topics)
                and (not keys or letter.key in wanted_keys)
            )

        is_narrowed = bool(codes or topics or keys)
        return command(*args, chosen=chosen, is_narrowed=is_narrowed, **kw)

    return with_selection


@click.command("list")
@selection
@click.option("--limit", type=click.IntRange(min=1), help="The newest of each partition alone.")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines, to be edited and put back.")
@brokers_option
@click.pass_context
def list_(
    ctx: click.Context,
    chosen: Callable[[PlacedLetter], bool],
    is_narrowed: bool,  # noqa: ARG001 - what `selection` gives
    limit: int | None,
    as_json: bool,
    brokers: str | None,
) -> None:
    """List dead letters: where each lies, where it came from, why it was rejected.

    They are shown as they are read: those of one partition in their order, partitions in turns.
    With --limit they are shown once all are read, partition by partition. The exit code is 1 when
    there are any.

    \b
    Example, to mend what a producer got wrong:
      tagger dead-letters list --code missing-field --json > letters.jsonl
      tagger dead-letters retry --from letters.jsonl
    """
    letters = filter(chosen, _letters(settings_of(brokers)))
    if as_json:
        count = _print_lines(newest(letters, letter_line, limit))
    elif count := print_table(newest(letters, row_of, limit)):
        output().print(f"{count} dead letters")
    else:
        output().print("no dead letters", style="bold green")
    ctx.exit(FINDINGS if count else DONE)


def _print_lines(lines: Iterable[bytes]) -> int:
    count = 0
    for line in lines:
        sys.stdout.buffer.write(line)
        count += 1
    return count


@click.command()
@click.argument("place", metavar="PARTITION/OFFSET")
@brokers_option
def show(place: str, brokers: str | None) -> None:
    """Show one dead letter whole: the reason, its headers, and its bytes.

    \b
    Example:
      tagger dead-letters show 3/1742
    """
    for placed in _letters(settings_of(brokers)):
        if placed.place == place:
            _show(placed)
            return
    raise CommandError(f"no dead letter lies at {printable(place)}; see tagger dead-letters list")


@click.command()
@click.argument("places", metavar="[PARTITION/OFFSET]...", nargs=-1)
@selection
@click.option(
    "--from",
    "file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Lines of `list --json`, mended, instead of what lies in the topic.",
)
@click.option("--all", "everything", is_flag=True, help="All of them.")
@click.option("--dry-run", is_flag=True, help="Say what would be put back, and write nothing.")
@brokers_option
@click.pass_context
def retry(
    ctx: click.Context,
    places: tuple[str, ...],
    chosen: Callable[[PlacedLetter], bool],
    is_narrowed: bool,
    file: Path | None,
    everything: bool,
    dry_run: bool,
    brokers: str | None,
) -> None:
    """Write dead letters to the topics they came from, with their keys, bytes and headers.

    Each goes to the partition of its key, so what lay in a wrong one is right afterwards. They stay
    in the dead-letter topic too; an event that is put back twice counts once. What is still wrong
    comes back as another dead letter. One that was too large is left out: its bytes never left the
    input topic. In a file that is so until its value is filled in.

    \b
    Examples:
      tagger dead-letters retry 3/1742
      tagger dead-letters retry --code wrong-partition
      tagger dead-letters retry --from letters.jsonl
    """
    if not (places or is_narrowed or file or everything):
        raise CommandError("say which: places, --code, --topic, --key, --from or --all")
    settings = settings_of(brokers)
    source = _letters(settings) if file is None else _letters_in(file)
    letters = [each for each in source if chosen(each) and (not places or each.place in places)]
    missing = set(places) - {each.place for each in letters}
    if missing:
        raise CommandError(f"no dead letter lies at {', '.join(sorted(missing))}")
    letters, cut = _parted(letters)
    foreign = {each.letter.topic for each in letters} - set(settings.topics.inputs())
    if foreign:
        raise CommandError(
            f"{', '.join(sorted(foreign))}: not an input topic; records are put back nowhere else"
        )
    print_table(map(row_of, letters))
    if not dry_run:
        _put_back(settings, letters)
    left_out = f", {len(cut)} left out" if cut else ""
    output().print(f"{len(letters)} {'would be ' if dry_run else ''}put back{left_out}")
    ctx.exit(DONE)


def _parted(letters: Iterable[PlacedLetter]) -> tuple[list[PlacedLetter], list[PlacedLetter]]:
    """Those that can be put back, and those of which nothing but a hint lies in the topic: a null
    value in their place would tell a compacted topic to forget the key."""
    whole, cut = [], []
    for each in letters:
        letter = each.letter
        if letter.code is DeadLetterCode.TOO_LARGE and letter.value is None:
            cut.append(each)
            errors().print(
                f"{each.place}: left out, its bytes stayed where they came from, at "
                f"{printable(letter.topic)}/{letter.partition}/{letter.offset}"
            )
        else:
            whole.append(each)
    return whole, cut


def _put_back(settings: Settings, letters: list[PlacedLetter]) -> None:
    try:
        put_back(settings, letters)
    except (TopicsError, SendError, SettingsError) as error:
        raise CommandError(str(error)) from error


def _letters(settings: Settings) -> Iterator[PlacedLetter]:
    quiet_client()
    try:
        yield from read_letters(settings, lambda told: errors().print(printable(told)))
    except (TopicsError, SettingsError) as error:
        raise CommandError(str(error)) from error


def _letters_in(file: Path) -> Iterator[PlacedLetter]:
    with file.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                try:
                    yield letter_from_line(line)
                except LetterLineError as error:
                    raise CommandError(f"{file}:{number}: {printable(str(error))}") from error


def _show(placed: PlacedLetter) -> None:
    letter, console = placed.letter, output()
    (_, row) = columns([""] * len(HEADERS), [row_of(placed, _MOST_BYTES_SHOWN)])
    console.print(row, style="bold")
    for name, value in letter.headers:
        console.print(printable(f"  {name}: {(value or b'').decode(errors='backslashreplace')}"))
    if letter.value is None:
        console.print("no value")
        return
    console.print(f"{len(letter.value)} bytes")
    shown = letter.value[:_MOST_BYTES_SHOWN]
    console.print(printable(shown.decode(errors="backslashreplace")))
    if len(letter.value) > len(shown):
        console.print(f"and {len(letter.value) - len(shown)} more; list --json has them all")
