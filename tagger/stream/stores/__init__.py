"""Where shards keep their profiles: in memory, or on disk with a cache in front.

`store` is what a shard asks for, `memory` and `cached` the two answers; `database` is what a cached
store asks of a disk, `rocks` a real one. `local` opens the local state of a worker.
"""
