"""Writes the page of the settings: what each variable takes, its default and what it does.

Variables, defaults and limits are those that the settings ask for. What they mean stands in
`settings_words`; a variable that stands in one of the two alone stops the page.

Run as `python -m tagger.insight.settings_page --write FILE`; `--check FILE` writes nothing and
exits 1 when the page is old.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from tagger.environment import Choice, Default, Reader, Secret
from tagger.generated_page import write_or_check
from tagger.insight.settings_words import SECTIONS
from tagger.settings import Settings

_UNITS = {"MS": "milliseconds", "BYTES": "bytes", "EVENTS": "events", "PROFILES": "profiles"}
"""By the last word of a variable."""

_HEAD = """\
# Settings

Written by `python -m tagger.insight.settings_page` from the settings themselves. Every setting of
a worker, and of the commands that talk to a cluster, is an environment variable. Only
`TAGGER_BROKERS` is needed, and commands also take `--brokers`. Whatever is wrong is told at the
start, all at once.

A secret may stand in a file instead: the variable with `_FILE` behind its name has the path. No
secret is ever shown in a log, a message or a metric.

Two variables are none of a worker's: `TAGGER_CACHE` is the folder of what `tagger demo` downloads,
`.cache` without it, and with `TAGGER_TRACEBACK=1` a command that fails through a fault of the
program shows where.
"""


class _Setting(msgspec.Struct, frozen=True):
    """What a variable takes, and what counts without it."""

    takes: str
    default: str
    is_secret: bool


class _Catalogue(Reader):
    """Notes what is asked for; nothing is set. Where a question puts another, the first counts."""

    def __init__(self) -> None:
        super().__init__({})
        self.settings: dict[str, _Setting] = {}

    def optional(self, name: str) -> str | None:
        self._note(name, "text", "none")
        return super().optional(name)

    def text(self, name: str, default: str) -> str:
        self._note(name, "text", f"`{default}`")
        return super().text(name, default)

    def required(self, name: str, what: str) -> str:
        self._note(name, what, "needed")
        return super().required(name, what)

    def choice(self, name: str, options: tuple[Choice, ...], default: Default) -> Choice | Default:
        takes = ", ".join(f"`{each}`" for each in options)
        self._note(name, takes, "none" if default is None else f"`{default}`")
        return super().choice(name, options, default)

    def whole(self, name: str, default: int, lowest: int, highest: int) -> int:
        unit = _UNITS.get(name.rpartition("_")[2], "")
        what = f"a number of {unit}" if unit else "a whole number"
        self._note(name, f"{what}, {lowest:,} to {highest:,}", f"{default:,}")
        return super().whole(name, default, lowest, highest)

    def path(self, name: str, what: str) -> Path | None:
        self._note(name, f"the path of {what}", "none")
        return super().path(name, what)

    def secret(self, name: str) -> Secret | None:
        self._note(name, "text", "none", is_secret=True)
        return super().secret(name)

    def _note(self, name: str, takes: str, default: str, *, is_secret: bool = False) -> None:
        is_file = name.endswith("_FILE") and name.removesuffix("_FILE") in self.settings
        if not is_file:
            self.settings.setdefault(name, _Setting(takes, default, is_secret))


def page(sections: Mapping[str, Mapping[str, str]] = SECTIONS) -> str:
    """The page, whose `sections` say what each variable does. Raises ValueError unless they tell of
    all that are asked for, and of no others."""
    read = _Catalogue()
    Settings.read(read)
    settings = read.settings
    told = {name for meanings in sections.values() for name in meanings}
    if odd := settings.keys() ^ told:
        raise ValueError(f"asked for or told about, and not both: {', '.join(sorted(odd))}")
    parts = [_HEAD]
    for title, meanings in sections.items():
        parts += [f"## {title}\n", *_table(meanings, settings), ""]
    return "\n".join(parts)


def _table(meanings: Mapping[str, str], settings: Mapping[str, _Setting]) -> Iterator[str]:
    yield "| variable | takes | default | secret | what it does |"
    yield "|---|---|---|---|---|"
    for name, meaning in meanings.items():
        setting = settings[name]
        secret = "yes" if setting.is_secret else "no"
        cells = (f"`TAGGER_{name}`", setting.takes, setting.default, secret, meaning)
        yield f"| {' | '.join(cells)} |"


def main(arguments: Sequence[str] | None = None) -> int:
    """See `write_or_check`."""
    return write_or_check("tagger.insight.settings_page", page(), arguments)


if __name__ == "__main__":
    sys.exit(main())
