"""Where a group stands before a move: what its positions say about where its customers are."""

from collections.abc import Iterable, Mapping

from tagger.settings import Settings
from tagger.stream.kafka.changelog import ASK_S
from tagger.stream.kafka.migration_faults import MigrationError
from tagger.stream.kafka.positions import group_positions
from tagger.stream.log import Committed
from tagger.stream.metadata import ClockMetadata, MetadataError, decode_metadata

Positions = Mapping[int, Mapping[str, Committed]]
"""Committed ones, by partition and topic."""


def committed_of(
    settings: Settings, topics: Iterable[str], partitions: int
) -> dict[int, dict[str, Committed]]:
    """The group's positions, of no topics none at all. Raises LogUnavailableError, RefusedError and
    SettingsError."""
    names = list(topics)
    if not names:
        return {}
    asked = [(name, shard) for name in names for shard in range(partitions)]
    found: dict[int, dict[str, Committed]] = {shard: {} for shard in range(partitions)}
    for (name, shard), position in group_positions(
        settings, asked, ASK_S, "read_committed"
    ).items():
        found[shard][name] = position
    return found


def has_moved(group: str, names: Mapping[str, str], committed: Positions, begun: Positions) -> bool:
    """Whether the customers were moved before from the old topics, where the group's positions are
    `committed`, to the new ones, where they are `begun`; `names` has the new name of each old input
    topic. Raises MigrationError when they are in neither."""
    if gone := sorted({clock.moved_to for _, clock in _clocks(begun)} - {""}):
        raise MigrationError(
            f"the customers of group {group} were in the new topics once, and have left them for "
            f"{', '.join(gone)}: choose another --suffix, for topics that nobody has used"
        )
    left = {topic: clock.moved_to for topic, clock in _clocks(committed) if clock.moved_to}
    if elsewhere := sorted({to for topic, to in left.items() if to != names[topic]}):
        raise MigrationError(
            f"the customers of group {group} were moved to {', '.join(elsewhere)}: name the topics "
            "where they are in the settings, or give the --suffix of that move"
        )
    if not left and any(begun.values()):
        raise MigrationError(
            f"group {group} has positions in the new topics, and its customers are in the old ones "
            "as far as it is known there: workers have begun without them, or the positions in the "
            "old topics were reset, or have expired. To move them choose another --suffix"
        )
    return bool(left)


def partitions_before(
    group: str, committed: Positions, counts: Mapping[str, int], after: int
) -> int:
    """On how many partitions the customers lie. A topic, of those of which `counts` says how many
    it has, may have got more since: nobody has read those. Raises MigrationError."""
    numbers = {clock.partitions for _, clock in _clocks(committed)} - {0}
    fewest = min(counts.values())
    before = min(numbers, default=fewest)
    if len(numbers) > 1 or before > fewest:
        raise MigrationError(
            f"the positions of group {group} belong to {', '.join(map(str, sorted(numbers)))} "
            f"partitions, and the topics have {fewest}. Name the topics and the group that go "
            "together"
        )
    if before == after and max(counts.values()) == after:
        raise MigrationError(f"the customers lie on {after} partitions already")
    return before


def _clocks(positions: Positions) -> list[tuple[str, ClockMetadata]]:
    """What stands beside each position, with its topic."""
    try:
        return [
            (topic, decode_metadata(position.metadata))
            for by_topic in positions.values()
            for topic, position in by_topic.items()
        ]
    except MetadataError as fault:
        raise MigrationError(str(fault)) from fault
