"""Just enough SVG: shapes and texts of a few named looks, for light and dark surroundings.

A drawing is 720 wide, brings its own paper and takes its colours from the reader's setting, so that
it can be shown as an image. Every look is a class of the style sheet below; shapes carry no colours
of their own. `title` and `description` are for people who do not see it.
"""

from collections.abc import Iterable
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

WIDTH = 720
_STYLE = """\
svg { --paper: #ffffff; --ink: #1f2328; --soft: #59636e; --line: #d1d9e0; --band: #eef1f4;
  --event: #0969da; --tag: #1a7f37; --tag-paper: #d5f0dc; --reach: #d6e8fb; --late: #bc4c00;
  --clock: #8250df; font: 13px system-ui, "Segoe UI", Helvetica, Arial, sans-serif; }
@media (prefers-color-scheme: dark) { svg { --paper: #0d1117; --ink: #e6edf3; --soft: #9198a1;
  --line: #3d444d; --band: #1c222b; --event: #58a6ff; --tag: #56d364; --tag-paper: #12361f;
  --reach: #11294a; --late: #ffa657; --clock: #be8fff; } }
text { fill: var(--ink); } text.soft { fill: var(--soft); } text.event { fill: var(--event); }
text.tag { fill: var(--tag); } text.late { fill: var(--late); } text.clock { fill: var(--clock); }
text.strong { font-weight: 600; } text.exact { font-variant-numeric: tabular-nums; }
.paper { fill: var(--paper); stroke: var(--line); } .band { fill: var(--band); }
.reach { fill: var(--reach); } .held { fill: var(--tag-paper); stroke: var(--tag); }
.missed { fill: none; stroke: var(--tag); stroke-dasharray: 4 4; }
path { fill: none; } path.rule { stroke: var(--line); } path.soft { stroke: var(--soft); }
path.dashed { stroke: var(--soft); stroke-dasharray: 3 4; }
path.event { stroke: var(--event); stroke-width: 1.5; }
path.tag { stroke: var(--tag); stroke-width: 1.5; }
path.late { stroke: var(--late); stroke-width: 1.5; }
path.clock { stroke: var(--clock); stroke-width: 2.5; stroke-linejoin: round; }
circle.event { fill: var(--event); } circle.late { fill: var(--late); }
circle.tag { fill: var(--tag); } circle.clock { fill: var(--clock); }
circle.hollow { fill: var(--paper); stroke: var(--late); stroke-width: 2; }
"""

Anchor = Literal["start", "middle", "end"]


class Drawing:
    """Shapes in the order in which they cover each other. Lengths are in pixels."""

    def __init__(self, height: int, title: str, description: str) -> None:
        self._height = height
        self._title = title
        self._description = description
        self._parts: list[str] = []
        self.box(0.5, 0.5, WIDTH - 1, height - 1, "paper", radius=8)

    def markup(self) -> str:
        """The file's text."""
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {self._height}" '
            f'width="{WIDTH}" height="{self._height}" role="img" aria-labelledby="t d">'
        )
        told = (
            f'<title id="t">{escape(self._title)}</title>',
            f'<desc id="d">{escape(self._description)}</desc>',
        )
        return "\n".join([head, *told, f"<style>\n{_STYLE}</style>", *self._parts, "</svg>\n"])

    def box(
        self, x: float, y: float, width: float, height: float, look: str, radius: float = 3
    ) -> None:
        """A rectangle from its upper left corner."""
        size = f'width="{_n(width)}" height="{_n(height)}" rx="{_n(radius)}"'
        self._parts.append(f'<rect class="{look}" x="{_n(x)}" y="{_n(y)}" {size}/>')

    def dot(self, x: float, y: float, look: str, radius: float = 5) -> None:
        """A filled circle."""
        self._parts.append(f'<circle class="{look}" cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}"/>')

    def text(
        self, x: float, y: float, text: str, look: str = "", anchor: Anchor = "start", size: int = 0
    ) -> None:
        """One line; `y` is where its letters stand."""
        attributes = f' class="{look}"' if look else ""
        attributes += f' text-anchor="{anchor}"' if anchor != "start" else ""
        attributes += f' font-size="{size}"' if size else ""
        self._parts.append(f'<text x="{_n(x)}" y="{_n(y)}"{attributes}>{escape(text)}</text>')

    def line(self, points: Iterable[tuple[float, float]], look: str) -> None:
        """From point to point."""
        path = "M" + " L".join(f"{_n(x)} {_n(y)}" for x, y in points)
        self._parts.append(f"<path class={quoteattr(look)} d={quoteattr(path)}/>")

    def arrow(self, x: float, y: float, to_x: float, to_y: float, look: str) -> None:
        """A straight one, level or upright, with its head at the end."""
        self.line([(x, y), (to_x, to_y)], look)
        if y == to_y:
            back = -5 if to_x > x else 5
            head = [(to_x + back, to_y - 4), (to_x, to_y), (to_x + back, to_y + 4)]
        else:
            back = -5 if to_y > y else 5
            head = [(to_x - 4, to_y + back), (to_x, to_y), (to_x + 4, to_y + back)]
        self.line(head, look)


class Axis:
    """Instants to pixels."""

    def __init__(self, begins_at: int, ends_at: int, begins: float, ends: float) -> None:
        self._begins_at, self._span_ms = begins_at, ends_at - begins_at
        self._begins, self._length = begins, ends - begins

    def __call__(self, at: int) -> float:
        """The pixel of an instant."""
        return self._begins + self._length * (at - self._begins_at) / self._span_ms


def _n(number: float) -> str:
    """With one digit at most behind the point."""
    return f"{number:.1f}".removesuffix(".0")
