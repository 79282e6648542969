"""Regular expressions of rules: RE2, linear in time over the text and bounded in memory."""

import re2  # type: ignore[import-untyped]  # the package has no type information

LONGEST_PATTERN = 512
"""Characters of a pattern."""
MOST_EXPRESSIONS = 200
"""Different patterns of all rules together; each costs milliseconds and up to half a megabyte."""
_MOST_MEMORY_BYTES = 1 << 19


class Expression:
    """A compiled pattern. Raises ValueError, with the reason, for one that RE2 does not know."""

    __slots__ = ("_compiled",)

    def __init__(self, pattern: str) -> None:
        if len(pattern) > LONGEST_PATTERN:
            raise ValueError(f"it has more than {LONGEST_PATTERN} characters")
        options = re2.Options()
        options.max_mem = _MOST_MEMORY_BYTES
        options.log_errors = False
        try:
            self._compiled = re2.compile(pattern, options)
        except re2.error as error:
            raise ValueError(_reason(error)) from error

    def finds(self, text: str) -> bool:
        """Whether the pattern is found anywhere in the text as it stands."""
        return self._compiled.search(text) is not None


def fault_of(pattern: str) -> str | None:
    """What is wrong with a pattern; None when it can be used."""
    try:
        Expression(pattern)
    except ValueError as error:
        return str(error)
    return None


def _reason(error: Exception) -> str:
    reason = error.args[0] if error.args else "RE2 does not know it"
    return reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
