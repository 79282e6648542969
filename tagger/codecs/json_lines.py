"""What `replay` and other commands write for programs: one JSON object a line."""

from collections.abc import Mapping

import msgspec

from tagger.codecs.json_fields import to_json
from tagger.codecs.written import written_value
from tagger.domain.tags import TagChange, TagValue


def change_line(change: TagChange) -> bytes:
    """A tag change with its newline; times are RFC 3339, UTC, with milliseconds."""
    return to_json(change) + b"\n"


def tags_line(customer_id: str, tags: Mapping[str, TagValue]) -> bytes:
    """A customer's tags with the newline, names in order; a flag's value is true."""
    values = {name: written_value(tags[name]) for name in sorted(tags)}
    return msgspec.json.encode({"customer_id": customer_id, "tags": values}) + b"\n"
