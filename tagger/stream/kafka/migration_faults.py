"""What to tell an operator whose move came to nothing: what to change, or to begin again."""

from confluent_kafka import KafkaError, KafkaException

from tagger.stream.kafka.preflight import TopicsError
from tagger.stream.kafka.refusals import is_away, is_fenced, refusal

AGAIN = "run the command again"
ROLE = "migrator"
"""Of `tagger acls`: whose rights a move needs."""

_TOO_LARGE = (
    "a record is larger than the settings or the new topic allow. Let the workers read to the end "
    "first, so that it need not be moved, or raise TAGGER_MAX_RECORD_BYTES and the topic's "
    "max.message.bytes"
)
_REMEDIES = {
    KafkaError.MSG_SIZE_TOO_LARGE: _TOO_LARGE,
    KafkaError.RECORD_LIST_TOO_LARGE: _TOO_LARGE,
    KafkaError.INVALID_TRANSACTION_TIMEOUT: (
        "raise the brokers' transaction.max.timeout.ms, or give fewer --minutes"
    ),
}


class MigrationError(TopicsError):
    """Customers cannot be moved, or were not; the message says why and what to do."""

    def __init__(self, fault: str) -> None:
        super().__init__([fault])


def told(failure: KafkaException | TimeoutError) -> str:
    """What the client says, and what follows from it. To run the command again is advised only
    where that helps."""
    if isinstance(failure, TimeoutError):
        return f"no answer; {AGAIN}"
    error: KafkaError = failure.args[0]
    if remedy := _REMEDIES.get(error.code()):
        return f"{error.str()}; {remedy}"
    if is_fenced(error):
        return (
            f"{error.str()}; the same command runs elsewhere, or the move took longer than "
            "--minutes"
        )
    if lasting := refusal(error):
        return lasting.told_to(ROLE)
    return f"{error.str()}; {AGAIN}" if is_away(error) else error.str()
