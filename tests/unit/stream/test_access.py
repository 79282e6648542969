"""The rights that are handed out, by what nobody else may have."""

from hypothesis import given
from hypothesis import strategies as st

from tagger.stream.access import ROLES, Operation, Resource, transaction_prefix
from tagger.stream.topics import Topics

TOPICS = Topics()
OURS = (
    TOPICS.tag_change,
    TOPICS.current_tags,
    TOPICS.workflow_action,
    TOPICS.command_outcome,
    TOPICS.dead_letter,
    TOPICS.profile_changelog,
)


def may(operation: Operation, topic: str) -> set[str]:
    """The roles that may do something with a topic, or a group."""
    return {
        name
        for name, role in ROLES.items()
        for grant in role.grants(TOPICS, "g")
        if operation in grant.operations and topic in grant.names
    }


def test_commands_are_written_by_their_application_alone() -> None:
    assert may("Write", TOPICS.command) == {"command-writer"}


def test_what_the_worker_publishes_is_written_by_nobody_else() -> None:
    assert [may("Write", topic) for topic in OURS] == [{"worker"}] * len(OURS)
    assert may("Read", TOPICS.profile_changelog) == {"worker"}


def test_the_worker_writes_no_input_and_changes_no_topic() -> None:
    assert "worker" not in set().union(*(may("Write", topic) for topic in TOPICS.inputs()))
    assert (
        may("Create", TOPICS.purchase) == may("AlterConfigs", TOPICS.purchase) == {"administrator"}
    )


@given(st.sampled_from(sorted(ROLES)), st.text("abc-", min_size=1, max_size=8))
def test_only_transactional_ids_are_granted_by_their_beginning(role: str, group: str) -> None:
    grants = ROLES[role].grants(TOPICS, group)
    prefixed: set[Resource] = {grant.resource for grant in grants if grant.is_prefix}
    assert prefixed <= {"transactional-id"}
    assert transaction_prefix(group).startswith(group)
