"""What has to be done to a cluster's topics."""

import msgspec
import pytest

from tagger.stream.repartition import topics_after
from tagger.stream.topic_plan import (
    Action,
    Present,
    actions,
    present_partitions,
    successors,
    wanted_topics,
)
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


def test_the_number_of_partitions_is_that_of_the_topics_that_are_there() -> None:
    assert present_partitions(TOPICS, {}) == 4
    assert present_partitions(TOPICS, {TOPICS.tag_change: Present(32, {}, 3)}) == 4
    assert present_partitions(TOPICS, changed(TOPICS.chat, partitions=12)) == 12


def test_every_topic_has_room_for_what_comes_into_it() -> None:
    settings = {each.name: each.settings for each in wanted_topics(TOPICS, 4, 3, 5_000_000)}
    room = {name: int(each["max.message.bytes"]) for name, each in settings.items()}
    assert all(room[name] >= 5_000_000 for name in TOPICS.inputs())
    assert room[TOPICS.dead_letter] >= 10_000_000
    (action,) = planned(changed(TOPICS.dead_letter, max_message_bytes="1048588"))
    assert list(action.settings) == ["max.message.bytes"]


def test_what_others_read_is_kept_for_a_week_at_least() -> None:
    (action,) = planned(changed(TOPICS.tag_change, retention_ms="3600000"))
    assert action.settings == {"retention.ms": str(7 * 86_400_000)}
    assert planned(changed(TOPICS.tag_change, retention_ms="-1")) == []


def test_the_changelog_keeps_what_was_deleted_for_a_day() -> None:
    (action,) = planned(changed(TOPICS.profile_changelog, delete_retention_ms="60000"))
    assert action.settings == {"delete.retention.ms": "86400000"}
    assert planned(changed(TOPICS.profile_changelog, delete_retention_ms="172800000")) == []


def test_successors_keep_what_producers_set_and_have_what_the_program_needs() -> None:
    present = cluster()
    own = {"retention.ms": "1000", "cleanup.policy": "delete"}
    for name in (TOPICS.purchase, TOPICS.profile_changelog):
        present[name] = msgspec.structs.replace(present[name], own=own)
    new = topics_after(TOPICS, "-p6")
    made = {each.topic: each for each in successors(TOPICS, new, 6, present, RECORD)}
    assert made.keys() == {*new.inputs(), new.profile_changelog}
    assert {action.partitions for action in made.values()} == {6}
    assert made[new.purchase].settings["retention.ms"] == "1000"
    assert made[new.chat].settings["retention.ms"] == str(7 * 86_400_000)
    assert made[new.profile_changelog].settings["cleanup.policy"] == "compact"
    there = present | {new.chat: Present(6, {}, 3)}
    assert new.chat not in {a.topic for a in successors(TOPICS, new, 6, there, RECORD)}


def test_successors_keep_what_the_brokers_defaults_gave_and_their_copies() -> None:
    present = cluster()
    roomy = {"retention.ms": str(30 * 86_400_000), "max.message.bytes": "5242880"}
    for name, replicas in ((TOPICS.purchase, 2), (TOPICS.profile_changelog, 3)):
        settings = {**present[name].settings, **roomy, "min.insync.replicas": "1"}
        present[name] = Present(4, settings, replicas)
    new = topics_after(TOPICS, "-p6")
    made = {each.topic: each for each in successors(TOPICS, new, 6, present, RECORD)}
    purchase, changelog = made[new.purchase], made[new.profile_changelog]
    assert purchase.settings.items() >= roomy.items()
    assert (purchase.settings["min.insync.replicas"], purchase.replicas) == ("1", 2)
    assert changelog.settings["max.message.bytes"] == "5242880"
    assert (changelog.settings["min.insync.replicas"], changelog.replicas) == ("2", 3)


def test_a_changelog_that_forgets_is_set_right() -> None:
    (action,) = planned(changed(TOPICS.profile_changelog, cleanup_policy="delete"))
    assert action.kind == "configure"
    assert action.settings == {"cleanup.policy": "compact"}
    assert "(is delete)" in action.text


def test_more_room_and_more_safety_than_needed_stay() -> None:
    roomy = changed(TOPICS.dead_letter, max_message_bytes="99000000", min_insync_replicas="3")
    assert planned(roomy) == []


def test_a_topic_with_a_single_copy_is_not_made_to_wait_for_a_second() -> None:
    """Nobody could write to it any more. That copies are missing is said."""
    found = planned(cluster(replicas=1), replicas=3)
    assert {action.kind for action in found} == {"warn"}
    assert "has 1 of 3 copies" in found[0].text


def test_two_brokers_have_to_take_a_record_only_where_there_are_three_copies() -> None:
    needed = {a.topic for a in planned({}, 3) if a.settings.get("min.insync.replicas") == "2"}
    assert needed == set(msgspec.structs.astuple(TOPICS))
    assert not any("min.insync.replicas" in a.settings for a in planned({}, 1))


def test_the_settings_of_inputs_that_are_there_are_their_producers() -> None:
    assert planned(changed(TOPICS.browse, cleanup_policy="compact", min_insync_replicas="1")) == []
