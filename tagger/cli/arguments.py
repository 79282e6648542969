"""Arguments that several commands share."""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from tagger.codecs.faults import FIRST_INSTANT_MS, LAST_INSTANT_MS
from tagger.domain.times import parse_instant

_WHOLE = re.compile(r"-?\d{1,18}", re.ASCII)


class Instant(click.ParamType):
    """RFC 3339 with offset, or integer milliseconds; gives milliseconds."""

    name = "time"

    def __init__(self, *, allow_now: bool = False) -> None:
        self._allow_now = allow_now

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> int | None:
        """Milliseconds since the epoch."""
        text = str(value).strip()
        if self._allow_now and text == "now":
            return time.time_ns() // 1_000_000
        try:
            at = int(text) if _WHOLE.fullmatch(text) else parse_instant(text)
        except ValueError:
            at = LAST_INSTANT_MS + 1
        if not FIRST_INSTANT_MS <= at <= LAST_INSTANT_MS:
            also = ", or now" if self._allow_now else ""
            self.fail(
                f"{text!r} is not a time; write it like 2026-03-01T09:30:00Z (RFC 3339 with "
                f"offset) or as whole milliseconds since 1970{also}",
                param,
                ctx,
            )
        return at


class Spreading(click.Command):
    """Takes `--events a b c` for `--events a --events b --events c`: up to the next option, or
    to `--`. A lone `-` is a value."""

    SPREAD = "--events"

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Spread, then parse."""
        return super().parse_args(ctx, list(self._spread(args)))

    def _spread(self, args: list[str]) -> Iterator[str]:
        spreading = filled = False
        for at, each in enumerate(args):
            if each == "--":
                yield from args[at:]
                return
            if each == self.SPREAD or each.startswith(f"{self.SPREAD}="):
                spreading, filled = True, each != self.SPREAD
            elif each.startswith("-") and each != "-":
                spreading = False
            elif spreading:
                if filled:
                    yield self.SPREAD
                filled = True
            yield each


rules_option = click.option(
    "--rules",
    "rule_paths",
    metavar="DIR|FILE",
    required=True,
    multiple=True,
    type=click.Path(path_type=Path),
    help="Folder of rule packs, or one pack; may be given several times.",
)
events_option = click.option(
    "--events",
    "event_files",
    metavar="FILE...",
    required=True,
    multiple=True,
    help="Event files: JSON Lines, also gzip or zstd; - is standard input.",
)
brokers_option = click.option(
    "--brokers",
    metavar="HOST:PORT,...",
    help="Kafka brokers; without it the variable TAGGER_BROKERS.",
)
