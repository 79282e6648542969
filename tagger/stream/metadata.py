"""What a checkpoint says beside each committed offset: where the shard's clock stood.

JSON, well below the broker's 4096 bytes; a field that this program does not know is one of a
newer program of the same version, and is left alone. An empty text is what an operator's reset of
offsets leaves behind: then the clock starts anew.
"""

from collections.abc import Mapping

import msgspec

from tagger.engine.step import BEFORE_TIME
from tagger.stream.log import Committed

VERSION = 1


class ClockMetadata(msgspec.Struct, frozen=True):
    """The frontier and, by event topic, the mark over the records that are done. Instants in
    milliseconds; a topic of which nothing is known is left out. `pack` names the rules.
    `proven` is, by event topic, the newest instant by which everything written was found to have
    been read, and the offset before which all of that lies.
    `partitions` is how many partitions the input topics had, 0 when that is not known: with
    another number, customers belong to other shards than those that have their profiles."""

    version: int = VERSION
    frontier: int = BEFORE_TIME
    marks: dict[str, int] = {}
    pack: str = ""
    partitions: int = 0
    proven: dict[str, tuple[int, int]] = {}

    def encode(self) -> str:
        """The text that is committed."""
        return _encoder.encode(self).decode()


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(ClockMetadata)


def decode_metadata(text: str) -> ClockMetadata:
    """What `encode` wrote. Raises ValueError, for the operator, when something else did."""
    if not text:
        return ClockMetadata()
    try:
        found = _decoder.decode(text)
    except msgspec.DecodeError as error:
        raise ValueError(
            f"the metadata {text[:80]!r} of the committed offsets is not tagger's ({error}): "
            "another program commits with this consumer group; give tagger a group of its own"
        ) from error
    if found.version > VERSION:
        raise ValueError(
            f"the committed offsets carry metadata of version {found.version}, this program reads "
            f"up to {VERSION}: run a newer one"
        )
    return found


def restored_clock(committed: Mapping[str, Committed]) -> ClockMetadata:
    """The clock of the newest checkpoint, for each topic the mark that goes with its own committed
    offset, and the newest instant that is proven of it."""
    found = {topic: decode_metadata(position.metadata) for topic, position in committed.items()}
    proven: dict[str, tuple[int, int]] = {}
    for clock in found.values():
        for topic, fact in clock.proven.items():
            proven[topic] = max(fact, proven.get(topic, fact))
    return ClockMetadata(
        proven=proven,
        frontier=max((clock.frontier for clock in found.values()), default=BEFORE_TIME),
        marks={topic: clock.marks[topic] for topic, clock in found.items() if topic in clock.marks},
    )
