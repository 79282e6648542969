"""A disk in memory, for simulations: it outlives the workers that use it."""

from collections.abc import Iterator, Sequence

from tagger.stream.log import Row
from tagger.stream.stores.database import CorruptStateError, Database, Mark


class SimulatedDatabase(Database):
    """Records in a dict. `is_spoilt` is for accidents."""

    def __init__(self) -> None:
        self.rows: dict[bytes, bytes] = {}
        self.is_spoilt = False
        self._mark: Mark | None = None

    def get(self, key: bytes) -> bytes | None:
        return self.rows.get(key)

    def items(self) -> Iterator[tuple[bytes, bytes]]:
        return iter(sorted(self.rows.items()))

    def mark(self) -> Mark | None:
        return self._mark

    def write(self, rows: Sequence[Row], mark: Mark | None) -> None:
        for key, record in rows:
            if record is None:
                self.rows.pop(key, None)
            else:
                self.rows[key] = record
        self._mark = self._mark if mark is None else mark

    def spoil(self) -> None:
        self.is_spoilt = True

    def close(self) -> None:
        """Nothing: what was written stays."""


class SimulatedDisk:
    """One machine's. `databases` are by shard."""

    def __init__(self) -> None:
        self.databases: dict[int, SimulatedDatabase] = {}

    def has(self, shard: int) -> bool:
        """See `Disk.has`."""
        return shard in self.databases

    def open(self, shard: int) -> Database:
        """See `Disk.open`."""
        database = self.databases.setdefault(shard, SimulatedDatabase())
        if database.is_spoilt:
            raise CorruptStateError("the simulated disk was damaged")
        return database

    def set_aside(self, shard: int) -> str:
        """See `Disk.set_aside`."""
        del self.databases[shard]
        return "nothing"
