"""Where readers put what they find, so that one run reports everything at once.

Bounded: a file full of mistakes costs no more than a file with some.
"""

from collections import Counter
from collections.abc import Iterable
from difflib import get_close_matches

from tagger.rules.faults import Fault
from tagger.rules.hints import SYNONYMS
from tagger.rules.syntax import Position

MOST_FAULTS_PER_FILE = 200
_LONGEST_GUESSED_WORD = 64
_NEAR = 0.61
"""How alike words are at least, of 1; just above what `hour` and `source` have in common."""
_MOST_COMPARED = 10_000
"""Words that are held against each other in search of the nearest, over all guesses."""


class Findings:
    """A growing set of faults; what is said twice of one place counts once."""

    def __init__(self) -> None:
        self._faults: set[Fault] = set()
        self._per_file: Counter[str] = Counter()
        self._warnings_per_file: Counter[str] = Counter()
        self._compared = 0

    def add(self, at: Position, code: str, sentence: str, suggestion: str | None = None) -> None:
        fault = Fault(at, code, sentence, suggestion)
        if fault in self._faults:
            return
        counts = self._per_file if fault.is_error else self._warnings_per_file
        counts[at.file] += 1
        if counts[at.file] <= MOST_FAULTS_PER_FILE:
            self._faults.add(fault)
        elif counts[at.file] == MOST_FAULTS_PER_FILE + 1:
            code = "E-LIMIT" if fault.is_error else "W-LIMIT"
            what = "errors" if fault.is_error else "warnings"
            sentence = f"more than {MOST_FAULTS_PER_FILE} {what}; the rest is cut"
            self._faults.add(Fault(at, code, sentence))

    def did_you_mean(self, at: Position, word: str, known: Iterable[str]) -> str | None:
        """The nearest known word as a suggestion, as `nearest` finds it."""
        near = self.nearest(at, word, known)
        return None if near is None else f"did you mean `{near}`?"

    def nearest(
        self, at: Position, word: str, known: Iterable[str], likeness: float = _NEAR
    ) -> str | None:
        """The known word that is meant, at least so much like it (of 1); None when nothing is
        near, and once so many words have been guessed at that the author had better begin with
        those."""
        if self._per_file[at.file] > MOST_FAULTS_PER_FILE or len(word) > _LONGEST_GUESSED_WORD:
            return None
        candidates = sorted(set(known))[: _MOST_COMPARED - self._compared]
        self._compared += len(candidates)
        synonym = SYNONYMS.get(word.casefold())
        if synonym in candidates:
            return synonym
        near = get_close_matches(word.casefold(), candidates, n=1, cutoff=likeness)
        return near[0] if near else None

    def refused_files(self) -> frozenset[str]:
        return frozenset(fault.at.file for fault in self._faults if fault.is_error)

    def sorted(self) -> tuple[Fault, ...]:
        """All faults by file, line, column, then code."""
        return tuple(sorted(self._faults, key=lambda f: (f.at, f.code, f.sentence)))
