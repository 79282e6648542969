"""Local state in RocksDB: one database for each shard, one block cache for all of them.

Writes go to RocksDB's own log without being forced to the disk. When the process dies nothing is
lost, and after a power cut a beginning of what was written is there: whole batches, each with its
changelog offset. The changelog has the rest.
"""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
from rocksdict import (
    BlockBasedIndexType,
    BlockBasedOptions,
    Cache,
    DBCompressionType,
    Options,
    Rdict,
    ReadOptions,
    WriteBatch,
    WriteBufferManager,
)

from tagger.stream.log import Row
from tagger.stream.stores.database import (
    CorruptStateError,
    Database,
    LocalStateError,
    Mark,
)

_MARK = b"\xff"
"""The key of the mark. No UTF-8 text has this byte, so it is no customer's, and the last of all."""
_SPOILT = "SPOILT"
_BLOOM_BITS = 10
_WRITE_BUFFER_BYTES = 16 << 20
_WRITE_BUFFERS_BYTES = 128 << 20
"""Of all databases together; a full one is written out early when they come to that."""
_LOG_BYTES = 1 << 20
_OF_MACHINE = (
    *("Permission denied", "No space left", "Read-only file system", "Too many open files"),
    "Input/output error",
)
_HELD = ("lock hold by current process", "While lock file")
"""How RocksDB says that somebody has a database open. Its texts have the folder's name in them."""
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Mark)


class RocksDatabase(Database):
    """The local state of one shard in `folder`, which is made when it is not there. Raises
    CorruptStateError, or LocalStateError when it cannot be opened for another reason.

    A scan that meets damage ends as if there were no more records, so one that does not come to the
    mark has broken off.
    """

    def __init__(self, folder: Path, options: Options) -> None:
        self._folder = folder
        self._is_open = False
        if (folder / _SPOILT).exists():
            raise CorruptStateError(f"{folder}: it was found damaged before")
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            self._rocks = Rdict(str(folder), options)
        except Exception as error:
            raise _opening_error(folder, error) from error
        self._is_open = True

    def get(self, key: bytes) -> bytes | None:
        try:
            record: bytes | None = self._rocks.get(key)
        except Exception as error:
            raise self._reading_error(error) from error
        return record

    def items(self) -> Iterator[tuple[bytes, bytes]]:
        # A scan of everything would leave in the cache what nobody may ask for.
        once = ReadOptions()
        once.fill_cache(False)  # type: ignore[call-arg] # its stub leaves the argument out
        rows: Iterator[tuple[Any, Any]] = self._rocks.items(read_opt=once)
        for key, record in rows:
            if key == _MARK:
                return
            yield key, record
        raise self._reading_error(ValueError("the records break off"))

    def mark(self) -> Mark | None:
        found = self.get(_MARK)
        try:
            return None if found is None else _decoder.decode(found)
        except msgspec.MsgspecError:
            return None

    def write(self, rows: Sequence[Row], mark: Mark | None) -> None:
        batch = WriteBatch(raw_mode=True)
        put = batch.put
        for key, record in rows:
            if record is None:
                batch.delete(key)
            else:
                put(key, record)
        if mark is not None:
            put(_MARK, _encoder.encode(mark))
        try:
            self._rocks.write(batch)
        except Exception as error:
            raise self._writing_error(error) from error

    def spoil(self) -> None:
        (self._folder / _SPOILT).touch()

    def close(self) -> None:
        if self._is_open:
            self._is_open = False
            self._rocks.close()

    def _reading_error(self, error: Exception) -> LocalStateError:
        """What to raise for a read that failed, after it was noted for the next start."""
        if not self._is_open or _is_of_machine(error):
            return LocalStateError(f"{self._folder}: local state cannot be read: {error}")
        self.spoil()
        return CorruptStateError(
            f"{self._folder}: local state is damaged: {error}. The next start sets it aside and "
            "builds it anew from the changelog"
        )

    def _writing_error(self, error: Exception) -> LocalStateError:
        return LocalStateError(
            f"{self._folder}: local state cannot be written: {error}. Nothing is lost; make room "
            "for it, or mend the disk, and start again"
        )


class StateFolder:
    """The disk of a worker: one folder for each shard, under `folder` and the group's name. The
    databases share one cache of `cache_bytes` for blocks read from disk, and their write buffers
    are bounded together."""

    def __init__(self, folder: Path, group: str, cache_bytes: int) -> None:
        self._folder = folder / quote(group, safe="")
        self._cache = Cache(cache_bytes)
        self._buffers = WriteBufferManager(_WRITE_BUFFERS_BYTES, False)

    def has(self, shard: int) -> bool:
        """See `Disk.has`."""
        return self._of(shard).exists()

    def open(self, shard: int) -> Database:
        """See `Disk.open`."""
        return RocksDatabase(self._of(shard), self._options())

    def set_aside(self, shard: int) -> str:
        """See `Disk.set_aside`."""
        folder = self._of(shard)
        aside = folder.with_name(f"{shard}.set-aside")
        try:
            if aside.exists():
                shutil.rmtree(aside)
            folder.rename(aside)
        except OSError as error:
            raise LocalStateError(f"{folder}: it cannot be set aside: {error}") from error
        return str(aside)

    def _of(self, shard: int) -> Path:
        return self._folder / str(shard)

    def _options(self) -> Options:
        table = BlockBasedOptions()
        table.set_block_cache(self._cache)
        table.set_bloom_filter(_BLOOM_BITS, False)
        table.set_cache_index_and_filter_blocks(True)
        table.set_pin_l0_filter_and_index_blocks_in_cache(True)
        # Whole, the index and the filter of a file of small records have megabytes: they would push
        # each other out of the cache, and each profile that is looked up would read them anew.
        table.set_index_type(BlockBasedIndexType.two_level_index_search())
        table.set_partition_filters(True)
        table.set_pin_top_level_index_and_filter(True)
        options = Options(raw_mode=True)
        options.create_if_missing(True)
        options.set_block_based_table_factory(table)
        options.set_compression_type(DBCompressionType.lz4())
        options.set_write_buffer_size(_WRITE_BUFFER_BYTES)
        options.set_write_buffer_manager(self._buffers)
        options.set_max_background_jobs(2)
        options.set_keep_log_file_num(2)
        options.set_max_log_file_size(_LOG_BYTES)
        return options


def _opening_error(folder: Path, error: Exception) -> LocalStateError:
    said = str(error).replace(str(folder), "")
    if any(each in said for each in _HELD):
        return LocalStateError(
            f"{folder}: another process, or another worker of this one, has this local state open. "
            "End it, or give each worker a TAGGER_STATE_DIR of its own"
        )
    if _is_of_machine(error):
        return LocalStateError(
            f"{folder}: local state cannot be opened: {error}. Check TAGGER_STATE_DIR: the folder "
            "must be writable and have room"
        )
    return CorruptStateError(f"{folder}: local state is damaged: {error}")


def _is_of_machine(error: Exception) -> bool:
    """Whether not the state is at fault but its surroundings."""
    return isinstance(error, OSError) or any(each in str(error) for each in _OF_MACHINE)
