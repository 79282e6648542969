"""What it takes to find one profile among very many on disk, and to look at all of them."""

import random
from pathlib import Path

import pytest

from tagger.stream.stores.database import Mark
from tagger.stream.stores.rocks import RocksDatabase, StateFolder

CUSTOMERS = 600_000
BATCH = 5_000
LOOKUPS = 200
MOST_BYTES_A_LOOKUP = 32 * 1024
"""A block has about 4 KiB, and a lookup needs one of the data, of an index and of a filter."""
SLACK_BYTES = 64 * 1024
"""What of an index and a filter may have come."""
_PROCESS = Path("/proc/self/io")


@pytest.mark.skipif(not _PROCESS.exists(), reason="only Linux tells what a process has read")
def test_a_lookup_reads_a_few_blocks_and_no_whole_index(tmp_path: Path) -> None:
    """The filter of such a file has 750,000 bytes, more than the cache takes of one block."""
    store = StateFolder(tmp_path, "group", cache_bytes=1 << 20).open(0)
    assert isinstance(store, RocksDatabase)
    numbers = [*range(0, CUSTOMERS, 2), *range(1, CUSTOMERS, 2)]
    for first in range(0, CUSTOMERS, BATCH):
        store.write([(_key(each), b"profile") for each in numbers[first : first + BATCH]], None)
    store._rocks.compact_range(None, None)  # As it does by itself, some time.
    draw = random.Random(1)
    drawn = [_key(draw.randrange(CUSTOMERS)) for _ in range(LOOKUPS)]
    begun = _bytes_read()
    assert all(store.get(key) is not None for key in drawn)
    assert (_bytes_read() - begun) / LOOKUPS < MOST_BYTES_A_LOOKUP
    store.close()


def test_a_look_at_all_records_leaves_none_of_them_in_memory(tmp_path: Path) -> None:
    """A worker that starts looks at each, and nobody may ask for most of them for a long time."""
    folder = StateFolder(tmp_path, "group", cache_bytes=64 << 20)
    store = folder.open(0)
    assert isinstance(store, RocksDatabase)
    rows = [(_key(number), random.Random(number).randbytes(200)) for number in range(BATCH)]
    store.write(rows, Mark("topic", 0, 0))
    store._rocks.flush()
    before = folder._cache.get_usage()
    assert list(store.items()) == rows
    assert folder._cache.get_usage() - before < SLACK_BYTES < sum(len(each) for _, each in rows)
    store.close()


def _key(number: int) -> bytes:
    return b"customer-%08d" % number


def _bytes_read() -> int:
    """By this process, from files and from the system's cache of them."""
    read = next(each for each in _PROCESS.read_text().splitlines() if each.startswith("rchar"))
    return int(read.split()[1])
