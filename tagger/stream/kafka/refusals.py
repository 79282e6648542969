"""What the brokers refuse for good: to ask again would change nothing, so the worker ends, and its
operator is told what to change.
"""

from confluent_kafka import KafkaError

from tagger.stream.kafka.clients import FATAL, TRANSACTION_TIMEOUT_MS

_WRITABLE = "allow our user to write and describe every topic that it writes"
_MISSING = "a topic is missing: run `tagger topics apply`"
_TOO_LARGE = (
    "a record is larger than its topic takes: raise max.message.bytes of the topics that the "
    "worker writes, see `tagger topics plan`, or lower TAGGER_MAX_RECORD_BYTES"
)
_CREDENTIALS = "check TAGGER_SASL_USERNAME, TAGGER_SASL_PASSWORD and TAGGER_SASL_MECHANISM"

_REMEDIES: dict[int, str] = {
    KafkaError.TOPIC_AUTHORIZATION_FAILED: f"{_WRITABLE}, and to read the others",
    KafkaError.GROUP_AUTHORIZATION_FAILED: "allow our user to read the group",
    KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED: (
        "allow our user to write and describe transactional ids that begin with the group's "
        "name and a slash"
    ),
    KafkaError.CLUSTER_AUTHORIZATION_FAILED: (
        "allow our user the operation IdempotentWrite on the cluster"
    ),
    KafkaError.SASL_AUTHENTICATION_FAILED: _CREDENTIALS,
    KafkaError._AUTHENTICATION: _CREDENTIALS,  # noqa: SLF001 - how the client spells its own codes
    KafkaError.UNKNOWN_TOPIC_OR_PART: _MISSING,
    KafkaError._UNKNOWN_TOPIC: _MISSING,  # noqa: SLF001
    KafkaError._UNKNOWN_PARTITION: _MISSING,  # noqa: SLF001
    KafkaError.MSG_SIZE_TOO_LARGE: _TOO_LARGE,
    KafkaError.RECORD_LIST_TOO_LARGE: _TOO_LARGE,
    KafkaError.OFFSET_METADATA_TOO_LARGE: (
        "raise the brokers' offset.metadata.max.bytes to its default of 4096"
    ),
    KafkaError.INVALID_TRANSACTION_TIMEOUT: (
        f"raise the brokers' transaction.max.timeout.ms to {TRANSACTION_TIMEOUT_MS} or more"
    ),
    KafkaError.POLICY_VIOLATION: "look what policy the brokers have for what the worker writes",
    KafkaError.UNSUPPORTED_VERSION: "the brokers are too old: transactions of a group need 2.5",
}
_DENIED = frozenset(
    {
        KafkaError.TOPIC_AUTHORIZATION_FAILED,
        KafkaError.GROUP_AUTHORIZATION_FAILED,
        KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
        KafkaError.CLUSTER_AUTHORIZATION_FAILED,
    }
)
_FENCED = frozenset(
    {
        KafkaError._FENCED,  # noqa: SLF001
        KafkaError.PRODUCER_FENCED,
        KafkaError.INVALID_PRODUCER_EPOCH,
        KafkaError.FENCED_INSTANCE_ID,
    }
)
_EXPELLED = frozenset(
    {
        KafkaError.UNKNOWN_MEMBER_ID,
        KafkaError.ILLEGAL_GENERATION,
        KafkaError.FENCED_MEMBER_EPOCH,
        KafkaError.STALE_MEMBER_EPOCH,
    }
)
_STATIC_FENCED = KafkaError(KafkaError.FENCED_INSTANCE_ID).str()
"""A consumer tells the cause of a fatal error in words alone."""
_AWAY = frozenset(
    {
        KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
        KafkaError.NOT_COORDINATOR,
        KafkaError.COORDINATOR_NOT_AVAILABLE,
        KafkaError.CONCURRENT_TRANSACTIONS,
        KafkaError.LEADER_NOT_AVAILABLE,
        KafkaError.NOT_LEADER_FOR_PARTITION,
        KafkaError.BROKER_NOT_AVAILABLE,
        KafkaError.NOT_ENOUGH_REPLICAS,
        KafkaError.NOT_ENOUGH_REPLICAS_AFTER_APPEND,
        KafkaError.REQUEST_TIMED_OUT,
        KafkaError.NETWORK_EXCEPTION,
        KafkaError._TRANSPORT,  # noqa: SLF001
        KafkaError._TIMED_OUT,  # noqa: SLF001
        KafkaError._TIMED_OUT_QUEUE,  # noqa: SLF001
        KafkaError._MSG_TIMED_OUT,  # noqa: SLF001
        KafkaError._WAIT_COORD,  # noqa: SLF001
        KafkaError._ALL_BROKERS_DOWN,  # noqa: SLF001
    }
)


class RefusedError(Exception):
    """The brokers refuse what is asked for, and will go on doing so."""

    def __init__(self, told: str, *, lacks_right: bool = False) -> None:
        super().__init__(told + _rights("worker") if lacks_right else told)
        self._told = told
        self._lacks_right = lacks_right

    def told_to(self, role: str) -> str:
        """The message for one who is no worker, but has this role of `tagger acls`."""
        return self._told + _rights(role) if self._lacks_right else self._told


class FencedError(RefusedError):
    """Another process works under this worker's name."""

    def __init__(self, group: str, instance: str) -> None:
        super().__init__(
            f"another worker of group {group} runs under the same name, "
            f"TAGGER_INSTANCE={instance}, and has taken this one's place. Give every "
            "worker a name of its own; do not start this one again before, for it would take the "
            "other one's place in turn"
        )


def refusal(error: KafkaError) -> RefusedError | None:
    """What to tell the operator when `error` stays however often one asks; None when it passes."""
    remedy = _REMEDIES.get(error.code())
    if remedy is None:
        return None
    told = f"the brokers refuse: {error.str()}; {remedy}"
    return RefusedError(told, lacks_right=is_denied(error))


def _rights(role: str) -> str:
    return f"; `tagger acls --{role}` prints all rights that it needs"


def is_denied(error: KafkaError) -> bool:
    """Whether a right is missing; until somebody grants it, every answer is the same."""
    return error.code() in _DENIED


def lacked_right(error: KafkaError) -> RefusedError | None:
    """What to tell the operator when a right is missing; None when none is."""
    return refusal(error) if is_denied(error) else None


def is_fenced(error: KafkaError) -> bool:
    """Whether the brokers know a younger client of the same name, or have ended a transaction that
    was open for too long."""
    return error.code() in _FENCED or (error.code() == FATAL and _STATIC_FENCED in error.str())


def is_expelled(error: KafkaError) -> bool:
    """Whether the group knows no such member in that generation: it has gone on without it, or
    with it into another generation."""
    return error.code() in _EXPELLED


def is_away(error: KafkaError) -> bool:
    """Whether brokers are away or not ready yet, so that the same is worth asking again however
    long that takes."""
    return error.code() in _AWAY
