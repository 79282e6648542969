"""The running stream: Kafka in, decisions, Kafka out.

`log` is the port to the broker. `merge` and `frontier` keep a shard's clock, `shard` turns
batches into decisions, `worker` owns shards and their checkpoints. `kafka` is the adapter on
Faust and librdkafka, `simulated` the one whose broker, clock and accidents are data.
"""
