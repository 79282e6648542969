"""A transaction's mark in the metadata of the offsets that it commits, by which it is known again.

Metadata that is an object in JSON gets one field more, which whoever does not know it leaves alone;
behind any other text the mark stands alone. Without the mark the text is again what it was.
"""

import re

_FIELD = '"transaction":"{mark}"}}'
_TAIL = re.compile(r'(?P<sep>,|\{|)(?P<field>"transaction":"[0-9a-z-]+"\})\Z')


def with_mark(metadata: str, mark: str) -> str:
    """`metadata` that tells which transaction committed it. A mark is made of lower-case letters,
    digits and hyphens."""
    field = _FIELD.format(mark=mark)
    is_object = metadata.endswith("}") and metadata != "{}"
    return f"{metadata[:-1]},{field}" if is_object else f"{metadata}{{{field}"


def has_mark(metadata: str, mark: str) -> bool:
    """Whether the transaction with this mark has committed `metadata`."""
    return metadata.endswith(_FIELD.format(mark=mark))


def without_mark(metadata: str) -> str:
    """What was to be committed, in its own words."""
    found = _TAIL.search(metadata)
    if found is None:
        return metadata
    return metadata[: found.start()] + ("}" if found["sep"] == "," else "")
