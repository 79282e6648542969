"""The job in Quix Streams: `python -m bench.peers.quix_state BROKERS GROUP INPUT OUTPUT FOLDER`.

Quix keeps state by the key of a record and has nothing that happens without a record, so customers
who never come back would stay active for ever. Here all records of a partition are given one key:
then a purchase reaches the state of every customer of its partition, and rings the alarms that are
due. State and its changelog are Quix's own; the alarms are in memory, and a restart loses them.
"""

import logging
import sys
from typing import Any

from quixstreams import Application, message_context  # type: ignore[import-not-found]
from quixstreams.models.serializers import (  # type: ignore[import-not-found]
    Deserializer,
    Serializer,
    StringSerializer,
)

from bench.peers.active_customers import ActiveCustomers, Change
from bench.peers.avro_records import bought, encoded
from bench.peers.settings.quix import APPLICATION, CONSUMER, PRODUCER


class OneKey(Deserializer):  # type: ignore[misc]
    """The same key for every record."""

    def __call__(self, value: bytes, ctx: Any) -> str:  # noqa: ARG002
        return "all"


class Encoded(Serializer):  # type: ignore[misc]
    """A change as its record's value."""

    def __call__(self, value: Change, ctx: Any) -> bytes:  # noqa: ARG002
        return encoded(value)


class Stored:
    """Quix's state of a partition, which comes anew with each record."""

    def __init__(self) -> None:
        self.state: Any = None

    def get(self, customer: str) -> list[int] | None:
        """None for a customer who was never heard of."""
        found: list[int] | None = self.state.get(customer)
        return found

    def __getitem__(self, customer: str) -> list[int]:
        found: list[int] = self.state.get(customer)
        return found

    def __setitem__(self, customer: str, recent: list[int]) -> None:
        self.state.set(customer, recent)


class Tagger:
    """The customers of every partition."""

    def __init__(self) -> None:
        self._partitions: dict[int, tuple[Stored, ActiveCustomers]] = {}

    def changes(self, value: bytes, state: Any) -> list[Change]:
        """What a purchase changes."""
        partition = message_context().partition
        if partition not in self._partitions:
            stored = Stored()
            self._partitions[partition] = stored, ActiveCustomers(stored)
        stored, customers = self._partitions[partition]
        stored.state = state
        return list(customers.buy(*bought(value)))


def main() -> None:
    """Work until SIGTERM."""
    brokers, group, source, target, folder = sys.argv[1:]
    app = Application(
        broker_address=brokers,
        consumer_group=group,
        state_dir=folder,
        consumer_extra_config=CONSUMER,
        producer_extra_config=PRODUCER,
        loglevel=logging.WARNING,
        **APPLICATION,
    )
    purchases = app.topic(source, key_deserializer=OneKey(), value_deserializer="bytes")
    changes = app.topic(target, key_serializer=StringSerializer(), value_serializer=Encoded())
    frame = app.dataframe(purchases).apply(Tagger().changes, stateful=True, expand=True)
    frame = frame.to_topic(changes, key=lambda change: change.customer)
    app.run()


if __name__ == "__main__":
    main()
