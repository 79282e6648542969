"""What the peers in Python read and write, in Avro single-object encoding by fastavro."""

from io import BytesIO
from pathlib import Path
from typing import Any

import fastavro

from bench.job.rule import TAG
from bench.peers.active_customers import Change
from tagger.codecs import schemas
from tagger.codecs.framing import SINGLE_OBJECT_BYTES, single_object_header
from tagger.codecs.resolve import without_logical_types

CHANGE = schemas.read(Path(__file__).parent / "java/avro/Change.avsc")
"""The schema of changes, the same one for all peers."""
_HEADER = single_object_header(CHANGE)
_change = fastavro.parse_schema(CHANGE)
_purchase = fastavro.parse_schema(without_logical_types(schemas.current("Purchase")))


def bought_at(value: bytes) -> int:
    """The time of a purchase, milliseconds. The customer is the record's key."""
    at: int = _read(value)["occurred_at"]
    return at


def bought(value: bytes) -> tuple[str, int]:
    """The customer and the time of a purchase, milliseconds, where the key is not at hand."""
    record = _read(value)
    return record["customer_id"], record["occurred_at"]


def encoded(change: Change) -> bytes:
    """The value of a change's record."""
    stream = BytesIO()
    stream.write(_HEADER)
    record = {"tag": TAG, "op": change.op, "effective_at": change.at}
    fastavro.schemaless_writer(stream, _change, record)
    return stream.getvalue()


def _read(value: bytes) -> Any:
    stream = BytesIO(value)
    stream.seek(SINGLE_OBJECT_BYTES)
    return fastavro.schemaless_reader(stream, _purchase, None)
