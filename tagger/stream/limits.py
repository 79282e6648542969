"""How large records may be, so that what one part lets through the next one takes. Pure.

An input record larger than `max_record_bytes` is a dead letter without its bytes. A smaller one
that cannot be used is a dead letter with them, and its key, headers and reason beside them. What is
decided carries texts of one input at most, profiles are bounded by the stream's settings, and both
stay below what the producer may send. The topics that the program writes take more than that.
"""

CLIENT_BYTES = 1_000_000
"""What a producer collects into one batch, whatever the records' sizes are: librdkafka's own."""
BROKER_BYTES = 1_048_588
"""The brokers' `max.message.bytes` where nobody has set another."""
_FRAME_BYTES = 97_152
"""More than a batch has around its records."""


def producer_bytes(max_record_bytes: int) -> int:
    """The largest record, or batch of small ones, that the program's producers send."""
    return max(CLIENT_BYTES, 2 * max_record_bytes)


def written_topic_bytes(max_record_bytes: int) -> int:
    """The `max.message.bytes` of a topic that the program writes."""
    return producer_bytes(max_record_bytes) + _FRAME_BYTES


def input_topic_bytes(max_record_bytes: int) -> int:
    """The `max.message.bytes` of an input topic whose producers may use all that is read."""
    return max(BROKER_BYTES, max_record_bytes + _FRAME_BYTES)
