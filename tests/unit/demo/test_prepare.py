"""The event file of the demonstration."""

from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from tagger.demo.datasets import CHINESE, CLICKS, ENGLISH, RETAIL
from tagger.demo.event_file import file_order
from tagger.demo.prepare import prepare
from tagger.domain.event_types import type_name

from .archives import (
    Sold,
    chinese_archive,
    click,
    clicks_archive,
    english_archive,
    retail_archive,
    utc_ms,
)
from .event_files import read_events


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("archives")
    sold = [
        Sold(household, household * 100 + day, 1, f"2017-03-{day:02d} 10:00:00")
        for household in range(1, 9)
        for day in range(1, 11)
    ]
    steps = ("home", "add_to_cart", "support_chat", "purchase")
    rows = [
        click(f"u{user}", f"s{user}", step, f"2024-01-01 00:00:0{second}")
        for user in range(1, 4)
        for second, step in enumerate(steps)
    ]
    english = "\n".join(f"1_{n}\t{n % 3 - 1}\treview sentence number {n}." for n in range(30))
    bad = [f"质量太差了第{n}次" for n in range(30)]
    return {
        RETAIL.name: retail_archive(
            folder, sold, demographics=[(2, "65+", *[None] * 6)], products=[(1, "National", "ICE")]
        ),
        CLICKS.name: clicks_archive(folder, rows),
        ENGLISH.name: english_archive(folder, english),
        CHINESE.name: chinese_archive(folder, bad, ["非常喜欢这本书"]),
    }


def test_all_events_are_in_one_file_in_order(tmp_path: Path, archives: dict[str, Path]) -> None:
    prepared = prepare(tmp_path, archives=archives)
    events = read_events(*prepared.paths)
    assert all(file_order(a) <= file_order(b) for a, b in pairwise(events))
    assert len({(type(each), each.source, each.event_id) for each in events}) == len(events)
    assert prepared.counts == Counter(type_name(each) for each in events)
    assert prepared.counts["purchase"] == 8 * 10 + 3
    assert prepared.counts["browse"] == 3 * 3
    assert prepared.counts["profile"] == 1 + 3
    assert prepared.first_at == events[0].occurred_at == utc_ms("2017-03-01 10:00:00")
    assert prepared.last_at == events[-1].occurred_at == utc_ms("2017-03-10 10:00:00")


def test_who_clicks_also_buys_and_writes(tmp_path: Path, archives: dict[str, Path]) -> None:
    events = read_events(*prepare(tmp_path, archives=archives).paths)
    types: dict[str, set[str]] = {}
    for each in events:
        types.setdefault(each.customer_id, set()).add(type_name(each))
    clicking = [found for found in types.values() if "browse" in found]
    assert len(clicking) == 3
    assert all({"purchase", "chat"} <= found for found in clicking)


def test_it_is_made_once(tmp_path: Path, archives: dict[str, Path]) -> None:
    told: list[tuple[int, int]] = []
    first = prepare(tmp_path, archives=archives, progress=lambda *done: told.append(done))
    total = sum(first.counts.values())
    assert told[0] == (0, total)
    assert told[-1] == (total, total)
    told.clear()
    assert prepare(tmp_path, archives={}, progress=lambda *done: told.append(done)) == first
    assert told == []


@pytest.mark.parametrize("damage", ["no file", "no stamp", "old stamp"])
def test_it_is_made_again_the_same_when_it_cannot_be_trusted(
    tmp_path: Path, archives: dict[str, Path], damage: str
) -> None:
    first = prepare(tmp_path, archives=archives)
    (path,) = first.paths
    content = path.read_bytes()
    stamp = path.with_name("events.stamp.json")
    path.write_bytes(b"changed")
    if damage == "no file":
        path.unlink()
    elif damage == "no stamp":
        stamp.unlink()
    else:
        stamp.write_bytes(stamp.read_bytes().replace(b'"version":"', b'"version":"0'))
    assert prepare(tmp_path, archives=archives) == first
    assert path.read_bytes() == content
