"""What a checkpoint says beside each committed offset: where the shard's clock stood, and in which
version its state is written.

JSON, well below the broker's 4096 bytes; a field that this program does not know is one of a
newer program of the same version, and is left alone. An empty text is what an operator's reset of
offsets leaves behind: then the clock starts anew.

The version is that of the shard's changelog records, the newest one that may be among them; it
never goes back. A program refuses offsets of a version that it does not read before it has read a
record, so nobody goes on with half of a state. The first programs counted this text by itself: what
they wrote beside records of version 2 says 1.
"""

from collections.abc import Iterable, Mapping

import msgspec

from tagger.engine.step import BEFORE_TIME
from tagger.stream import changelog_record
from tagger.stream.changelog_record import READABLE
from tagger.stream.log import Committed

_OLDEST = READABLE[0]
_WRITTEN_AS = {2: 1}
_READ_AS = {written: version for version, written in _WRITTEN_AS.items()}


class MetadataError(ValueError):
    """The operator's: what stands beside the committed offsets cannot be used by this program."""


class ClockMetadata(msgspec.Struct, frozen=True):
    """The version of the state, the frontier and, by event topic, the mark over the records that
    are done. Instants in milliseconds; a topic of which nothing is known is left out. `pack` names
    the rules.
    `proven` is, by event topic, the newest instant by which everything written was found to have
    been read, and the offset before which all of that lies. `waiting` is, by event topic, the
    earliest instant of what was read and is not done, and the offset before which all of that lies.
    `partitions` is how many partitions the input topics had, 0 when that is not known: with
    another number, customers belong to other shards than those that have their profiles.
    `moved_to` is the topic that takes this one's place, "" while it has customers: whoever went on
    here would decide a second time about them."""

    version: int = changelog_record.VERSION
    frontier: int = BEFORE_TIME
    marks: dict[str, int] = {}
    pack: str = ""
    partitions: int = 0
    proven: dict[str, tuple[int, int]] = {}
    moved_to: str = ""
    waiting: dict[str, tuple[int, int]] = {}

    def encode(self) -> str:
        """The text that is committed."""
        fields = msgspec.structs.asdict(self)
        fields["version"] = _WRITTEN_AS.get(self.version, self.version)
        if not self.moved_to:
            del fields["moved_to"]
        if not self.waiting:
            del fields["waiting"]
        return _encoder.encode(fields).decode()


class _Written(ClockMetadata, frozen=True):
    """The text's own idea of it."""

    version: int = _WRITTEN_AS[_OLDEST]


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(_Written)


def decode_metadata(text: str) -> ClockMetadata:
    """What `encode` wrote. Raises MetadataError when something else did, or a program of a version
    that this one does not read."""
    if not text:
        return ClockMetadata(version=_OLDEST)
    try:
        found = _decoder.decode(text)
    except msgspec.DecodeError as error:
        raise MetadataError(
            f"the metadata {text[:80]!r} of the committed offsets is not tagger's ({error}): "
            "another program commits with this consumer group; give tagger a group of its own"
        ) from error
    fields = msgspec.structs.asdict(found)
    version = fields["version"] = _READ_AS.get(found.version, found.version)
    if version not in READABLE:
        raise MetadataError(_unreadable(version))
    return ClockMetadata(**fields)


def decoded(committed: Mapping[str, Committed]) -> dict[str, ClockMetadata]:
    """What stands beside each topic's position. Raises MetadataError, see `decode_metadata`."""
    return {topic: decode_metadata(position.metadata) for topic, position in committed.items()}


def restored_clock(found: Mapping[str, ClockMetadata]) -> ClockMetadata:
    """The clock at which a shard is opened again, of what stands beside its topics' positions: that
    of the newest checkpoint, with for each topic the mark that goes with its own offset and the
    newest instant that is proven of it. The version is the newest one of all, 0 where nothing was
    committed."""
    proven: dict[str, tuple[int, int]] = {}
    for clock in found.values():
        for topic, fact in clock.proven.items():
            proven[topic] = max(fact, proven.get(topic, fact))
    newest = max(found.values(), key=lambda clock: clock.frontier, default=ClockMetadata())
    return msgspec.structs.replace(
        newest,
        version=max((clock.version for clock in found.values()), default=0),
        proven=proven,
        marks={topic: clock.marks[topic] for topic, clock in found.items() if topic in clock.marks},
    )


def refuse_moved(clocks: Iterable[ClockMetadata]) -> None:
    """Raises MetadataError, which names the new topics, when the customers have left these."""
    if names := sorted({clock.moved_to for clock in clocks} - {""}):
        raise MetadataError(
            f"the customers were moved to other topics, {', '.join(names)}, and a changelog of "
            "their own: give this worker the variables TAGGER_TOPIC_... that tagger topics migrate "
            "printed"
        )


def _unreadable(version: int) -> str:
    remedy = (
        "run a newer one. There is no way back to this one, for a shard's state never becomes older"
        if version > _OLDEST
        else "run one in between, until every shard is of a version that both read"
    )
    return (
        f"the committed offsets are of state version {version}, this program reads "
        f"{' and '.join(map(str, READABLE))}: {remedy}"
    )
