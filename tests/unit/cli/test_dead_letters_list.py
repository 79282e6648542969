"""`tagger dead-letters list` over topics of any length: what it shows, and what it holds."""

import json
import sys
from collections.abc import Iterator
from weakref import WeakSet

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from tagger.cli.letter_table import newest
from tagger.cli.main import cli
from tagger.codecs.letter_lines import PlacedLetter
from tagger.domain.dead_letters import DeadLetter, DeadLetterCode
from tagger.stream.topics import Topics

PARTITIONS = 3
LETTERS = 3_000
PLACES = [f"{number % PARTITIONS}/{number // PARTITIONS}" for number in range(LETTERS)]


class Held:
    """How many values of letters were in memory at once, at most."""

    now = 0
    most = 0


class Value(bytes):
    """Bytes of a record that are counted while something holds them."""

    held: Held

    def __del__(self) -> None:
        self.held.now -= 1


class LongTopic:
    """Gives letters of all partitions in turns, the first with the widest key, and looks at what
    was printed before the last."""

    def __init__(self) -> None:
        self.held = Held()
        self.printed_bytes = 0

    def __call__(self, *_: object) -> Iterator[PlacedLetter]:
        for number in range(LETTERS):
            if number == LETTERS - 1:
                sys.stdout.flush()
                self.printed_bytes = sys.stdout.buffer.tell()
            yield self._letter(number)

    def _letter(self, number: int) -> PlacedLetter:
        value = Value(b"{}")
        value.held = self.held
        self.held.now += 1
        self.held.most = max(self.held.most, self.held.now)
        key = b"c" if number else b"customer"
        letter = DeadLetter(
            Topics().browse, 0, number, 0, key, value, (), DeadLetterCode.MISSING_FIELD, "why"
        )
        return PlacedLetter(number % PARTITIONS, number // PARTITIONS, letter)


@pytest.fixture
def topic(monkeypatch: pytest.MonkeyPatch) -> LongTopic:
    long = LongTopic()
    monkeypatch.setattr("tagger.cli.dead_letters.read_letters", long)
    return long


def listed(*words: str) -> Result:
    result = CliRunner().invoke(cli, ["dead-letters", "list", *words, "--brokers", "localhost:1"])
    assert result.exit_code == 1
    return result


def places_in_json(result: Result) -> list[str]:
    return [json.loads(line)["place"] for line in result.output.splitlines()]


def places_in_table(result: Result) -> list[str]:
    header, *rows, end = result.output.splitlines()
    assert header.split() == ["place", "written", "from", "key", "code", "detail"]
    assert end == f"{len(rows)} dead letters"
    return [row.split()[0] for row in rows]


def test_json_is_written_as_it_is_read(topic: LongTopic) -> None:
    assert places_in_json(listed("--json")) == PLACES
    assert topic.printed_bytes > 0
    assert topic.held.most < 10


def test_a_table_is_printed_in_pieces_that_are_one_table(topic: LongTopic) -> None:
    assert places_in_table(listed()) == PLACES
    assert topic.printed_bytes > 0
    assert topic.held.most < 10


@pytest.mark.parametrize("limit", [1, 4, LETTERS])
def test_the_newest_of_each_partition_come_partition_by_partition(
    topic: LongTopic, limit: int
) -> None:
    each = LETTERS // PARTITIONS
    newest = range(max(0, each - limit), each)
    wanted = [f"{partition}/{offset}" for partition in range(PARTITIONS) for offset in newest]
    assert places_in_table(listed("--limit", str(limit))) == wanted
    assert places_in_json(listed("--limit", str(limit), "--json")) == wanted
    assert topic.held.most < 10


def test_columns_may_grow_from_one_piece_to_the_next_and_never_shrink(topic: LongTopic) -> None:
    header, *rows, _ = listed().output.splitlines()
    starts = [header.index("code"), *(row.index("missing-field") for row in rows)]
    assert starts == sorted(starts)
    assert len(set(starts)) < 5
    assert topic.held.now == 0


def test_of_a_key_that_is_no_customer_id_the_beginning_is_listed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    letter = DeadLetter(
        Topics().chat, 0, 0, 0, b"k" * 900_000, None, (), DeadLetterCode.WRONG_KEY, "why"
    )
    monkeypatch.setattr(
        "tagger.cli.dead_letters.read_letters", lambda *_: iter([PlacedLetter(0, 0, letter)])
    )
    (row,) = listed().output.splitlines()[1:-1]
    assert row.endswith("kkk...  wrong-key  why")
    assert len(row) < 500
    (line,) = listed("--json").output.splitlines()
    assert json.loads(line)["key"] == "k" * 900_000


class Entry:
    """What is shown of a letter, in a form that can be watched."""

    def __init__(self, placed: PlacedLetter) -> None:
        self.place = (placed.partition, placed.offset)


@given(
    partitions=st.lists(st.integers(0, 5), max_size=60),
    limit=st.none() | st.integers(1, 70),
)
def test_no_more_is_held_than_is_going_to_be_shown(
    partitions: list[int], limit: int | None
) -> None:
    held: WeakSet[Entry] = WeakSet()
    most = 0

    def shown(placed: PlacedLetter) -> Entry:
        nonlocal most
        entry = Entry(placed)
        held.add(entry)
        most = max(most, len(held))
        return entry

    letter = DeadLetter("t", 0, 0, 0, None, None, (), DeadLetterCode.WRONG_KEY, "")
    letters = [PlacedLetter(each, at, letter) for at, each in enumerate(partitions)]
    places = [entry.place for entry in newest(iter(letters), shown, limit)]
    if limit is None:
        assert places == [(placed.partition, placed.offset) for placed in letters]
        assert most <= 2
    else:
        lying = {each: [at for at, p in enumerate(partitions) if p == each] for each in range(6)}
        wanted = [(each, at) for each, offsets in lying.items() for at in offsets[-limit:]]
        assert places == wanted
        assert most <= len(wanted) + 1
