"""What `tagger dead-letters retry` puts back, and what it leaves out."""

import pytest
from click.testing import CliRunner

from tagger.cli.main import cli
from tagger.codecs.letter_lines import PlacedLetter
from tagger.domain.dead_letters import DeadLetter, DeadLetterCode
from tagger.stream.topics import Topics


def lying_at(offset: int, code: DeadLetterCode, value: bytes | None) -> PlacedLetter:
    topic = Topics().browse
    return PlacedLetter(0, offset, DeadLetter(topic, 2, 9, 0, b"c", value, (), code, ""))


def test_a_letter_without_the_bytes_of_its_record_is_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    large = lying_at(0, DeadLetterCode.TOO_LARGE, None)
    whole = lying_at(1, DeadLetterCode.MISSING_FIELD, b"{}")
    written: list[PlacedLetter] = []
    monkeypatch.setattr("tagger.cli.dead_letters.read_letters", lambda *_: iter([large, whole]))
    monkeypatch.setattr(
        "tagger.cli.dead_letters.put_back", lambda _, letters: written.extend(letters)
    )
    result = CliRunner().invoke(cli, ["dead-letters", "retry", "--all", "--brokers", "localhost:1"])
    assert result.exit_code == 0
    assert written == [whole]
    assert f"0/0: left out, its bytes stayed where they came from, at {Topics().browse}/2/9" in (
        " ".join(result.output.split())
    )
    assert result.output.splitlines()[-1] == "1 put back"
