"""`tagger demo`, as a stranger runs it, and its tags against a replay of what it was fed."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.service
TIMEOUT_S = 300


def tagger(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tagger", *words],
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )


@pytest.mark.timeout(2 * TIMEOUT_S)
def test_the_demo_ends_in_the_tags_of_a_replay(tmp_path: Path) -> None:
    kept, replayed = tmp_path / "kept", tmp_path / "replayed.jsonl"
    shown = tagger("demo", "--customers", "150", "--live", "10", "--keep", str(kept))
    assert (shown.returncode, shown.stderr) == (0, "")
    frontier = (kept / "frontier").read_text().strip()
    events = str(kept / "events.jsonl.zst")
    answer = tagger(
        "replay",
        "--rules",
        "rules",
        "--events",
        events,
        "--until",
        frontier,
        "--tags",
        str(replayed),
    )
    assert (answer.returncode, answer.stderr) == (0, "")
    assert replayed.read_bytes() == (kept / "tags.jsonl").read_bytes()
    assert replayed.read_bytes().count(b"\n") == 150
    _shows_the_main_job(shown.stdout)


def _shows_the_main_job(text: str) -> None:
    assert "\x1b" not in text, "piped output has no escapes"
    assert re.search(r"history 100 %", text)
    live = text.split("live traffic", 1)[1].split("tags of", 1)[0]
    assert re.search(r" [-+~]\S+ +event ", live), "tags change with events"
    assert re.search(r" [-+]\S+ +time ", live), "and by time alone"
    assert re.search(r"^actions that went out, each once: [1-9]", text, re.MULTILINE)
    assert re.search(r"coupon +cart", text)
    assert re.search(r"^bad records that were set aside, .*: 9$", text, re.MULTILINE)
    assert re.search(r"the story of h-\d+", text)
    assert re.search(r"events of history in .* events/s through the whole program", text)
