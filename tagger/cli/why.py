"""`tagger why`: one tag of one customer explained from event files, with no broker."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import click

from tagger.cli.arguments import Instant, Spreading, events_option, rules_option
from tagger.cli.console import DONE, FINDINGS, CommandError, errors, metered, output, printable
from tagger.cli.explanation import explanation_json, explanation_lines
from tagger.cli.inputs import EventInput, nearest, paths_text, plan_of
from tagger.cli.wording import instant_text
from tagger.domain.tags import TagChange
from tagger.engine.driver import instant_of
from tagger.engine.driver import replay as run_replay
from tagger.engine.explain import Explanation, explain
from tagger.engine.profile import UNLIMITED
from tagger.engine.step import Input
from tagger.rules.plan import Plan
from tagger.workflows.pipeline import Pipeline


class _History(NamedTuple):
    """One customer's records among those of all customers."""

    records: list[Input]
    customers: set[str]
    last_at: int | None


@click.command(cls=Spreading)
@click.argument("customer")
@click.argument("tag")
@rules_option
@events_option
@click.option("--at", type=Instant(), help="As of this instant; without it, of the last event's.")
@click.option(
    "--as-is",
    is_flag=True,
    help="Keep the order of the files instead of sorting: late events correct what was before.",
)
@click.option("--json", "as_json", is_flag=True, help="Answer as one JSON object.")
@click.pass_context
def why(
    ctx: click.Context,
    customer: str,
    tag: str,
    rule_paths: tuple[Path, ...],
    event_files: tuple[str, ...],
    at: int | None,
    as_is: bool,
    as_json: bool,
) -> None:
    """Explain a tag of a customer: held or not, since when, until when, and why.

    Every condition stands beside what was measured. Exit code 1 for a customer who is not known,
    2 for a tag that no rule makes.

    \b
    Example, as of a Monday morning:
      tagger why c-7 active --rules rules --events events.jsonl \\
        --at 2026-03-02T09:00:00Z
    """
    plan = _plan_with(rule_paths, tag)
    events = EventInput(event_files)
    history = _history(events, customer)
    explained = None if history.last_at is None else _explained(plan, history, tag, at, as_is=as_is)
    if explained is None:
        errors().print(_unknown(customer, history, at), style="red")
        ctx.exit(FINDINGS)
    if as_json:
        click.echo(explanation_json(*explained))
    else:
        for line in explanation_lines(*explained):
            output().print(line)
    ctx.exit(FINDINGS if events.bad_lines else DONE)


def _plan_with(rule_paths: Sequence[Path], tag: str) -> Plan:
    """The plan, in which an experimental tag counts as published when it is the one asked for."""
    plan = plan_of(rule_paths)
    if tag not in plan.tag_index:
        raise CommandError(
            f"no rule in {paths_text(rule_paths)} makes the tag {tag!r}."
            + (nearest(tag, plan.tag_index) or f" There are {', '.join(sorted(plan.tag_index))}.")
        )
    if plan.tags[plan.tag_index[tag]].published:
        return plan
    return plan_of(rule_paths, publish_experimental=True)


def _history(events: EventInput, customer: str) -> _History:
    records: list[Input] = []
    customers: set[str] = set()
    last_at: int | None = None
    with metered("Reading") as meter:
        for record in events.read(meter):
            customers.add(record.customer_id)
            at = instant_of(record)
            last_at = at if last_at is None else max(last_at, at)
            if record.customer_id == customer:
                records.append(record)
    return _History(records, customers, last_at)


def _explained(
    plan: Plan, history: _History, tag: str, at: int | None, *, as_is: bool
) -> tuple[Explanation, TagChange | None] | None:
    """None for a customer who is not known at that instant."""
    at = history.last_at if at is None else at
    pipeline = Pipeline(plan, UNLIMITED)
    found = run_replay(pipeline, history.records, until=at, as_is=as_is)
    if not found.profiles or at is None:
        return None
    (profile,) = found.profiles.values()
    made_it_so = [change for change in found.changes if change.tag == tag]
    return explain(pipeline.engine, profile, tag, at), made_it_so[-1] if made_it_so else None


def _unknown(customer: str, history: _History, at: int | None) -> str:
    if not history.records:
        hint = nearest(customer, history.customers)
        return printable(f"customer {customer!r} is in none of the event files.{hint}")
    first_at = min(map(instant_of, history.records))
    if at is not None and at < first_at:
        when = f"{instant_text(at)}: the first record is of {instant_text(first_at)}"
        return printable(f"customer {customer!r} is not known yet at {when}.")
    return printable(f"customer {customer!r} is not known: no record was accepted.")
