"""`tagger demo`: the main job on real data, with nothing to set up."""

from pathlib import Path

import click

from tagger.cli.console import CommandError
from tagger.cli.inputs import plan_of
from tagger.codecs.event_files import read_events
from tagger.demo.datasets import DatasetError, default_cache_dir
from tagger.demo.epilogue import epilogue
from tagger.demo.prepare import prepare
from tagger.demo.screen import Screen
from tagger.demo.stage import Staging, play
from tagger.domain.commands import TagCommand
from tagger.domain.dead_letters import RecordError
from tagger.domain.events import Event
from tagger.resources import rules_dir
from tagger.rules.loader import load_rules


@click.command()
@click.option(
    "--rules",
    "rule_paths",
    metavar="DIR|FILE",
    multiple=True,
    type=click.Path(path_type=Path, exists=True),
    default=lambda: (rules_dir(),),
    help="Folder of rule packs, or one pack, several times if need be; the ones that come with the "
    "program by default.",
)
@click.option(
    "--live",
    "live_s",
    type=click.IntRange(5, 3_600),
    default=40,
    show_default=True,
    help="Seconds of live traffic after the history.",
)
@click.option(
    "--rate",
    type=click.FloatRange(0, 1_000),
    default=7.0,
    show_default=True,
    help="Live events a second.",
)
@click.option(
    "--customers",
    type=click.IntRange(0),
    default=600,
    show_default=True,
    help="So many of the 2,469 customers; 0 is all of them, which takes several minutes.",
)
@click.option(
    "--keep",
    "keep_in",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    help="Leave the events, the final tags and their instant in this folder.",
)
def demo(
    rule_paths: tuple[Path, ...],
    live_s: int,
    rate: float,
    customers: int,
    keep_in: Path | None,
) -> None:
    """Everything in one process, with real data: a year of purchases, clicks and chats drains as
    a backlog, live traffic follows, tags come and go, a coupon fires.

    \b
    Example:
      tagger demo
      tagger demo --customers 300 --live 20 --keep kept
    """
    screen = Screen()
    plan = plan_of(rule_paths)
    packs = load_rules(*rule_paths).packs
    titles = {tag.name: tag.title.get("en", "") for pack in packs for tag in pack.tags}
    events = _events(screen, customers)
    screen.heading("a year of history, read as a backlog")
    staging = Staging(live_s * 1_000, rate, keep_in)
    played = play(events, plan, staging, screen)
    epilogue(screen, tuple(map(_shown, rule_paths)), plan, titles, played)


def _shown(path: Path) -> Path:
    """The path as a person here would type it."""
    here = Path.cwd()
    return path.resolve().relative_to(here) if path.resolve().is_relative_to(here) else path


def _events(screen: Screen, customers: int) -> list[Event]:
    """The demonstration's events, of the first so many customers by id; 0 is all of them."""
    screen.heading("real data: published retail baskets, a click log, chat sentences")
    try:
        with screen.meter("preparing") as meter:
            prepared = prepare(default_cache_dir(), progress=meter, say=screen.say)
    except DatasetError as error:
        raise CommandError(str(error)) from error
    counts = ", ".join(f"{number:,} {name}" for name, number in sorted(prepared.counts.items()))
    screen.say(f"  {sum(prepared.counts.values()):,} events: {counts}")
    contents = [line.content for path in prepared.paths for line in read_events(path)]
    events = [each for each in contents if not isinstance(each, RecordError | TagCommand)]
    if not customers:
        return events
    chosen = set(sorted({event.customer_id for event in events})[:customers])
    return [event for event in events if event.customer_id in chosen]
