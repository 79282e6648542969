"""What became of the events of one batch, added up for telemetry."""

from collections import Counter

from tagger.domain.events import TYPE_ORDER, Event, Purchase, type_names
from tagger.engine.step import Verdict
from tagger.telemetry import Telemetry


class Tally:
    """Verdicts by type, purchases in a currency that is none of `currencies` (with no currencies
    given, none is a foreign one), and attributes with a value of the wrong type."""

    __slots__ = ("_currencies", "_other_currency", "_verdicts", "_wrong_types")

    def __init__(self, currencies: frozenset[str]) -> None:
        self._currencies = currencies
        self._verdicts: Counter[tuple[type[Event], Verdict]] = Counter()
        self._other_currency = 0
        self._wrong_types = 0

    def add(self, event: Event, verdict: Verdict, wrong_types: int = 0) -> None:
        """Count an event; a repeat's money was counted the first time."""
        self._verdicts[type(event), verdict] += 1
        self._wrong_types += wrong_types
        if isinstance(event, Purchase) and self._currencies and verdict != "duplicate":
            self._other_currency += event.currency not in self._currencies

    def report(self, telemetry: Telemetry) -> None:
        """Tell telemetry, once for each kind."""
        for (event_type, verdict), count in self._verdicts.items():
            telemetry.events_processed(type_names[TYPE_ORDER[event_type]], verdict, count)
        telemetry.other_currency(self._other_currency)
        telemetry.attributes_of_wrong_type(self._wrong_types)
