"""Whether everything still is as it was looked at, right before a move is committed.

The group's new positions are part of the transaction by then, so a worker that opens a shard from
now on waits for the outcome, and finds the mark. One that came before is a member, or has left what
it did: in the changelog or in the positions. So members are looked at before that and after.
Every call blocks.
"""

from tagger.settings import Settings
from tagger.stream.kafka import clients
from tagger.stream.kafka.changelog import ASK_S
from tagger.stream.kafka.group_members import members_of
from tagger.stream.kafka.migration_faults import MigrationError
from tagger.stream.kafka.migration_look import Move
from tagger.stream.kafka.partition_reader import bounds
from tagger.stream.kafka.positions import group_positions


def check_still(settings: Settings, move: Move) -> None:
    """Raises MigrationError when somebody has written to the old topics, or has worked on them,
    since `move` was looked at; LogUnavailableError, RefusedError and KafkaException."""
    _check_members(settings)
    ends = {**move.unread, **move.changelog}
    for at, (_, end) in bounds(settings, ends, "read_uncommitted").items():
        if end != ends[at][1]:
            whose = "workers" if at in move.changelog else "producers"
            raise MigrationError(
                f"{end - ends[at][1]} records were written to {at[0]}/{at[1]} meanwhile: stop the "
                f"{whose} and begin again. Nothing was moved"
            )
    # Without those of the transaction that is open: to wait for it is to wait for ourselves.
    positions = group_positions(settings, move.unread, ASK_S, "read_uncommitted")
    for topic, shard in move.unread:
        if positions.get((topic, shard)) != move.committed[shard].get(topic):
            raise MigrationError(
                f"the position of group {settings.group} in {topic}/{shard} has moved meanwhile: "
                "stop the workers and begin again. Nothing was moved"
            )
    _check_members(settings)


def _check_members(settings: Settings) -> None:
    if members := members_of(clients.admin(settings), settings.group):
        raise MigrationError(
            f"group {settings.group} has got members meanwhile, {', '.join(members)}: stop its "
            "workers and begin again. Nothing was moved"
        )
