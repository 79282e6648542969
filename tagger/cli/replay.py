"""`tagger replay`: rules over event files on a virtual clock, with no broker."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import click

from tagger.cli.arguments import Instant, Spreading, events_option, rules_option
from tagger.cli.console import DONE, FINDINGS, Meter, columns, metered, output
from tagger.cli.inputs import EventInput, plan_of
from tagger.cli.outputs import check_targets, write_outputs
from tagger.codecs.json_fields import to_json
from tagger.codecs.json_lines import change_line, tags_line
from tagger.domain.tags import Op
from tagger.domain.times import format_instant
from tagger.engine.driver import Decider, Replayed, tags_of
from tagger.engine.driver import replay as run_replay
from tagger.engine.profile import UNLIMITED, Profile
from tagger.engine.step import Clock, Input, Step
from tagger.rules.plan import Plan
from tagger.workflows.pipeline import Pipeline

Tags = list[tuple[str, dict[str, bool | str | int | float]]]
"""Of every known customer, in order."""


@click.command(cls=Spreading)
@rules_option
@events_option
@click.option(
    "--until",
    type=Instant(),
    help="Let time pass up to this instant; without it, to the last event's.",
)
@click.option("--changes", metavar="FILE", help="Write the tag changes, as JSON Lines.")
@click.option("--tags", metavar="FILE", help="Write every customer's final tags, as JSON Lines.")
@click.option("--actions", metavar="FILE", help="Write what workflows ask for, as JSON Lines.")
@click.option("--outcomes", metavar="FILE", help="Write the answers to commands, as JSON Lines.")
@click.option("--as-is", is_flag=True, help="Keep the order of the files instead of sorting.")
@click.option("--all", "all_tags", is_flag=True, help="Show experimental tags too.")
@click.pass_context
def replay(
    ctx: click.Context,
    rule_paths: tuple[Path, ...],
    event_files: tuple[str, ...],
    until: int | None,
    changes: str | None,
    tags: str | None,
    actions: str | None,
    outcomes: str | None,
    as_is: bool,
    all_tags: bool,
) -> None:
    """Run rules over event files on a virtual clock that ends at --until.

    Events need no order. A bad line is reported and left out, and the exit code is 1. Without
    --changes and --tags there is a summary. FILE may be - for standard output.

    \b
    Example, the tags as they were at the end of March:
      tagger replay --rules rules --events 2026-*.jsonl.gz \\
        --until 2026-04-01T00:00:00Z --changes changes.jsonl --tags tags.jsonl
    """
    named = {"changes": changes, "tags": tags, "actions": actions, "outcomes": outcomes}
    targets = {what: name for what, name in named.items() if name is not None}
    check_targets(targets.values())
    plan = plan_of(rule_paths, publish_experimental=all_tags)
    events = EventInput(event_files)
    found = _run(plan, events, until, as_is=as_is)
    final = final_tags(plan, found.profiles)
    write_outputs({name: _lines(what, found, final) for what, name in targets.items()})
    if "changes" not in targets and "tags" not in targets and "-" not in targets.values():
        _summarise(found, final, events.records)
    ctx.exit(FINDINGS if events.bad_lines else DONE)


def final_tags(plan: Plan, profiles: Mapping[str, Profile]) -> Tags:
    """The published tags of every known customer, customers in order."""
    published = frozenset(tag.name for tag in plan.tags if tag.published)
    return [(customer, tags_of(profiles[customer], published)) for customer in sorted(profiles)]


def _run(plan: Plan, events: EventInput, until: int | None, *, as_is: bool) -> Replayed:
    with metered("Reading") as meter:
        records = list(events.read(meter))
    with metered("Replaying", len(records)) as meter:
        decider = _Metered(Pipeline(plan, UNLIMITED), meter)
        return run_replay(decider, records, until=until, as_is=as_is)


class _Metered:
    """A decider whose steps are counted."""

    def __init__(self, decider: Decider, meter: Meter) -> None:
        self._step = decider.step
        self._meter = meter
        self.run_deadlines = decider.run_deadlines

    def step(self, profile: Profile | None, record: Input, clock: Clock) -> Step:
        self._meter()
        return self._step(profile, record, clock)


def _lines(what: str, found: Replayed, final: Tags) -> Iterator[bytes]:
    if what == "changes":
        return map(change_line, found.changes)
    if what == "tags":
        return (tags_line(customer, tags) for customer, tags in final)
    records = found.actions if what == "actions" else found.outcomes
    return (to_json(each) + b"\n" for each in records)


def _summarise(found: Replayed, final: Tags, records: int) -> None:
    console = output()
    until = "" if found.until is None else f", up to {format_instant(found.until)}"
    console.print(f"{records:,} records, {len(final):,} customers{until}")
    for title, table in (("Tags held", _held(final)), ("Changes", _changed(found))):
        console.print(f"\n{title}", style="bold")
        for line in table:
            console.print(line)
    console.print(f"\nActions: {len(found.actions):,}; commands answered: {len(found.outcomes):,}")


def _held(final: Tags) -> Iterable[object]:
    """Customers by tag; those of a text tag by its values."""
    held = Counter(
        (tag, value if isinstance(value, str) else "")
        for _, tags in final
        for tag, value in tags.items()
    )
    rows = [(tag, value, f"{count:,}") for (tag, value), count in sorted(held.items())]
    return columns(("tag", "value", "customers"), rows, right=("customers",))


def _changed(found: Replayed) -> Iterable[object]:
    changed = Counter((each.tag, each.cause, each.op) for each in found.changes)
    ops: tuple[Op, ...] = ("added", "updated", "removed")
    rows = [
        (tag, cause, *(f"{changed[tag, cause, op]:,}" for op in ops))
        for tag, cause in sorted({(tag, cause) for tag, cause, _ in changed})
    ]
    return columns(("tag", "cause", *ops), rows, right=ops)
