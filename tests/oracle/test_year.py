"""A year of published retail data through `tagger replay`, against both oracles.

The first run downloads the data into the cache; several processes may ask for it at once.
"""

import fcntl
import json
from pathlib import Path

import pytest

from tagger.demo.datasets import RETAIL, default_cache_dir
from tagger.demo.download import download
from tagger.demo.retail import write_retail_year

from . import adapter
from .cases import SHIPPED
from .documents import yaml_of
from .final import final_tags_brute
from .sql import IN_BOTH, final_tags
from .values import Doc, instant

pytestmark = [pytest.mark.service, pytest.mark.timeout(900)]
HOUSEHOLDS = 2_469


@pytest.fixture
def year() -> Path:
    """The completejourney year as an event file."""
    cache = default_cache_dir()
    target = cache / "tests" / "retail-year.jsonl"
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not target.exists():
            write_retail_year(download(cache, [RETAIL])[RETAIL.name], target)
    return target


def lines_of(path: Path) -> list[Doc]:
    """The events of a file."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _with_tags_of_both(pack: Doc) -> Doc:
    """A shipped pack with those of its tags that SQL knows too."""
    tags = {name: tag for name, tag in pack["tags"].items() if name in IN_BOTH}
    return {word: value for word, value in pack.items() if word != "workflows"} | {"tags": tags}


@pytest.mark.parametrize(
    ("until", "customers"),
    [
        ("2017-03-15T12:00:00Z", None),
        ("2017-09-01T00:00:00Z", None),
        ("2018-01-01T04:59:59.999Z", HOUSEHOLDS),
        ("2018-02-10T00:00:00Z", HOUSEHOLDS),
    ],
)
def test_every_customer_ends_with_the_tags_of_the_oracles(
    year: Path, tmp_path: Path, until: str, customers: int | None
) -> None:
    at = instant(until)
    packs = [pack for pack in map(_with_tags_of_both, SHIPPED) if pack["tags"]]
    rules = tmp_path / "rules"
    rules.mkdir()
    for pack in packs:
        (rules / f"{pack['pack']}.yaml").write_text(yaml_of(pack), encoding="utf-8")
    found = adapter.replay_files(rules, [year], at, tmp_path, "--all").tags
    by_sql = final_tags([year], at)
    assert found.keys() == by_sql.keys()
    assert customers is None or len(found) == customers
    for customer_id, tags in by_sql.items():
        assert {name: found[customer_id].get(name) for name in tags} == tags
    if until.startswith("2017-09"):
        assert found == final_tags_brute(packs, lines_of(year), at)
