"""The log on Kafka: Faust's agents and life cycle over librdkafka's clients.

`clients` makes them from settings. `reader` owns the subscribed consumer and its poll thread,
`rebalance` and `assignment` see to it that shards open whole and close in time, `transport` gives
Faust the batches, `app` runs the agents, `handover` calls the worker. `log` is the port's other
half, with `changelog` to restore from and `sender` to publish. `preflight` and `health` are for
operators; `embedded` is a broker inside this process, `feed` writes events into the inputs.
Private parts of Faust stand in `faust_internals` and nowhere else.
"""
