"""What `tagger topics migrate` refuses before it asks a broker."""

from typing import Any, NoReturn

import pytest
from click.testing import CliRunner

from tagger.cli import topics_migrate
from tagger.cli.main import cli
from tagger.stream.kafka.refusals import RefusedError


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--to-partitions", "6", "--suffix", ""], "names of their own"),
        (["--to-partitions", "0"], "not in the range"),
        ([], "Missing option '--to-partitions'"),
    ],
)
def test_a_move_to_nowhere_is_refused(words: list[str], said: str) -> None:
    asked = ["topics", "migrate", "--brokers", "127.0.0.1:1", *words]
    result = CliRunner().invoke(cli, asked)
    assert result.exit_code == 2
    assert said in result.output


def test_a_missing_right_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def look(*_: Any) -> NoReturn:
        raise RefusedError("the brokers refuse: allow the user to read the group")

    monkeypatch.setattr(topics_migrate, "look", look)
    asked = ["topics", "migrate", "--brokers", "127.0.0.1:1", "--to-partitions", "6", "--dry-run"]
    result = CliRunner().invoke(cli, asked)
    assert result.exit_code == 2
    assert "error: the brokers refuse: allow the user" in result.output
