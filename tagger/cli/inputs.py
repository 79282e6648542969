"""What commands read: rule packs and event files. What is wrong with them is said at once."""

import shlex
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path

from tagger.cli.console import CommandError, Meter, errors, printable
from tagger.codecs.event_files import STDIN, EventFileError, read_events
from tagger.codecs.json_events import JsonEvents
from tagger.codecs.wire import Input
from tagger.domain.dead_letters import RecordError
from tagger.rules.build import build_plan
from tagger.rules.faults import PackRefusedError
from tagger.rules.loader import RuleFolderError
from tagger.rules.plan import Plan


def plan_of(rule_paths: Sequence[Path], *, publish_experimental: bool = False) -> Plan:
    """The plan of the packs at these paths together. Raises CommandError when they cannot be
    used."""
    with refusal_told(rule_paths):
        return build_plan(*rule_paths, publish_experimental=publish_experimental)[0]


@contextmanager
def refusal_told(rule_paths: Sequence[Path]) -> Iterator[None]:
    """Raises CommandError for paths that cannot be read, and for packs that are refused, once
    every fault is listed on standard error."""
    try:
        yield
    except RuleFolderError as error:
        raise CommandError(f"rules: {error}") from error
    except PackRefusedError as refused:
        console = errors()
        for fault in refused.faults:
            console.print(printable(str(fault)), style="red" if fault.is_error else "yellow")
        count = sum(fault.is_error for fault in refused.faults)
        where = paths_text(rule_paths)
        raise CommandError(
            f"the rules in {where} are refused: {count} to mend by their author; "
            f"`tagger rules check {where}` shows them in place"
        ) from refused


def paths_text(paths: Sequence[Path]) -> str:
    """The paths as they are typed into a shell."""
    return shlex.join(map(str, paths))


class EventInput:
    """The records of event files, in the order of files, then lines.

    Bad lines are reported on standard error, unless `quiet`, and left out; `bad_lines` counts
    them, `records` the good ones.
    """

    def __init__(self, files: Sequence[str], *, quiet: bool = False) -> None:
        """Raises CommandError when standard input is to be read twice."""
        if files.count(STDIN) > 1:
            raise CommandError("events: - (standard input) can be read only once")
        self._files = files
        self._quiet = quiet
        self._console = errors()
        self._decoder = JsonEvents()
        self.records = 0
        self.bad_lines = 0

    def read(self, meter: Meter) -> Iterator[Input]:
        """Every record. Raises CommandError for a file that cannot be read to its end."""
        for file in self._files:
            try:
                for line in read_events(file, decoder=self._decoder):
                    meter()
                    if isinstance(line.content, RecordError):
                        self.bad_lines += 1
                        self._say(
                            f"{line.file}:{line.line} {line.content.code} {line.content.detail}"
                        )
                    else:
                        self.records += 1
                        yield line.content
            except EventFileError as error:
                raise CommandError(f"events: {error}") from error
        if self._decoder.unknown_fields:
            count = self._decoder.unknown_fields
            names = ", ".join(self._decoder.unknown_names)
            told = f" ({names})" if names else ""
            self._say(f"note: ignored fields that no schema names: {count:,}{told}")

    def _say(self, text: str) -> None:
        if not self._quiet:
            self._console.print(printable(text), style="yellow")


def nearest(word: str, known: Iterable[str]) -> str:
    """` Did you mean ...?` with up to three of the known words that are near, or nothing."""

    near = get_close_matches(word, known, n=3, cutoff=0.6)
    return f" Did you mean {' or '.join(map(printable, near))}?" if near else ""
