"""At how many instants customers' tags changed, as this program's changes tell.

Where nobody comes twice between two checkpoints, each is a record of the changelog and one of the
current tags; out of a backlog, a checkpoint has one record for all instants of a customer.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.compare.outputs import Output
from tagger.codecs import schemas
from tagger.codecs.decode_outputs import decode_change
from tagger.codecs.framing import single_object_header

_BY_TIME = ("time", "ttl")


@dataclass(frozen=True)
class Instants:
    """All of them, and those at which nothing but time made the changes."""

    all: int
    by_time: int


def instants(partitions: Iterable[Sequence[Output]]) -> Instants:
    """Of all customers together. Changes of other programs are left out."""
    header = single_object_header(schemas.current("TagChange"))
    found: dict[tuple[str, int], bool] = {}
    for output in (each for partition in partitions for each in partition):
        if output.value.startswith(header):
            change = decode_change(output.value)
            instant = change.customer_id, change.effective_at
            found[instant] = found.get(instant, True) and change.cause in _BY_TIME
    return Instants(len(found), sum(found.values()))
