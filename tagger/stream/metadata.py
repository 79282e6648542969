"""What a checkpoint says beside each committed offset: where the shard's clock stood.

JSON, well below the broker's 4096 bytes. An empty text is what an operator's reset of offsets
leaves behind: then the clock starts anew.
"""

from collections.abc import Mapping

import msgspec

from tagger.engine.step import BEFORE_TIME
from tagger.stream.log import Committed

VERSION = 1


class ClockMetadata(msgspec.Struct, frozen=True):
    """The frontier and, by event topic, the mark over the records that are done. Instants in
    milliseconds; a topic of which nothing is known is left out. `pack` names the rules."""

    version: int = VERSION
    frontier: int = BEFORE_TIME
    marks: dict[str, int] = {}
    pack: str = ""

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
    """The clock of the newest checkpoint, and for each topic the mark that goes with its own
    committed offset."""
    found = {topic: decode_metadata(position.metadata) for topic, position in committed.items()}
    return ClockMetadata(
        frontier=max((clock.frontier for clock in found.values()), default=BEFORE_TIME),
        marks={topic: clock.marks[topic] for topic, clock in found.items() if topic in clock.marks},
    )
