"""The program as a shell starts it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tagger import __version__
from tagger.cli import main, rules

from .kit import events_in, purchase, rules_in, run


def tagger(*args: str | Path, code: str = "pass", **more: str) -> subprocess.CompletedProcess[str]:
    """`tagger` in a process of its own; `code` runs before it."""
    start = f"import sys; {code}; from tagger.cli.main import main; main()"
    return subprocess.run(
        [sys.executable, "-c", start, *map(str, args)],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, **more},
        check=False,
    )


COMMANDS = [(name,) for name in main.COMMANDS] + [("rules", name) for name in rules.COMMANDS]


@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_has_help_with_an_example(path: tuple[str, ...]) -> None:
    result = run(*path, "--help")
    assert result.exit_code == 0
    assert "Example" in result.stdout
    assert f"  tagger {' '.join(path)} " in result.stdout


def test_a_group_shows_what_each_command_does() -> None:
    shown = [" ".join(line.split()) for line in run("--help").stdout.splitlines()]
    for name, lazy in main.COMMANDS.items():
        assert f"{name} {lazy.summary}" in shown


def test_offline_commands_start_without_a_broker_client() -> None:
    heavy = "('faust', 'mode', 'confluent_kafka', 'duckdb', 'tagger.stream')"
    code = (
        "import atexit; atexit.register("
        f"lambda: print(sorted(set({heavy}) & set(sys.modules)), file=sys.stderr))"
    )
    assert "Commands:" in tagger("--help", code=code).stdout
    for args in (("--help",), ("replay", "--help"), ("why", "--help"), ("rules", "check", "-h")):
        assert tagger(*args, code=code).stderr == "[]\n", args


def test_the_module_is_the_program() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "tagger", "--version"], capture_output=True, text=True, check=True
    )
    assert result.stdout.startswith(f"tagger, version {__version__}, ")


def test_a_misspelt_command_is_wrong_use_with_a_suggestion() -> None:
    result = run("replya")
    assert result.exit_code == 2
    assert "Did you mean 'replay'?" in result.stderr


def test_a_reader_that_went_away_is_no_news(tmp_path: Path) -> None:
    records = [purchase(f"c-{n}", "2026-03-01T09:00:00Z") for n in range(2_000)]
    events = events_in(tmp_path, *records)
    read, write = os.pipe()
    os.close(read)
    args = ("replay", "--rules", rules_in(tmp_path), "--events", events)
    for output in (("--changes", "-"), ()):
        with os.fdopen(os.dup(write), "wb") as closed:
            result = subprocess.run(
                [sys.executable, "-m", "tagger", *map(str, args), *output],
                stdout=closed,
                stderr=subprocess.PIPE,
                timeout=120,
                check=False,
            )
        assert (result.returncode, result.stderr) == (128 + signal.SIGPIPE, b"")
    os.close(write)


def test_what_nobody_expected_is_told_as_a_bug(tmp_path: Path) -> None:
    code = "import tagger.cli.inputs as inputs; inputs.build_plan = lambda *_, **__: {}['gone']"
    args = ("replay", "--rules", rules_in(tmp_path), "--events", events_in(tmp_path))
    result = tagger(*args, code=code)
    assert result.returncode == main.BUG
    (sentence,) = result.stderr.splitlines()
    assert sentence.startswith("error: a bug in tagger, no fault of yours: KeyError: 'gone' (")
    assert "Traceback" in tagger(*args, code=code, TAGGER_TRACEBACK="1").stderr


def test_output_that_the_terminal_cannot_show_is_escaped(tmp_path: Path) -> None:
    args = ("--rules", rules_in(tmp_path), "--events")
    events = events_in(tmp_path, purchase("客户", "2026-03-01T09:00:00Z"))
    result = tagger("why", "客户", "active", *args, events, PYTHONIOENCODING="ascii")
    assert result.returncode == 0
    assert result.stdout.startswith("\\u2717 \\u5ba2\\u6237 does not have active\n")


def test_colours_are_for_terminals(tmp_path: Path) -> None:
    args = ("why", "c", "active", "--rules", rules_in(tmp_path), "--events")
    events = events_in(tmp_path, purchase("c", "2026-03-01T09:00:00Z"))
    assert "\x1b[" not in tagger(*args, events).stdout
    assert "\x1b[" in tagger(*args, events, FORCE_COLOR="1", TERM="xterm").stdout
