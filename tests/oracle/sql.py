"""A third reading of many shipped tags, by DuckDB over event files: window SQL, no simulation.

For histories in which nothing is said by hand and no refund names a known order. The two tags with
a memory are followed in a plain loop over the instants at which their window changes.
"""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import duckdb

from .sql_tags import FIRST_COUNTS, LEVELS, MACROS, NETTED, READ, TABLES, TAGS
from .values import Doc, published_number

IN_BOTH = frozenset(
    {"active", "purchase_frequency", "frequency_trend", "slowing_down", "buying_time"}
    | {"weekend_shopper", "multi_channel", "second_purchase_due", "long_standing", "value_tier"}
    | {"spend_90d", "large_basket_buyer", "average_basket", "rfm_recency", "rfm_frequency"}
    | {"rfm_monetary", "rfm_segment", "profit_contribution", "on_site", "browse_frequency"}
    | {"click_frequency", "wide_interest", "window_shopper", "silent", "satisfaction"}
    | {"chat_habit", "in_touch", "slow_response", "lifecycle_stage", "regular", "big_spender"}
)
"""The tags of the shipped packs that are read here."""


def final_tags(paths: Iterable[Path], until: int) -> dict[str, Doc]:
    """Tags of every known customer at `until` (milliseconds), of those `IN_BOTH` alone."""
    with duckdb.connect() as database:
        database.execute("SET TimeZone = 'UTC'")
        database.execute(MACROS)
        database.execute(READ, [[str(path) for path in paths]])
        database.execute(FIRST_COUNTS, {"t": until})
        _refuse_what_is_not_covered(database)
        for table in TABLES:
            database.execute(table, {"t": until} if "$t" in table else None)
        tags: dict[str, Doc] = {}
        for query in TAGS:
            for row in _rows(database, query):
                tags.setdefault(row["customer_id"], {}).update(_held(row))
        for customer_id, own in groupby(_rows(database, LEVELS), key=itemgetter("customer_id")):
            tags[customer_id] |= _latched(list(_settled(own)))
    return tags


def _refuse_what_is_not_covered(database: duckdb.DuckDBPyConnection) -> None:
    if database.execute(NETTED).fetchone() != (0,):
        raise ValueError("a refund of a known order is for the other oracle")


def _rows(database: duckdb.DuckDBPyConnection, query: str) -> Iterator[dict[str, Any]]:
    cursor = database.execute(query)
    names = [column[0] for column in cursor.description or ()]
    for row in cursor.fetchall():
        yield dict(zip(names, row, strict=True))


def _held(row: dict[str, Any]) -> Doc:
    """The tags of a row; number tags in major units."""
    tags = {name: value for name, value in row.items() if value and name in IN_BOTH}
    if "spend_90d_minor" in row:
        tags["spend_90d"] = published_number(Fraction(row["spend_90d_minor"], 100))
        if row["priced_180"]:
            mean_minor = Fraction(row["net_180"], row["priced_180"])
            tags["average_basket"] = published_number(mean_minor / 100)
    return tags


def _settled(rows: Iterable[Doc]) -> Iterator[Doc]:
    """Of what leaves at one instant, the state after the last."""
    for (_, part), together in groupby(rows, key=itemgetter("at_ms", "part")):
        states = list(together)
        yield from states if part == 2 else states[-1:]


def _latched(states: Sequence[Doc]) -> Doc:
    """The tags with two thresholds."""
    regular = big_spender = False
    for state in states:
        regular = state["n_30"] >= 4 and (regular or state["n_30"] >= 8)
        big_spender = state["net_30"] >= 30_000 and (big_spender or state["net_30"] >= 50_000)
    held = {"regular": regular, "big_spender": big_spender}
    return {name: True for name, is_held in held.items() if is_held}
