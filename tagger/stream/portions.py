"""A batch, cut so that it makes no difference how records came to be put into batches.

A record may move the shard's clock, and what is read after it is decided under the moved one: an
event may be late then. And a record may be the last one before the known end of its topic, so that
events of other topics have to wait no longer. A batch is cut behind each such record. Between two
cuts records only join the merge and leave it, in the same order one by one as all at once.
"""

from collections.abc import Sequence

from tagger.domain.dead_letters import DeadLetter
from tagger.stream.frontier import NEVER, Frontier, Reading
from tagger.stream.merge import Read


def end_of_portion(
    frontier: Frontier, reading: Reading, records: Sequence[Read], begin: int
) -> int:
    """The place behind those of the unread `records` of a topic, from `begin` on, that may be read
    at once. Before the next portion is asked for, they have to be read, and the clock moved."""
    last = reading.last_known()
    moves_at = frontier.moves_at(reading)
    if moves_at == NEVER and records[-1][0] < last:
        return len(records)
    mark, proven, proven_before = reading.mark, reading.proven, reading.proven_before
    for place in range(begin, len(records)):
        offset, timestamp, record = records[place]
        if type(record) is not DeadLetter:
            mark = max(mark, min(record.occurred_at, timestamp))
        until = mark if offset + 1 < proven_before else max(mark, proven)
        if until >= moves_at or offset >= last:
            return place + 1
    return len(records)
