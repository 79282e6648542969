"""The program `tagger`: its commands by name, and what becomes of whatever goes wrong."""

import os
import sys
import traceback
from io import TextIOWrapper
from pathlib import Path
from typing import Any

import click

from tagger.build import build_text
from tagger.cli.groups import Lazy, LazyGroup

BUG = 70
INTERRUPTED = 130
BROKEN_PIPE = 141

COMMANDS = {
    "demo": Lazy("tagger.demo.command:demo", "Everything in one process, with real data."),
    "run": Lazy("tagger.cli.run:run", "Keep tags up to date: a worker on a Kafka cluster."),
    "topics": Lazy("tagger.cli.topics:topics", "Make the cluster's topics what the program needs."),
    "acls": Lazy("tagger.cli.acls:acls", "Print the rights that each part needs on a cluster."),
    "produce": Lazy("tagger.cli.produce:produce", "Write event files into the input topics."),
    "schemas": Lazy("tagger.cli.schemas:schemas", "The Avro schemas: check them, register them."),
    "dead-letters": Lazy(
        "tagger.cli.dead_letters:dead_letters", "Records that could not be used; put them back."
    ),
    "watch": Lazy("tagger.cli.watch:watch", "Show tag changes as they happen."),
    "replay": Lazy("tagger.cli.replay:replay", "Run rules over event files, with no broker."),
    "rules": Lazy("tagger.cli.rules:rules", "Check rule packs and their test cases."),
    "why": Lazy("tagger.cli.why:why", "Explain why a customer has a tag, or has it not."),
}


class _Program(LazyGroup):
    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; a reader that went away, and Ctrl-C, end it without a word."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(BROKEN_PIPE)
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)
        return result


@click.group(cls=_Program, lazy=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(build_text(), prog_name="tagger")
def cli() -> None:
    """Keeps every customer's tags true, all the time: rules over Kafka events, exact in time.

    \b
    See it work:      tagger demo
    Try your rules:   tagger rules check rules
                      tagger replay --rules rules --events events.jsonl

    Exit codes: 0 done, 1 findings, 2 wrong use or bad input.
    """


def main() -> None:
    """Run the program. What nobody expected is told as a bug in a sentence, and in full when the
    variable TAGGER_TRACEBACK is set."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        cli(prog_name="tagger")
    except Exception as error:
        if os.environ.get("TAGGER_TRACEBACK"):
            traceback.print_exception(error)
        else:
            sys.stderr.write(_bug_report(error))
        raise SystemExit(BUG) from error


def _bug_report(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
    return (
        f"error: a bug in tagger, no fault of yours: {type(error).__name__}: {error} ({where}). "
        "Run it again with TAGGER_TRACEBACK=1 and report what it shows.\n"
    )
