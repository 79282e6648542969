"""What the operator of a move is told."""

import pytest
from confluent_kafka import KafkaError, KafkaException

from tagger.stream.kafka.migration_faults import AGAIN, told


@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        (KafkaError.MSG_SIZE_TOO_LARGE, "Let the workers read to the end first"),
        (KafkaError.INVALID_TRANSACTION_TIMEOUT, "fewer --minutes"),
        (KafkaError.TOPIC_AUTHORIZATION_FAILED, "tagger acls"),
        (KafkaError.PRODUCER_FENCED, "runs elsewhere"),
        (KafkaError.INVALID_REQUEST, ""),
    ],
)
def test_a_fault_that_stays_is_told_with_its_remedy(code: int, remedy: str) -> None:
    said = told(KafkaException(KafkaError(code)))
    assert KafkaError(code).str() in said
    assert remedy in said
    assert AGAIN not in said


def test_a_fault_that_passes_is_worth_another_attempt() -> None:
    assert AGAIN in told(KafkaException(KafkaError(KafkaError.NOT_COORDINATOR)))
    assert AGAIN in told(TimeoutError())
