"""Percentiles of what was measured."""

from collections.abc import Sequence


def percentile(values: Sequence[int], percent: int) -> int:
    """The smallest value that so many percent of all do not exceed (nearest rank)."""
    return sorted(values)[max(0, -(-len(values) * percent // 100) - 1)]
