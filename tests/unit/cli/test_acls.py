"""`tagger acls`, and the guide that shows what it prints."""

import re
import shlex
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tagger.cli.main import cli

GUIDE = Path(__file__).parents[3] / "docs" / "guides" / "security.md"
BROKERS = {"TAGGER_BROKERS": "kafka:9093"}


def run(*words: str, **variables: str) -> Result:
    return CliRunner().invoke(cli, ["acls", *words], env=BROKERS | variables)


def test_principals_share_the_lines_of_their_role() -> None:
    result = run("--producer", "User:shop", "--producer", "User:web")
    comment, write, see = result.stdout.splitlines()
    assert comment == "# producer: writes events, or runs tagger produce"
    for line in (write, see):
        words = shlex.split(line)
        assert words[:3] == ["kafka-acls.sh", "--bootstrap-server", "kafka:9093"]
        assert [w for before, w in pairwise(words) if before == "--allow-principal"] == [
            "User:shop",
            "User:web",
        ]


def test_topics_and_group_are_those_of_the_settings() -> None:
    names = {"TAGGER_TOPIC_TAG_CHANGE": "mine", "TAGGER_GROUP": "blue"}
    worker = run("--worker", "User:w", **names).stdout
    assert " --topic mine " in worker
    assert "--group blue\n" in worker
    assert "--transactional-id blue/worker/ --resource-pattern-type prefixed\n" in worker
    consumer = run("--consumer", "User:c", "--consumer-group", "own", **names).stdout
    assert "--group own\n" in consumer
    assert "blue" not in consumer


def test_a_migrator_gets_the_old_topics_and_the_new_ones() -> None:
    words = ("--migrator", "User:m", "--to-partitions", "6")
    old, new, *_ = run(*words, TAGGER_TOPIC_CHAT="mine").stdout.splitlines()[1:]
    assert "--operation Write" not in old
    assert " --topic mine " in old
    assert "--operation Write" in new
    assert " --topic mine-p6 " in new
    assert (
        " --topic mine-next " in run(*words, "--suffix", "-next", TAGGER_TOPIC_CHAT="mine").stdout
    )


def test_a_principal_with_spaces_stays_one_word() -> None:
    name = "User:CN=tagger, O=Some Shop"
    line = run("--command-writer", name).stdout.splitlines()[1]
    assert name in shlex.split(line)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "say whose rights"),
        (("--worker", "tagger"), "'tagger' is no principal; write User:tagger"),
        (("--worker", "User:"), "write User:"),
        (("--consumer", "User:c"), "--consumer-group"),
        (("--worker", "User:w", "--consumer-group", "g"), "--consumer-group"),
        (("--migrator", "User:m"), "--to-partitions"),
        (("--worker", "User:w", "--to-partitions", "6"), "--migrator"),
        (("--worker", "User:w", "--suffix", "-p6"), "--to-partitions"),
        (("--migrator", "User:m", "--to-partitions", "6", "--suffix", ""), "names of their own"),
    ],
)
def test_what_is_missing_is_said(words: tuple[str, ...], told: str) -> None:
    result = run(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in result.stderr


def test_the_guide_shows_what_is_printed() -> None:
    (block,) = re.findall(
        r"^```console\n\$ \.venv/bin/(.*?)^```", GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    command, _, shown = block.replace("\\\n", "").partition("\n")
    program, *words = shlex.split(command)
    assert program == "tagger"
    printed = CliRunner().invoke(cli, words).stdout
    shown_lines = [" ".join(line.split()) for line in re.sub(r"\\\n\s+", "", shown).splitlines()]
    assert shown_lines == printed.splitlines()
