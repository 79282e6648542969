"""Dead letters as records: the untouched original, and headers that say what was wrong with it.

The six headers stand after the original ones. A record that fails again after it was put back
therefore has them only once: whoever puts it back removes the last six.
"""

from tagger.domain.dead_letters import DeadLetter, DeadLetterCode

Headers = tuple[tuple[str, bytes | None], ...]

NAMES = (
    "dead_letter_code",
    "dead_letter_detail",
    "dead_letter_topic",
    "dead_letter_partition",
    "dead_letter_offset",
    "dead_letter_timestamp",
)
MAX_DETAIL = 1_000
"""Characters of detail that are kept: it may quote what the producer wrote."""


def headers_for(letter: DeadLetter) -> Headers:
    """The original headers, then code, detail, topic, partition, offset and timestamp (decimal
    milliseconds) in UTF-8."""
    values = (
        letter.code.value,
        letter.detail[:MAX_DETAIL],
        letter.topic,
        str(letter.partition),
        str(letter.offset),
        str(letter.timestamp),
    )
    own = tuple((name, _utf8(value)) for name, value in zip(NAMES, values, strict=True))
    return (*letter.headers, *own)


def letter_of(key: bytes | None, value: bytes | None, headers: Headers) -> DeadLetter:
    """The dead letter that a record of the dead-letter topic carries. Raises ValueError when the
    record is not one."""
    original, own = headers[: -len(NAMES)], headers[-len(NAMES) :]
    if tuple(name for name, _ in own) != NAMES:
        raise ValueError(f"not a dead letter: its last headers are not {', '.join(NAMES)}")
    code, detail, topic, partition, offset, timestamp = ((text or b"").decode() for _, text in own)
    return DeadLetter(
        topic=topic,
        partition=int(partition),
        offset=int(offset),
        timestamp=int(timestamp),
        key=key,
        value=value,
        headers=original,
        code=DeadLetterCode(code),
        detail=detail,
    )


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")
