"""The job in stock Faust: `python -m bench.peers.faust_table worker`, with `BENCH_BROKERS`,
`BENCH_GROUP`, `BENCH_INPUT`, `BENCH_OUTPUT` and `BENCH_FOLDER` in the environment.

A table of lists, an agent that takes event after event, defaults everywhere. The table comes back
from its changelog after a restart; the alarms, which Faust has nothing for, are in memory.
"""

import os

import faust
from faust.types import StreamT

from bench.job.purchases import PARTITIONS
from bench.peers.active_customers import ActiveCustomers
from bench.peers.avro_records import bought_at, encoded

app = faust.App(
    os.environ["BENCH_GROUP"],
    broker=f"kafka://{os.environ['BENCH_BROKERS']}",
    datadir=os.environ["BENCH_FOLDER"],
    topic_partitions=PARTITIONS,
    topic_replication_factor=1,
    web_enabled=False,
    key_serializer="raw",
    value_serializer="raw",
)
_purchases = app.topic(os.environ["BENCH_INPUT"], key_type=bytes, value_type=bytes)
_changes = app.topic(os.environ["BENCH_OUTPUT"], key_type=bytes, value_type=bytes)
_recent = app.Table("recent", default=list)
_partitions: dict[int, ActiveCustomers] = {}


@app.agent(_purchases)
async def tag(stream: StreamT[bytes]) -> None:
    """Keep the tag of every customer true."""
    async for event in stream.events():
        partition = event.message.partition
        customers = _partitions.get(partition)
        if customers is None:
            customers = _partitions[partition] = ActiveCustomers(_recent)
        for change in customers.buy(event.key.decode(), bought_at(event.value)):
            await _changes.send(key=change.customer.encode(), value=encoded(change))


if __name__ == "__main__":
    app.main()
