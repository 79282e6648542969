"""Curves over time as an SVG picture, drawn without a library."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 720, 180
"""Of one panel."""
LEFT, TOP, BETWEEN = 90, 40, 50
COLOURS = ("#1565c0", "#c62828", "#2e7d32")
STYLE = "font: 12px sans-serif; background: white"


class Curve(NamedTuple):
    """One value for each time."""

    name: str
    values: Sequence[float]


def chart(times: Sequence[float], *panels: Sequence[Curve], title: str) -> str:
    """A picture with the panels below one another; `times` are seconds, ascending."""
    box = f"0 0 {LEFT + WIDTH + 20} {TOP + len(panels) * (HEIGHT + BETWEEN)}"
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" style="{STYLE}">',
        f'<text x="{LEFT}" y="20" font-weight="bold">{escape(title)}</text>',
    ]
    for number, curves in enumerate(panels):
        lines += _panel(times, curves, TOP + number * (HEIGHT + BETWEEN))
    return "\n".join([*lines, "</svg>", ""])


def _panel(times: Sequence[float], curves: Sequence[Curve], top: int) -> Iterator[str]:
    most = max([value for curve in curves for value in curve.values], default=0.0) or 1.0
    until = max(times, default=1.0)
    bottom = top + HEIGHT
    yield f'<path d="M{LEFT} {top}V{bottom}h{WIDTH}" fill="none" stroke="#616161"/>'
    for share in (0.0, 0.5, 1.0):
        label = f"{most * share:,.0f}"
        yield f'<text x="{LEFT - 8}" y="{_y(share, top) + 4:.0f}" text-anchor="end">{label}</text>'
        yield _below(LEFT + share * WIDTH, bottom, f"{until * share:,.0f} s")
    for number, curve in enumerate(curves):
        colour = COLOURS[number % len(COLOURS)]
        points = " ".join(
            f"{LEFT + WIDTH * at / until:.1f},{_y(value / most, top):.1f}"
            for at, value in zip(times, curve.values, strict=True)
        )
        yield f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.5"/>'
        x = LEFT + 10 + 200 * number
        yield f'<text x="{x}" y="{top - 4}" fill="{colour}">{escape(curve.name)}</text>'


def _y(share: float, top: int) -> float:
    return top + HEIGHT * (1 - share)


def _below(x: float, bottom: int, label: str) -> str:
    return f'<text x="{x:.0f}" y="{bottom + 16}" text-anchor="middle">{label}</text>'
