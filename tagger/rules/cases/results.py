"""What became of test cases: expected and found beside each other, with what helps to see why."""

from dataclasses import dataclass

from tagger.rules.cases.case import Case
from tagger.rules.syntax import Position


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that was expected, or found, or both; "" is nothing."""

    what: str
    expected: str
    found: str
    agrees: bool


@dataclass(frozen=True, slots=True)
class Failure:
    """One expectation that did not come true.

    `at` is where it was written. `rows` compare, `around` are the changes of the tags at fault
    about that time, and `why` says condition by condition how those tags stood.
    """

    at: Position
    sentence: str
    rows: tuple[Row, ...] = ()
    around: tuple[str, ...] = ()
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseResult:
    """A case with all that did not come true of it."""

    case: Case
    failures: tuple[Failure, ...]

    @property
    def passed(self) -> bool:
        return not self.failures
