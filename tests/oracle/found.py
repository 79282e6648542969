"""Cases as files: packs, the lines of an event file, and the end of the replay.

A case that once told the product from the oracle stays in `found/` and is run as a test.
"""

import json
from pathlib import Path

from .cases import Case
from .documents import yaml_of
from .packs import load

FOLDER = Path(__file__).with_name("found")


def read(path: Path) -> Case:
    """The case of a file."""
    document = load(path)
    events = [json.loads(line) for line in document["events"].splitlines()]
    return document["packs"], events, document["until"]


def write(case: Case, path: Path) -> None:
    """Write a case as a file that `read` takes."""
    packs, events, until = case
    lines = "".join(f"  {json.dumps(event, ensure_ascii=False)}\n" for event in events)
    text = yaml_of({"until": until, "packs": packs}) + f"events: |\n{lines}"
    path.write_text(text, encoding="utf-8")
