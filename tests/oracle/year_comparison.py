"""What is compared after a run of the year, with which rules, and where it differs.

Two groups of households go through each variant: everyone with tags that SQL reads and that are
fast enough for a whole year, and a few with all packs that are shipped. Tags without a memory
(`forgetful`) have to come out the same whatever happened on the way. Tags with one are compared
for the households of which no event was late: there everything was processed in order of time.
"""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from tagger.rules.build import build_plan
from tagger.rules.plan import Plan

from .adapter import Product
from .cases import RULES, SHIPPED
from .forgetful import forgetful
from .packs import load
from .sql import IN_BOTH
from .values import Doc
from .year_stream import Outcome

FAST = frozenset(
    {"active", "regular", "purchase_frequency", "silent", "on_site", "browse_frequency"}
    | {"click_frequency", "wide_interest", "window_shopper", "satisfaction", "in_touch"}
    | {"value_tier", "big_spender", "spend_90d", "large_basket_buyer"}
)
"""Tags of all four topics, two of them with a memory; all are `IN_BOTH`."""

Reference = Mapping[int, Mapping[str, Mapping[str, object]]]
"""Tags by instant and customer."""


class Difference(NamedTuple):
    """A tag that is not what it has to be; None is one that is not held."""

    at: int
    customer_id: str
    tag: str
    expected: object
    found: object


class Compared(NamedTuple):
    """How many values of tags were compared, and those that differ."""

    tags: int
    differences: list[Difference]


def with_tags(names: frozenset[str]) -> list[Doc]:
    """The shipped packs with these of their tags, and without workflows."""
    packs = []
    for pack in SHIPPED:
        tags = {name: tag for name, tag in pack["tags"].items() if name in names}
        if tags:
            kept = {word: value for word, value in pack.items() if word != "workflows"}
            packs.append(kept | {"tags": tags})
    return packs


@cache
def fast_plan() -> Plan:
    """The rules of everyone."""
    return Product(with_tags(FAST)).plan


@cache
def names_without_memory() -> frozenset[str]:
    """The shipped tags that follow from the history alone."""
    packs = [load(path) for path in sorted(RULES.rglob("*.yaml")) if ".test." not in path.name]
    return frozenset(name for pack in forgetful(packs) for name in pack["tags"])


@cache
def whole_plan() -> Plan:
    """All packs that are shipped, experimental tags among them."""
    return build_plan(RULES, RULES / "business", publish_experimental=True)[0]


def compare(plan: Plan, by_sql: Reference, in_order: Outcome, found: Outcome) -> Compared:
    """What was found against SQL, where that knows a tag, and else against the run in order."""
    names = [tag.name for tag in plan.tags]
    safe = names_without_memory()
    tags = 0
    differences: list[Difference] = []
    for at, expected in in_order.tags.items():
        for customer_id in sorted(found.customers | found.tags[at].keys()):
            was_late = customer_id in in_order.late_customers | found.late_customers
            compared = [name for name in names if name in safe or not was_late]
            tags += len(compared)
            told = expected.get(customer_id, {})
            known = by_sql[at].get(customer_id, {})
            held = found.tags[at].get(customer_id, {})
            for name in compared:
                wanted = (known if name in IN_BOTH else told).get(name)
                if held.get(name) != wanted:
                    differences.append(Difference(at, customer_id, name, wanted, held.get(name)))
    return Compared(tags, differences)
