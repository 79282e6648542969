"""What a shard has decided since its last checkpoint, as the records of the next one."""

from collections.abc import Mapping

from tagger.engine.profile import Profile
from tagger.stream import changelog_record
from tagger.stream.ahead import Ahead
from tagger.stream.counting import count_results
from tagger.stream.deadlines import Deadlines
from tagger.stream.log import Output, Row
from tagger.stream.parts import Parts
from tagger.stream.pending import Pending
from tagger.stream.storable import storable
from tagger.stream.stores.store import ProfileStore


class CheckpointRecords:
    """Makes the records of one shard out of its profiles. One that grew too large for a record is
    replaced by the one that can be stored."""

    def __init__(
        self, parts: Parts, store: ProfileStore, deadlines: Deadlines, ahead: Ahead
    ) -> None:
        self._parts = parts
        self._max_profile_bytes = parts.settings.max_profile_bytes
        self._store = store
        self._deadlines = deadlines
        self._ahead = ahead

    def outputs(self, pending: Pending) -> tuple[Output, ...]:
        """Every result in order, then the current tags of each customer whose tags changed."""
        publisher, current_tags = self._parts.publisher, self._parts.decider.current_tags
        outputs = publisher.results(pending.results)
        for customer_id in pending.retagged:
            profile = self._store.get(customer_id)
            if profile is not None:
                outputs.append(publisher.current_tags(current_tags(profile)))
        count_results(pending.results, self._parts.telemetry)
        self._parts.telemetry.waits_dropped(pending.dropped_waits)
        self._parts.telemetry.series_shortened(pending.shortened)
        return tuple(outputs)

    def changelog(
        self, pending: Pending, offsets: Mapping[str, int], frontier: int, version: int
    ) -> tuple[Row, ...]:
        """One record of this version for each changed customer, when the shard has come to
        `offsets` and its clock to `frontier`."""
        shared = changelog_record.encode_offsets(offsets)
        rows: list[Row] = []
        for customer_id in pending.dirty:
            profile = self._store.get(customer_id)
            record = None
            if profile is not None:
                own = self._ahead.offsets_of(customer_id, offsets)
                reached = shared if own is offsets else changelog_record.encode_offsets(own)
                kept, encoded = self._stored(profile, frontier)
                record = changelog_record.encode(kept, encoded, reached, version)
            rows.append((customer_id.encode(), record))
        return tuple(rows)

    def _stored(self, profile: Profile, frontier: int) -> tuple[Profile, bytes]:
        kept, encoded, shortened = storable(profile, self._max_profile_bytes)
        if shortened:
            self._parts.telemetry.series_shortened(shortened)
        if kept is not profile:
            self._deadlines.keep(kept, profile.deadline, frontier)
            self._store.put(kept.customer_id, kept)
            self._parts.telemetry.customers_quarantined(1)
        return kept, encoded
