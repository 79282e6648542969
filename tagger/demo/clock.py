"""The demonstration's clock of what has been written: history's, then the wall's, then none.

While history is fed it is the feed's; while live traffic is written it is the wall clock; after
`stop_at` it stands still, so that every shard comes to rest at the same instant.
"""

from tagger.stream.kafka.feed import Feed


class DemoClock:
    """Milliseconds, or None for the wall clock; read from any thread."""

    def __init__(self, feed: Feed, grace_ms: int) -> None:
        self._feed = feed
        self._grace_ms = grace_ms
        self._stopped_at: int | None = None

    def __call__(self) -> int | None:
        """The instant up to which everything is written."""
        return self._feed.clock() if self._stopped_at is None else self._stopped_at

    def stop_at(self, at: int) -> None:
        """Nothing more will be written: let every frontier come to `at` and stay there."""
        self._stopped_at = at + self._grace_ms
