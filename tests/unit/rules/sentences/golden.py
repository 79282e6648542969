"""The explanations of `golden.yaml` as text, one file a language.

Run as `python -m tests.unit.rules.sentences.golden` after a wanted change of words, and read what
changed aloud.
"""

from collections.abc import Iterator
from pathlib import Path

from tagger.rules.loader import load_rules
from tagger.rules.sentences import LANGUAGES, Library, Point, explain

HERE = Path(__file__).parent
PACK = HERE / "golden.yaml"


def expected_file(code: str) -> Path:
    """Where the explanations in a language are kept."""
    return HERE / f"golden.{code}.txt"


def explanations(code: str) -> str:
    """Every tag of the pack, in order."""
    library = Library(load_rules(PACK).packs)
    return "\n".join("".join(_lines(library, name, code)) for name in library.tag_names)


def _lines(library: Library, name: str, code: str) -> Iterator[str]:
    story = explain(library, name, LANGUAGES[code])
    yield f"{story.title}\n{story.lead}\n"
    for section in story.sections:
        yield f"\n{section.heading}\n"
        yield from _points(section.points, 1)
    yield "\n"


def _points(points: tuple[Point, ...], depth: int) -> Iterator[str]:
    for point in points:
        yield f"{'  ' * depth}- {point.text}\n"
        yield from _points(point.parts, depth + 1)


if __name__ == "__main__":
    for language in LANGUAGES:
        expected_file(language).write_text(explanations(language), encoding="utf-8")
