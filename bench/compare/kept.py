"""How much the broker keeps, as its files tell."""

import re
from collections.abc import Mapping
from pathlib import Path

_PARTITION = re.compile(r"(.+)-\d+")


def kept_bytes(data: Path, name: str) -> Mapping[str, int]:
    """Bytes of records by topic, all partitions together, of topics whose name begins with `name`,
    or has it behind `__`; it is left out of what they are called. `data` is the folder of a broker
    that cleans nothing meanwhile."""
    own = re.compile(rf"(^|__){re.escape(name)}(?!\d)[-.]*")
    found: dict[str, int] = {}
    for folder in sorted(data.iterdir()):
        partition = _PARTITION.fullmatch(folder.name)
        if partition is None or not own.search(partition[1]):
            continue
        topic = own.sub(r"\1", partition[1]) or partition[1]
        size = sum(each.stat().st_size for each in folder.glob("*.log"))
        found[topic] = found.get(topic, 0) + size
    return {topic: size for topic, size in found.items() if size}
