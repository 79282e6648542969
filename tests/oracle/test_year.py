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
from .final import final_tags_brute
from .sql import final_tags
from .values import Doc, instant

pytestmark = [pytest.mark.service, pytest.mark.timeout(900)]
RULES = Path(__file__).parents[2] / "rules"
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
    found = adapter.replay_files(RULES, [year], at, tmp_path, "--all").tags
    by_sql = final_tags([year], at)
    assert found.keys() == by_sql.keys()
    assert customers is None or len(found) == customers
    for customer_id, tags in by_sql.items():
        assert {name: found[customer_id].get(name) for name in tags} == tags
    if until.startswith("2017-09"):
        assert found == final_tags_brute(SHIPPED, lines_of(year), at)
