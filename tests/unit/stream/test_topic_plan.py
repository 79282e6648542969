"""What has to be done to a cluster's topics."""

import msgspec
import pytest

from tagger.stream.topic_plan import Action, Present, actions, wanted_topics
from tagger.stream.topics import Topics

TOPICS = Topics()
RECORD = 1_000_000


def cluster(replicas: int = 3) -> dict[str, Present]:
    """One in which everything is as it should be."""
    wanted = wanted_topics(TOPICS, 4, replicas, RECORD)
    return {each.name: Present(each.partitions, dict(each.settings), replicas) for each in wanted}


def planned(present: dict[str, Present], replicas: int = 3) -> list[Action]:
    return actions(wanted_topics(TOPICS, 4, replicas, RECORD), present)


def changed(name: str, partitions: int = 4, **settings: str) -> dict[str, Present]:
    present = cluster()
    named = {key.replace("_", "."): value for key, value in settings.items()}
    present[name] = Present(partitions, {**present[name].settings, **named}, 3)
    return present


def test_an_empty_cluster_gets_every_topic() -> None:
    found = planned({})
    assert [action.topic for action in found] == list(msgspec.structs.astuple(TOPICS))
    assert {action.kind for action in found} == {"create"}
    assert {a.topic for a in found if a.settings["cleanup.policy"] == "compact"} == {
        TOPICS.current_tags,
        TOPICS.rule_pack,
        TOPICS.profile_changelog,
    }


def test_nothing_is_done_twice() -> None:
    assert planned(cluster()) == []


@pytest.mark.parametrize("name", [*TOPICS.inputs(), TOPICS.profile_changelog])
def test_another_number_of_partitions_is_refused_where_it_would_split_customers(name: str) -> None:
    (action,) = planned(changed(name, partitions=6))
    assert (action.kind, action.topic) == ("refuse", name)
    assert "it has 6 partitions, not 4" in action.text


def test_outputs_may_have_as_many_partitions_as_their_readers_like() -> None:
    assert planned(changed(TOPICS.tag_change, partitions=32)) == []


def test_a_changelog_that_forgets_is_set_right() -> None:
    (action,) = planned(changed(TOPICS.profile_changelog, cleanup_policy="delete"))
    assert action.kind == "configure"
    assert action.settings == {"cleanup.policy": "compact"}
    assert "(is delete)" in action.text


def test_more_room_and_more_safety_than_needed_stay() -> None:
    roomy = changed(TOPICS.dead_letter, max_message_bytes="99000000", min_insync_replicas="3")
    assert planned(roomy) == []


def test_a_topic_with_a_single_copy_is_not_made_to_wait_for_a_second() -> None:
    """Nobody could write to it any more."""
    assert planned(cluster(replicas=1), replicas=3) == []


def test_two_brokers_have_to_take_a_record_only_where_there_are_three_copies() -> None:
    needed = {a.topic for a in planned({}, 3) if a.settings.get("min.insync.replicas") == "2"}
    assert needed == set(msgspec.structs.astuple(TOPICS))
    assert not any("min.insync.replicas" in a.settings for a in planned({}, 1))


def test_the_settings_of_inputs_that_are_there_are_their_producers() -> None:
    assert planned(changed(TOPICS.browse, cleanup_policy="compact", min_insync_replicas="1")) == []
