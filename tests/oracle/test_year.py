"""A year of real data of some households against the oracles: through `tagger replay`, and through
the running stream, shuffled, withheld and repeated. `make year` does the same with all of them.

The first run downloads the data into the cache and prepares the events.
"""

import json
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

from tagger.demo.event_file import write_events
from tagger.rules.plan import Plan

from . import adapter
from .adapter import Product
from .documents import yaml_of
from .final import final_tags_brute
from .sql import IN_BOTH, final_tags
from .values import instant
from .year_comparison import compare, whole_plan, with_tags
from .year_events import DAY_MS, Year, event_file, events_in, year_of
from .year_stream import Outcome, carry_out
from .year_variants import VARIANTS

pytestmark = [pytest.mark.service, pytest.mark.timeout(900), pytest.mark.xdist_group("year")]
HOUSEHOLDS, SOME, FEW = 2_469, 60, 12
IN_ORDER, BY_NAME = VARIANTS[0], {variant.name: variant for variant in VARIANTS}


class Data(NamedTuple):
    """The year of some households, as events and as a file, with their names from the one that
    says most on."""

    year: Year
    path: Path
    names: list[str]


class Reference(NamedTuple):
    """Rules, whose year they are for, and what came of it in order."""

    plan: Plan
    year: Year
    in_order: Outcome


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Data:
    events = events_in(event_file())
    numbers = Counter(event.customer_id for event in events)
    assert len(numbers) == HOUSEHOLDS
    names = [name for name, _ in numbers.most_common()][:: HOUSEHOLDS // (SOME - 1)]
    kept = [event for event in events if event.customer_id in names]
    path = tmp_path_factory.mktemp("year") / "events.jsonl"
    write_events(kept, path)
    return Data(year_of(kept), path, names)


@pytest.fixture(scope="module")
def instants(data: Data) -> list[int]:
    return [data.year.end, data.year.end + 100 * DAY_MS]


@pytest.fixture(scope="module")
def by_sql(data: Data, instants: list[int]) -> dict[int, dict[str, dict[str, object]]]:
    return {at: final_tags([data.path], at) for at in instants}


@pytest.fixture(scope="module", params=["tags of SQL", "all packs"])
def reference(request: pytest.FixtureRequest, data: Data, instants: list[int]) -> Reference:
    if request.param == "all packs":
        plan, year = whole_plan(), data.year.of(data.names[:: SOME // FEW])
    else:
        plan, year = Product(with_tags(IN_BOTH)).plan, data.year
    return Reference(plan, year, carry_out(IN_ORDER, year, plan, instants))


@pytest.mark.parametrize("until", ["2017-09-01T00:00:00Z", "2018-02-10T00:00:00Z"])
def test_a_replay_ends_in_the_tags_of_the_oracles(data: Data, tmp_path: Path, until: str) -> None:
    at, packs = instant(until), with_tags(IN_BOTH)
    rules = tmp_path / "rules"
    rules.mkdir()
    for pack in packs:
        (rules / f"{pack['pack']}.yaml").write_text(yaml_of(pack), encoding="utf-8")
    found = adapter.replay_files(rules, [data.path], at, tmp_path, "--all").tags
    assert found == final_tags([data.path], at)
    if until.startswith("2017"):
        lines = data.path.read_text(encoding="utf-8").splitlines()
        assert found == final_tags_brute(packs, [json.loads(line) for line in lines], at)


def test_a_year_in_order_ends_in_the_tags_of_sql(
    reference: Reference, by_sql: dict[int, dict[str, dict[str, object]]]
) -> None:
    in_order = reference.in_order
    assert set(in_order.verdicts) == {"applied"}
    assert compare(reference.plan, by_sql, in_order, in_order).differences == []


@pytest.mark.parametrize(
    ("name", "verdicts"),
    [
        ("shuffled within 10 days", {"applied", "late"}),
        ("shuffled over the year", {"applied", "late"}),
        ("days withheld", {"applied", "late"}),
        ("all of it, at least once", {"applied", "late", "duplicate"}),
    ],
)
def test_a_year_that_comes_in_any_other_way_ends_in_the_same_tags(
    reference: Reference,
    by_sql: dict[int, dict[str, dict[str, object]]],
    instants: list[int],
    name: str,
    verdicts: set[str],
) -> None:
    plan, year, in_order = reference
    found = carry_out(BY_NAME[name], year, plan, instants)
    assert set(found.verdicts) - {"too_late"} == verdicts
    assert (found.crashes > 0) == BY_NAME[name].has_accidents
    assert compare(plan, by_sql, in_order, found).differences == []
