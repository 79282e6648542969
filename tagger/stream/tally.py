"""What became of events that are decided together, added up for telemetry."""

from collections import Counter

from tagger.domain.event_types import TYPE_NAMES
from tagger.domain.events import Event, ProfileUpdate, Purchase
from tagger.engine.step import Step, Verdict
from tagger.telemetry import Telemetry

_REPEATED = ("duplicate", "conflicting")


class Tally:
    """Verdicts by type, how late events were, purchases in a currency that is none of `currencies`
    (with no currencies given, none is a foreign one), and attributes with a value of the wrong
    type."""

    __slots__ = (
        "_count",
        "_currencies",
        "_late_s",
        "_other_currency",
        "_rereads",
        "_type",
        "_verdict",
        "_verdicts",
        "_wrong_types",
    )

    def __init__(self, currencies: frozenset[str]) -> None:
        self._currencies = currencies
        self._verdicts: Counter[tuple[type[Event], Verdict]] = Counter()
        self._type: type[Event] = Purchase
        self._verdict: Verdict = "applied"
        self._count = 0
        """Events in a row of this type and with this verdict, not yet among the verdicts."""
        self._late_s: dict[type[Event], list[float]] = {}
        self._other_currency = 0
        self._rereads: Counter[type[Event]] = Counter()
        self._wrong_types = 0

    def add(self, event: Event, step: Step) -> None:
        """Count an event and what was decided about it."""
        event_type, verdict = type(event), step.verdict
        if event_type is not self._type or verdict != self._verdict:
            self._end_row()
            self._type, self._verdict = event_type, verdict
        self._count += 1
        if event_type is ProfileUpdate:
            self._wrong_types += step.wrong_types
        elif self._currencies and type(event) is Purchase and verdict not in _REPEATED:
            self._other_currency += event.currency not in self._currencies
        if verdict == "late" or verdict == "too_late":
            self._add_late(event, step)

    def _add_late(self, event: Event, step: Step) -> None:
        if step.profile is not None:
            behind_ms = step.profile.clock_at - event.occurred_at
            self._late_s.setdefault(type(event), []).append(behind_ms / 1_000)

    def _end_row(self) -> None:
        if self._count:
            self._verdicts[self._type, self._verdict] += self._count
            self._count = 0

    def add_reread(self, event: Event) -> None:
        """Count an event that is read again and was processed before."""
        self._rereads[type(event)] += 1

    def report(self, telemetry: Telemetry) -> None:
        """Tell telemetry, once for each kind."""
        for event_type, count in self._rereads.items():
            telemetry.records_reread(TYPE_NAMES[event_type], count)
        self._end_row()
        if not self._verdicts:
            return
        for (event_type, verdict), count in self._verdicts.items():
            telemetry.events_processed(TYPE_NAMES[event_type], verdict, count)
        for event_type, late_s in self._late_s.items():
            telemetry.events_late(TYPE_NAMES[event_type], late_s)
        telemetry.other_currency(self._other_currency)
        telemetry.attributes_of_wrong_type(self._wrong_types)
