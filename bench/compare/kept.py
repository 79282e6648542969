"""How much the broker keeps, as its files tell."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from struct import Struct

_PARTITION = re.compile(r"(.+)-\d+")
_BATCH = Struct(">qiibIhiqqqhii")
"""A batch's header, see `RecordBatch` in Kafka's "Message Format"."""
_LENGTH_FROM = 12
"""A batch's length counts from behind itself."""
_IS_CONTROL = 0x20


@dataclass(frozen=True)
class Kept:
    """Of one topic: bytes of its files, and records in them without transactions' markers."""

    size: int
    records: int


def kept(data: Path, name: str) -> Mapping[str, Kept]:
    """By topic, all partitions together, of topics whose name begins with `name`, or has it behind
    `__`; it is left out of what they are called. `data` is the folder of a broker that cleans
    nothing meanwhile."""
    own = re.compile(rf"(^|__){re.escape(name)}(?!\d)[-.]*")
    found: dict[str, Kept] = {}
    for folder in sorted(data.iterdir()):
        partition = _PARTITION.fullmatch(folder.name)
        if partition is None or not own.search(partition[1]):
            continue
        topic = own.sub(r"\1", partition[1]) or partition[1]
        before = found.get(topic, Kept(0, 0))
        files = list(folder.glob("*.log"))
        found[topic] = Kept(
            before.size + sum(each.stat().st_size for each in files),
            before.records + sum(sum(_batches(each)) for each in files),
        )
    return {topic: each for topic, each in found.items() if each.size}


def _batches(file: Path) -> Iterator[int]:
    """How many records each batch of a file has."""
    with file.open("rb") as log:
        while len(header := log.read(_BATCH.size)) == _BATCH.size:
            _, length, _, _, _, attributes, *_, records = _BATCH.unpack(header)
            if length <= 0:
                break
            if not attributes & _IS_CONTROL:
                yield records
            log.seek(_LENGTH_FROM + length - _BATCH.size, 1)
