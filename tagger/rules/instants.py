"""Instants of test cases: offsets such as `+3d12h` from a start, or RFC 3339 times."""

from tagger.domain.times import parse_duration, parse_instant
from tagger.rules.findings import Findings
from tagger.rules.reading.nodes import Node, ScalarNode, describe

LATEST_MS = 253_402_300_800_000
"""The year 10000, which no instant reaches."""


def read_instant(node: Node, starts_at_ms: int | None, findings: Findings) -> int | None:
    """Milliseconds since the epoch; None after reporting. No offsets without a start."""
    text = node.value if isinstance(node, ScalarNode) and isinstance(node.value, str) else ""
    try:
        if text.startswith("+") and starts_at_ms is not None:
            at_ms = starts_at_ms + parse_duration(text[1:])
        else:
            at_ms = parse_instant(text)
    except ValueError:
        offset = "" if starts_at_ms is None else "an offset like +3d12h or "
        sentence = f"an instant is {offset}a time like 2026-01-05T09:00:00Z, not {describe(node)}"
        findings.add(node.at, "E-TYPE", sentence)
        return None
    if at_ms >= LATEST_MS:
        findings.add(node.at, "E-VALUE", "the instant lies beyond the year 9999")
        return None
    return at_ms
