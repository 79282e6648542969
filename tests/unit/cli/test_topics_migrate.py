"""What `tagger topics migrate` refuses before it asks a broker."""

import pytest
from click.testing import CliRunner

from tagger.cli.main import cli


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
