"""What is known of a folder of packs while it is being drawn: the names that a rule may use."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from .eras import Era
from .material import AMOUNTS_MINOR, BASES, Kind, major
from .values import Doc, duration

WINDOWS = ("1h", "1d", "2h", "30m", "2d", "1d1h")
DURATIONS = ("30m", "1d")


@dataclass(frozen=True)
class Measured:
    """A measure that stands alone, the kind of its value, and values to compare it with; a text
    that `is_closed` has no others."""

    doc: Doc
    kind: Kind
    values: Sequence[Any]
    is_closed: bool = False


@dataclass(frozen=True)
class Shown:
    """A tag as other rules see it."""

    kind: Kind
    values: Sequence[Any]


@dataclass
class Scope:
    """One pack while it is drawn.

    `windows` are few, so that edges meet; rules that are `plain` seldom filter their events, so
    that they are often true. `tags` are those of the whole folder that are there already.
    """

    currency: str | None
    era: Era
    windows: Sequence[str]
    is_plain: bool
    tags: dict[str, Shown]
    declared: tuple[str, ...]
    events: dict[str, frozenset[str]] = field(default_factory=dict)
    """Named events, with the types of event that they can be."""
    conditions: dict[str, Doc] = field(default_factory=dict)
    undated: set[str] = field(default_factory=lambda: {"refund"})
    """Names of events from which no refund is taken off at its own date: those that can be refunds
    themselves, and those that patterns make."""
    focus: Sequence[str] = ("purchase",)
    """Events that the tag or pattern that is being drawn mostly looks at, so that its parts bear
    on each other."""

    @property
    def durations(self) -> Sequence[str]:
        """Durations to compare with."""
        return [*self.windows, *DURATIONS, *self.windows]

    @property
    def money(self) -> Sequence[Decimal]:
        """Amounts around those of events, and around their sums."""
        sums = (*AMOUNTS_MINOR, 3000, 4000)
        return [major(minor, self.currency or "EUR") for minor in sums]

    def types_of(self, name: str) -> frozenset[str]:
        """Types of the events that a name stands for."""
        return self.events[name] if name in self.events else frozenset((BASES[name],))

    def names_of(self, event_type: str, built_in: Sequence[str]) -> list[str]:
        """Names of events that can be of this type, the pack's own ones among them."""
        own = [name for name, types in self.events.items() if event_type in types]
        looked_at = [name for name in self.focus if event_type in self.types_of(name)]
        known = [*(name for name in built_in if BASES[name] == event_type), *own, *own]
        return [*looked_at * len(known), *known]

    def ordered(self, values: Sequence[Any], kind: Kind) -> list[Any]:
        """Different values of a kind, the smallest first."""
        spelled: Mapping[Any, Any] = {_size(value, kind): value for value in values}
        return [spelled[size] for size in sorted(spelled)]


def _size(value: Any, kind: Kind) -> Any:
    return duration(value) if kind == "duration" else value
