"""The rights that are handed out, by what nobody else may have."""

from hypothesis import given
from hypothesis import strategies as st

from tagger.stream.access import (
    ROLES,
    Names,
    Operation,
    Resource,
    migration_transaction_id,
    worker_transaction_id,
    worker_transactions,
)
from tagger.stream.repartition import topics_after
from tagger.stream.topics import Topics

TOPICS = Topics()
MOVED_TO = topics_after(TOPICS, "-p32")
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
        for grant in role.grants(Names(TOPICS, "g", MOVED_TO))
        if operation in grant.operations and topic in grant.names
    }


def test_commands_are_written_by_their_application_alone() -> None:
    assert may("Write", TOPICS.command) == {"command-writer"}


def test_what_the_worker_publishes_is_written_by_nobody_else() -> None:
    assert [may("Write", topic) for topic in OURS] == [{"worker"}] * len(OURS)
    assert may("Read", TOPICS.profile_changelog) == {"worker", "migrator"}


def test_the_worker_writes_no_input_and_changes_no_topic() -> None:
    assert "worker" not in set().union(*(may("Write", topic) for topic in TOPICS.inputs()))
    assert (
        may("Create", TOPICS.purchase) == may("AlterConfigs", TOPICS.purchase) == {"administrator"}
    )


def test_who_moves_customers_changes_nothing_in_the_topics_where_they_are() -> None:
    ways: tuple[Operation, ...] = ("Write", "Create", "AlterConfigs")
    for topic in (*TOPICS.inputs(), *OURS):
        assert "migrator" not in set().union(*(may(way, topic) for way in ways))
    for topic in (*MOVED_TO.inputs(), MOVED_TO.profile_changelog):
        assert may("Write", topic) == may("Create", topic) == {"migrator"}


@given(st.sampled_from(sorted(ROLES)), st.text("abc-", min_size=1, max_size=8))
def test_only_transactional_ids_are_granted_by_their_beginning(role: str, group: str) -> None:
    grants = ROLES[role].grants(Names(TOPICS, group, MOVED_TO))
    prefixed: set[Resource] = {grant.resource for grant in grants if grant.is_prefix}
    assert prefixed <= {"transactional-id"}


Worker = tuple[str, str]
"""The group and the instance; Kafka takes any text for either."""


@st.composite
def alike(draw: st.DrawFn) -> tuple[Worker, Worker]:
    """Two workers with easily confused names: the same words, divided into group and instance in
    two places, and a slash perhaps spelled as in an address."""
    between = draw(st.sampled_from(["-", "/", "/worker/"]))
    words = draw(st.lists(st.sampled_from(["a", "b/", "%"]), min_size=3, max_size=4))

    def divided() -> Worker:
        at = draw(st.integers(1, len(words) - 1))
        group, instance = between.join(words[:at]), between.join(words[at:])
        return group.replace("/", draw(st.sampled_from(["/", "%2F"]))), instance

    return divided(), divided()


@given(alike())
def test_no_two_workers_share_a_transactional_id(workers: tuple[Worker, Worker]) -> None:
    one, two = workers
    assert (worker_transaction_id(*one) == worker_transaction_id(*two)) == (one == two)


@given(alike())
def test_the_right_to_a_groups_transactional_ids_covers_its_workers_alone(
    workers: tuple[Worker, Worker],
) -> None:
    (group, _), (other, instance) = workers
    worker, covered = worker_transaction_id(other, instance), worker_transactions(group)
    assert worker.startswith(covered) == (group == other)
    mover, others = migration_transaction_id(group), migration_transaction_id(other)
    assert (mover == others) == (group == other)
    assert not others.startswith(covered)
    assert worker != mover
