"""Where a group stands after its customers have moved: in the new topics, and in the old ones."""

from collections.abc import Iterator

import msgspec
from confluent_kafka import TopicPartition

from tagger.stream.kafka.migration_look import Move
from tagger.stream.metadata import ClockMetadata, decode_metadata
from tagger.stream.repartition import clock_after, feeding, state_version


def positions_of(move: Move) -> Iterator[TopicPartition]:
    """The beginning of the new inputs with the clocks of their shards, and the ends of the old ones
    with a mark."""
    names, clocks = move.names(), move.clocks()
    version = state_version(clocks.values())
    if not move.is_made:
        for shard in range(move.after):
            sources = feeding(shard, move.before, move.after)
            fed_by = [clocks[number] for number in sources if number in clocks]
            metadata = clock_after(fed_by, names, move.after, version).encode()
            for topic in names.values():
                yield TopicPartition(topic, shard, 0, metadata=metadata)
    for (topic, shard), (_, end) in move.unread.items():
        position = move.committed[shard].get(topic)
        nothing = ClockMetadata(version=version)
        clock = nothing if position is None else decode_metadata(position.metadata)
        mark = msgspec.structs.replace(clock, partitions=move.after, moved_to=names[topic])
        yield TopicPartition(topic, shard, end, metadata=mark.encode())
