"""What `tagger dead-letters retry` puts back, and what it leaves out."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tagger.cli.main import cli
from tagger.codecs.letter_lines import PlacedLetter, letter_line
from tagger.domain.dead_letters import DeadLetter, DeadLetterCode
from tagger.stream.topics import Topics

ORIGIN = f"{Topics().browse}/2/9"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[PlacedLetter]:
    """What was put back."""
    letters: list[PlacedLetter] = []

    def put_back(_: object, given: Iterable[PlacedLetter]) -> None:
        letters.extend(given)

    monkeypatch.setattr("tagger.cli.dead_letters.put_back", put_back)
    return letters


def lying_at(offset: int, code: DeadLetterCode, value: bytes | None) -> PlacedLetter:
    topic = Topics().browse
    return PlacedLetter(0, offset, DeadLetter(topic, 2, 9, 0, b"c", value, (), code, ""))


LARGE = lying_at(0, DeadLetterCode.TOO_LARGE, None)
WHOLE = lying_at(1, DeadLetterCode.MISSING_FIELD, b"{}")
FILLED = lying_at(2, DeadLetterCode.TOO_LARGE, b"{}")
EMPTY = lying_at(3, DeadLetterCode.UNDECODABLE, None)


def retry(*words: str) -> Result:
    asked = ["dead-letters", "retry", *words, "--brokers", "localhost:1"]
    return CliRunner().invoke(cli, asked)


def assert_the_large_one_was_left_out(result: Result, end: str) -> None:
    assert result.exit_code == 0
    told = " ".join(result.output.split())
    assert f"0/0: left out, its bytes stayed where they came from, at {ORIGIN}" in told
    assert result.output.splitlines()[-1] == end


def test_a_letter_without_the_bytes_of_its_record_is_left_out(
    written: list[PlacedLetter], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "tagger.cli.dead_letters.read_letters", lambda *_: iter([LARGE, WHOLE, EMPTY])
    )
    assert_the_large_one_was_left_out(retry("--all"), "2 put back, 1 left out")
    assert written == [WHOLE, EMPTY]


def test_of_a_file_too_only_what_has_its_bytes_is_put_back(
    written: list[PlacedLetter], tmp_path: Path
) -> None:
    """A null would be a tombstone on an input that is compacted."""
    file = tmp_path / "letters.jsonl"
    file.write_bytes(b"".join(map(letter_line, (LARGE, WHOLE, FILLED))))
    dry = retry("--from", str(file), "--dry-run")
    assert_the_large_one_was_left_out(dry, "2 would be put back, 1 left out")
    assert written == []
    assert_the_large_one_was_left_out(retry("--from", str(file)), "2 put back, 1 left out")
    assert written == [WHOLE, FILLED]


def test_nothing_is_said_of_letters_left_out_where_there_are_none(
    written: list[PlacedLetter], tmp_path: Path
) -> None:
    file = tmp_path / "letters.jsonl"
    file.write_bytes(letter_line(WHOLE))
    assert retry("--from", str(file)).output.splitlines()[-1] == "1 put back"
    assert written == [WHOLE]
