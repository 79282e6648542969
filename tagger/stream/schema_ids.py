"""Where this program's settings say that the ids of records in a registry's framing are known.

In a registry a record's schema stands under the name of its topic and `-value`, which is what
serializers use unless they are told otherwise (TopicNameStrategy).
"""

from collections.abc import Callable

from tagger.codecs.looked_up_ids import AskingIds, LookedUpIds, connection
from tagger.codecs.schema_ids import NO_SCHEMA_IDS, SchemaIds, schema_ids_from
from tagger.settings import Settings
from tagger.stream.topics import Topics


def subjects(topics: Topics) -> dict[str, str]:
    """Subject by the name of the record, inputs first."""
    topic_of = {
        "Purchase": topics.purchase,
        "Browse": topics.browse,
        "ChatMessage": topics.chat,
        "ProfileUpdate": topics.profile,
        "TagCommand": topics.command,
        "TagChange": topics.tag_change,
        "CurrentTags": topics.current_tags,
        "WorkflowAction": topics.workflow_action,
        "CommandOutcome": topics.command_outcome,
        "ActionOutcome": topics.action_outcome,
    }
    return {name: f"{topic}-value" for name, topic in topic_of.items()}


def ids_of(settings: Settings) -> SchemaIds:
    """For whoever may wait: the file's ids, then those of the registry, asked for when needed.
    Raises SchemaIdsError, also later, and SettingsError."""
    known = _in_file(settings)
    if settings.registry is None:
        return known
    return AskingIds(connection(settings.registry), subjects(settings.topics), known)


def looked_up_ids(
    settings: Settings, told: Callable[[bool], None] = lambda _: None
) -> LookedUpIds | None:
    """For a worker: the same ids, to be looked up beforehand; None without a registry. `told` see
    there. Raises SchemaIdsError, and SettingsError."""
    if settings.registry is None:
        return None
    return LookedUpIds(connection(settings.registry), _in_file(settings), told=told)


def _in_file(settings: Settings) -> SchemaIds:
    return NO_SCHEMA_IDS if settings.schema_ids is None else schema_ids_from(settings.schema_ids)
