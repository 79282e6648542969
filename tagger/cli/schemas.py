"""`tagger schemas`: the Avro schemas, their promise, and their place in a registry."""

import asyncio
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from tagger.cli.console import DONE, FINDINGS, CommandError, columns, output, printable
from tagger.cli.groups import Lazy, LazyGroup
from tagger.codecs import schemas as avro
from tagger.codecs.registration import Plan, carry_out, plan_for
from tagger.codecs.registry_client import (
    Registered,
    RegistryAwayError,
    RegistryClient,
    RegistryRefusalError,
)
from tagger.codecs.schema_history import ADVICE, history_faults
from tagger.environment import Reader
from tagger.registry_access import RegistryAccess, registry_access
from tagger.settings import topics_of
from tagger.stream.schema_ids import subjects
from tagger.stream.topics import Topics

COMMANDS = {
    "list": Lazy("tagger.cli.schemas:list_", "The schemas, with version and fingerprint."),
    "check": Lazy("tagger.cli.schemas:check", "Say whether every version reads every other."),
    "register": Lazy("tagger.cli.schemas:register", "Put the schemas into a schema registry."),
}

_HEADERS = ("subject", "version", "id", "what")


@click.group(cls=LazyGroup, lazy=COMMANDS)
def schemas() -> None:
    """Look at the Avro schemas, check that they stay compatible, and register them.

    \b
    Example:
      tagger schemas check
      tagger schemas register --dry-run
    """


@click.command("list")
def list_() -> None:
    """List the schemas: the newest published version, its fingerprint, and its subject.

    The fingerprint is the one that single-object encoding writes (CRC-64-AVRO).

    \b
    Example:
      tagger schemas list
    """
    subject_of = subjects(_topics())
    rows = [
        (
            name,
            str(len(avro.versions(name))),
            f"{avro.fingerprint(avro.current(name)):016x}",
            subject_of[name],
        )
        for name in avro.NAMES
    ]
    headers = ("record", "version", "fingerprint", "subject")
    for line in columns(headers, rows, right=("version",)):
        output().print(line)


@click.command()
@click.argument(
    "folder", required=False, type=click.Path(path_type=Path, exists=True, file_okay=False)
)
@click.pass_context
def check(ctx: click.Context, folder: Path | None) -> None:
    """Say whether every version of every schema reads every other (FULL_TRANSITIVE).

    FOLDER holds a schema for each record and their published versions under history; without it
    those that come with the program are checked. A schema that was changed must be published as a
    new version. The exit code is 1 when something is wrong.

    \b
    Example:
      tagger schemas check schemas/avro
    """
    pairs, faults = history_faults(avro.folder() if folder is None else folder)
    for fault in faults:
        output().print(printable(str(fault)))
    if faults:
        output().print(ADVICE)
        ctx.exit(FINDINGS)
    told = f"{len(avro.NAMES)} schemas, {pairs} published versions: each reads all others"
    output().print(told, style="bold green")
    ctx.exit(DONE)


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what would be done, and change nothing.")
@click.pass_context
def register(ctx: click.Context, dry_run: bool) -> None:
    """Register every schema under its topic's name and `-value`, fully compatible.

    The registry is the one of TAGGER_REGISTRY_URL; each subject gets the compatibility level
    FULL_TRANSITIVE. What is there already stays as it is. When one schema cannot go together with
    all versions of its subject nothing is registered at all, and the exit code is 1.

    \b
    Example:
      TAGGER_REGISTRY_URL=http://localhost:8081 tagger schemas register --dry-run
    """
    try:
        client = RegistryClient(_access())
    except OSError as error:
        raise CommandError(f"TAGGER_REGISTRY_CA: {error}") from error
    try:
        ctx.exit(asyncio.run(_register(client, subjects(_topics()), dry_run=dry_run)))
    except RegistryAwayError as error:
        raise CommandError(str(error)) from error


async def _register(client: RegistryClient, subject_of: dict[str, str], *, dry_run: bool) -> int:
    async with client as registry:
        plans = [
            await plan_for(registry, subject, avro.current(name))
            for name, subject in subject_of.items()
        ]
        refused = [f"{plan.subject}: {why}" for plan in plans for why in plan.refusals]
        if refused:
            return _say_refused([*refused, ADVICE], "nothing was registered")
        if dry_run:
            _show((plan, plan.found) for plan in plans)
            output().print("nothing was changed")
            return DONE
        done: list[tuple[Plan, Registered | None]] = []
        for plan in plans:
            try:
                found = await carry_out(registry, plan)
            except RegistryRefusalError as error:
                _show(done)
                return _say_refused([f"{plan.subject}: {error}"], "nothing more was registered")
            done.append((plan, found))
        _show(done)
        return DONE


def _say_refused(told: Iterable[str], end: str) -> int:
    for line in told:
        output().print(printable(line))
    output().print(end, style="bold red")
    return FINDINGS


def _show(done: Iterable[tuple[Plan, Registered | None]]) -> None:
    for line in columns(_HEADERS, _rows(done), right=("version", "id")):
        output().print(line)


def _rows(done: Iterable[tuple[Plan, Registered | None]]) -> Iterator[tuple[str, ...]]:
    for plan, found in done:
        version, schema_id = ("-", "-") if found is None else (str(found.version), str(found.id))
        yield plan.subject, version, schema_id, plan.what


def _topics() -> Topics:
    read = Reader(os.environ)
    topics = topics_of(read)
    _require(read)
    return topics


def _access() -> RegistryAccess:
    read = Reader(os.environ)
    access = registry_access(read)
    _require(read)
    if access is None:
        raise CommandError(
            "TAGGER_REGISTRY_URL: missing; write the address of the schema registry's API"
        )
    return access


def _require(read: Reader) -> None:
    if read.faults:
        raise CommandError("\n".join(read.faults))
