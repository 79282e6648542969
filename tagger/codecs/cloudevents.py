"""CloudEvents headers (binary mode of its Kafka binding) on published records.

`ce_id` is unique among the records of one source and the same when a record is repeated.
"""

from tagger.codecs.json_fields import Output, written_instant
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


class CloudEvents:
    """Makes the headers of one source. `source` is a URI reference naming the application."""

    def __init__(self, source: str = "/tagger") -> None:
        self._same: dict[type[Output], Headers] = {
            struct: (("ce_type", name.encode()), ("ce_source", source.encode()))
            for struct, name in TYPES.items()
        }
        """By what is published; of all its records the same objects."""

    def headers_for(self, record: Output) -> Headers:
        """`ce_time` is when the change, action or outcome was due or true, not when it was
        written."""
        identity, at_ms = _identity(record)
        return (
            ("ce_id", identity.encode()),
            *self._same[type(record)],
            ("ce_time", str(written_instant(at_ms)).encode()),
            *_SPEC_VERSION,
        )


def _identity(record: Output) -> tuple[str, int]:
    match record:
        case TagChange():
            return record.id, record.effective_at
        case CurrentTags():
            return f"{record.customer_id}/{record.sequence}", record.updated_at
        case WorkflowAction():
            return record.action_id, record.due_at
        case CommandOutcome():
            return f"{record.command_id}/outcome", record.at
