"""The deliberately bad records are wrong in the way they say."""

import pytest

from tagger.codecs.decode import RecordDecoder
from tagger.demo.bad_records import BadRecord, bad_records
from tagger.domain.commands import TagCommand
from tagger.domain.dead_letters import DeadLetterCode, RecordError

NOW_MS = 1_800_000_000_000
MAX_SKEW_MS = 5 * 60_000
RECORDS = bad_records(NOW_MS, "h-7")


def code_of(record: BadRecord) -> DeadLetterCode | None:
    """What a reader of the topic finds wrong; None for a record that is good."""
    try:
        event = RecordDecoder().decode(record.topic_of, record.value)
    except RecordError as error:
        return error.code
    assert not isinstance(event, TagCommand)
    if event.customer_id.encode() != record.key:
        return DeadLetterCode.WRONG_KEY
    ahead = event.occurred_at - NOW_MS > MAX_SKEW_MS
    return DeadLetterCode.FAR_FUTURE if ahead else None


@pytest.mark.parametrize("record", RECORDS, ids=[f"{n}-{r.code}" for n, r in enumerate(RECORDS)])
def test_each_record_gets_the_code_it_announces(record: BadRecord) -> None:
    assert code_of(record) == record.code


def test_the_usual_mistakes_are_all_there() -> None:
    assert {each.code for each in RECORDS} == {
        DeadLetterCode.UNDECODABLE,
        DeadLetterCode.UNKNOWN_SCHEMA,
        DeadLetterCode.MISSING_FIELD,
        DeadLetterCode.WRONG_TYPE,
        DeadLetterCode.FAR_FUTURE,
        DeadLetterCode.WRONG_KEY,
    }
