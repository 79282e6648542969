"""The job in Bytewax: `python -m bench.peers.bytewax_flow BROKERS GROUP INPUT OUTPUT FOLDER`.

Bytewax keeps state by a key and rings alarms by the wall clock only, so of customers who never come
back nothing would be heard in a backlog. Here the key is the partition: one logic has all its
customers, with alarms by the time of the purchases. Its state, alarms and all, is in each of
Bytewax's snapshots. Offsets are Bytewax's own; those that the client commits are for who watches.
"""

import pickle
import sys
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import bytewax.operators as op  # type: ignore[import-not-found]
from bytewax.connectors.kafka import (  # type: ignore[import-not-found]
    KafkaSink,
    KafkaSinkMessage,
    KafkaSource,
)
from bytewax.dataflow import Dataflow  # type: ignore[import-not-found]
from bytewax.recovery import RecoveryConfig, init_db_dir  # type: ignore[import-not-found]
from bytewax.run import cli_main  # type: ignore[import-not-found]

from bench.peers.active_customers import ActiveCustomers, Change
from bench.peers.avro_records import bought_at, encoded
from bench.peers.settings.bytewax import CONSUMER, DATAFLOW, PRODUCER


class Partition(op.StatefulBatchLogic):  # type: ignore[misc]
    """The customers of one partition; `snapshot` is what the last one gave."""

    def __init__(self, snapshot: bytes | None) -> None:
        customers = ActiveCustomers({}) if snapshot is None else pickle.loads(snapshot)  # noqa: S301 - its own
        self._customers: ActiveCustomers = customers

    def on_batch(self, values: list[Any]) -> tuple[Iterable[Change], bool]:
        """Purchases in order of time."""
        made: list[Change] = []
        for message in values:
            made += self._customers.buy(message.key.decode(), bought_at(message.value))
        return made, False

    def snapshot(self) -> bytes:
        """All of it, as it is now."""
        return pickle.dumps(self._customers)


def flow(brokers: str, group: str, source: str, target: str) -> Any:
    """From topic to topic."""
    found = Dataflow("active")
    consumer = {"group.id": group, **CONSUMER}
    size = DATAFLOW["batch_size"]
    kafka = KafkaSource([brokers], [source], add_config=consumer, batch_size=size)
    purchases = op.input("purchases", found, kafka)
    keyed = op.key_on("partition", purchases, lambda message: str(message.partition))
    changes = op.stateful_batch("active", keyed, Partition)
    records = op.map("record", changes, lambda pair: _record(pair[1]))
    op.output("changes", records, KafkaSink([brokers], target, add_config=PRODUCER))
    return found


def _record(change: Change) -> Any:
    return KafkaSinkMessage(change.customer.encode(), encoded(change), timestamp=change.at)


def main() -> None:
    """Work until SIGTERM."""
    *names, folder = sys.argv[1:]
    Path(folder).mkdir(parents=True)
    init_db_dir(folder, 1)
    cli_main(
        flow(*names),
        epoch_interval=timedelta(seconds=DATAFLOW["epoch_interval_s"]),
        recovery_config=RecoveryConfig(folder),
    )


if __name__ == "__main__":
    main()
