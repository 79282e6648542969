import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagger.codecs import dead_letters
from tagger.codecs.cloudevents import CloudEvents
from tagger.codecs.json_fields import Output
from tagger.domain.actions import WorkflowAction
from tagger.domain.commands import CommandOutcome
from tagger.domain.dead_letters import DeadLetter, DeadLetterCode
from tagger.domain.tags import CurrentTags

from .sample_records import A_CHANGE, ANY_OUTPUT, TEXT

LETTERS = st.builds(
    DeadLetter,
    topic=TEXT,
    partition=st.integers(0, 999),
    offset=st.integers(0, 2**63 - 1),
    timestamp=st.integers(-1, 2**60),
    key=st.none() | st.binary(max_size=9),
    value=st.none() | st.binary(max_size=9),
    headers=st.lists(st.tuples(TEXT, st.none() | st.binary(max_size=9)), max_size=4).map(tuple),
    code=st.sampled_from(DeadLetterCode),
    detail=TEXT,
)


@given(LETTERS)
def test_a_dead_letter_is_read_back_from_its_record(letter: DeadLetter) -> None:
    headers = dead_letters.headers_for(letter)
    assert headers[: len(letter.headers)] == letter.headers
    assert dead_letters.letter_of(letter.key, letter.value, headers) == letter


def test_headers_of_a_dead_letter() -> None:
    letter = DeadLetter(
        "crm.chat.v1", 3, 17, 1_000, b"c", None, (("a", b"1"),), DeadLetterCode.WRONG_KEY, "ü"
    )
    assert dead_letters.headers_for(letter) == (
        ("a", b"1"),
        ("dead_letter_code", b"wrong-key"),
        ("dead_letter_detail", "ü".encode()),
        ("dead_letter_topic", b"crm.chat.v1"),
        ("dead_letter_partition", b"3"),
        ("dead_letter_offset", b"17"),
        ("dead_letter_timestamp", b"1000"),
    )


@given(LETTERS)
def test_a_letter_that_fails_again_keeps_its_first_headers(letter: DeadLetter) -> None:
    first = dead_letters.headers_for(letter)
    second = DeadLetter("t", 0, 0, 0, None, None, first, DeadLetterCode.TOO_LARGE, "")
    headers = dead_letters.headers_for(second)
    assert dead_letters.letter_of(None, None, headers).headers == first


def test_details_are_bounded_and_always_text() -> None:
    letter = DeadLetter("t", 0, 0, 0, None, None, (), DeadLetterCode.WRONG_TYPE, "\ud800" * 9_999)
    detail = dict(dead_letters.headers_for(letter))["dead_letter_detail"]
    assert detail is not None
    assert len(detail) <= 6 * dead_letters.MAX_DETAIL


@pytest.mark.parametrize(
    "headers",
    [
        (),
        (("a", b"1"),) * 6,
        tuple((name, b"x") for name in dead_letters.NAMES),
        tuple((name, None) for name in dead_letters.NAMES),
        tuple((name, b"\xff") for name in dead_letters.NAMES),
    ],
)
def test_another_record_is_no_dead_letter(headers: dead_letters.Headers) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        dead_letters.letter_of(None, None, headers)


def test_cloudevents_headers_of_a_change() -> None:
    assert CloudEvents("/shop/tagger").headers_for(A_CHANGE) == (
        ("ce_id", b"x-1"),
        ("ce_type", b"tagger.tag-change.v1"),
        ("ce_source", b"/shop/tagger"),
        ("ce_time", b"2026-03-01T09:30:00.250Z"),
        ("ce_specversion", b"1.0"),
    )


def test_cloudevents_of_other_outputs() -> None:
    tags = CurrentTags("c", 4, 1, {})
    action = WorkflowAction("a", "w", 1, 1, "c", "coupon", "t", {}, 2, "x", "treatment", "k")
    outcome = CommandOutcome("k", "c", "done", "done", "", 3)
    heads = [dict(CloudEvents().headers_for(record)) for record in (tags, action, outcome)]
    assert [(head["ce_id"], head["ce_type"], head["ce_time"]) for head in heads] == [
        (b"c/4", b"tagger.current-tags.v1", b"1970-01-01T00:00:00.001Z"),
        (b"a", b"tagger.workflow-action.v1", b"1970-01-01T00:00:00.002Z"),
        (b"k/outcome", b"tagger.command-outcome.v1", b"1970-01-01T00:00:00.003Z"),
    ]


@given(st.lists(ANY_OUTPUT, max_size=6), st.data())
def test_a_repeat_has_the_same_headers(records: list[Output], data: st.DataObject) -> None:
    repeats = [data.draw(st.sampled_from(records)) for _ in records]
    headers = CloudEvents()
    for record in [*records, *repeats]:
        made = headers.headers_for(record)
        assert made == CloudEvents().headers_for(record)
        assert all(value for _, value in made)
