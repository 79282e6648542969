"""What the client says, sorted into what passes, what stays and who is at fault."""

import pytest
from confluent_kafka import KafkaError

from tagger.stream.kafka import refusals
from tagger.stream.kafka.clients import PASSING
from tagger.stream.kafka.refusals import is_away, is_fenced, refusal


def test_nothing_both_passes_and_stays() -> None:
    codes = [getattr(KafkaError, name) for name in dir(KafkaError) if name.lstrip("_").isupper()]
    errors = [KafkaError(code) for code in codes if isinstance(code, int)]
    assert [error.name() for error in errors if is_away(error) and refusal(error)] == []
    assert [error.name() for error in errors if error.code() in PASSING and refusal(error)] == []


@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        (KafkaError.TOPIC_AUTHORIZATION_FAILED, "write"),
        (KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED, "transactional ids"),
        (KafkaError.GROUP_AUTHORIZATION_FAILED, "group"),
        (KafkaError.UNKNOWN_TOPIC_OR_PART, "tagger topics apply"),
        (KafkaError.MSG_SIZE_TOO_LARGE, "max.message.bytes"),
        (KafkaError.INVALID_TRANSACTION_TIMEOUT, "transaction.max.timeout.ms"),
    ],
)
def test_what_stays_is_told_with_cause_and_remedy(code: int, remedy: str) -> None:
    told = str(refusal(KafkaError(code)))
    assert KafkaError(code).str() in told
    assert remedy in told


def test_a_consumer_that_says_only_in_words_that_it_is_fenced_is_understood() -> None:
    cause = KafkaError(KafkaError.FENCED_INSTANCE_ID).str()
    assert is_fenced(KafkaError(KafkaError._FATAL, f"Fatal error: {cause}: {cause}"))
    assert not is_fenced(KafkaError(KafkaError._FATAL, "Fatal error: something else"))
    assert refusals.FencedError("g", "w-1").args[0].count("TAGGER_INSTANCE=w-1") == 1
