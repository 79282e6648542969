"""CloudEvents headers (binary mode of its Kafka binding) on published records.

`ce_id` is unique among the records of one source and the same when a record is repeated.
"""

from tagger.codecs.json_fields import Output
from tagger.codecs.written import written_instant
from tagger.domain.actions import WorkflowAction
from tagger.domain.commands import CommandOutcome
from tagger.domain.tags import CurrentTags, TagChange

TYPES: dict[type[Output], str] = {
    TagChange: "tagger.tag-change.v1",
    CurrentTags: "tagger.current-tags.v1",
    WorkflowAction: "tagger.workflow-action.v1",
    CommandOutcome: "tagger.command-outcome.v1",
}

Headers = tuple[tuple[str, bytes], ...]

_SPEC_VERSION: Headers = (("ce_specversion", b"1.0"),)


class _Shared:
    """Headers that records of one type share: all but the time always, and the time with the record
    before, as the changes of one decision mostly do. They are the same objects then."""

    __slots__ = ("_at_ms", "_before_time", "_headers")

    def __init__(self, type_name: str, source: str) -> None:
        self._before_time: Headers = (
            ("ce_type", type_name.encode()),
            ("ce_source", source.encode()),
        )
        self._at_ms: int | None = None
        self._headers: Headers = ()

    def at(self, at_ms: int) -> Headers:
        """Those of a record of this time."""
        if at_ms != self._at_ms:
            time: Headers = (("ce_time", str(written_instant(at_ms)).encode()),)
            self._headers = self._before_time + time + _SPEC_VERSION
            self._at_ms = at_ms
        return self._headers


class CloudEvents:
    """Makes the headers of one source. `source` is a URI reference naming the application."""

    def __init__(self, source: str = "/tagger") -> None:
        self._shared = {struct: _Shared(name, source) for struct, name in TYPES.items()}
        """By what is published."""

    def headers_for(self, record: Output) -> Headers:
        """`ce_time` is when the change, action or outcome was due or true, not when it was
        written."""
        identity, at_ms = _identity(record)
        own: Headers = (("ce_id", identity.encode()),)
        return own + self._shared[type(record)].at(at_ms)


def _identity(record: Output) -> tuple[str, int]:
    if type(record) is TagChange:
        return record.id, record.effective_at
    if type(record) is CurrentTags:
        return f"{record.customer_id}/{record.sequence}", record.updated_at
    if type(record) is WorkflowAction:
        return record.action_id, record.due_at
    return f"{record.command_id}/outcome", record.at
