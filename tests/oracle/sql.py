"""A third reading of nine tags, by DuckDB over event files: window SQL instead of a simulation.

For histories in which nothing is said by hand and no refund names a known order. Tags with a
memory are followed in a plain loop over the instants at which their window changes.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import duckdb

from .values import Doc

DAY_MS = 86_400_000
CURRENCY = "USD"
IN_BOTH = {"active", "purchase_frequency", "value_tier", "spend_90d", "silent"} | (
    {"large_basket_buyer", "regular", "big_spender"}
)
"""The tags of the shipped packs that are read here."""

READ = """
CREATE TABLE lines AS
SELECT type, event_id, customer_id, coalesce(source, '') AS source, kind, order_id, currency,
    amount_minor::HUGEINT AS amount_minor,
    coalesce(
        try_cast(occurred_at AS BIGINT),
        epoch_ms(date_trunc('millisecond', try_cast(occurred_at AS TIMESTAMPTZ)))
    ) AS at_ms
FROM read_json(?, format = 'newline_delimited', columns = {
    type: 'VARCHAR', event_id: 'VARCHAR', customer_id: 'VARCHAR', source: 'VARCHAR',
    kind: 'VARCHAR', order_id: 'VARCHAR', currency: 'VARCHAR', amount_minor: 'BIGINT',
    occurred_at: 'VARCHAR'})
WHERE type <> 'command';
"""

FIRST_COUNTS = """
CREATE TABLE facts AS
SELECT * FROM lines WHERE at_ms <= ?
QUALIFY row_number() OVER (PARTITION BY customer_id, type, source, event_id ORDER BY at_ms) = 1;
"""

SALES = """
CREATE TABLE sales AS
SELECT customer_id, at_ms, currency = $currency AND amount_minor >= 10000 AS is_large,
    if(currency = $currency, amount_minor, 0) AS net_minor
FROM facts WHERE type = 'purchase' AND kind <> 'refund';
"""

NETTED = """
SELECT count(*) FROM facts AS refund JOIN facts AS sale USING (customer_id, order_id)
WHERE refund.kind = 'refund' AND sale.kind <> 'refund' AND order_id <> '';
"""

AT_THE_END = """
WITH known AS (SELECT customer_id, min(at_ms) AS since FROM facts GROUP BY ALL),
bought AS (
    SELECT customer_id, max(at_ms) AS last_at,
        count(*) FILTER (at_ms > $t - 30 * $day::BIGINT) AS n_30,
        count(*) FILTER (at_ms > $t - 90 * $day::BIGINT) AS n_90,
        coalesce(sum(net_minor) FILTER (at_ms > $t - 90 * $day::BIGINT), 0) AS net_90,
        count(*) FILTER (is_large AND at_ms > $t - 180 * $day::BIGINT) AS large_180
    FROM sales GROUP BY ALL
),
looked AS (SELECT customer_id, max(at_ms) AS last_at FROM facts WHERE type = 'browse' GROUP BY ALL)
SELECT customer_id,
    coalesce(n_30, 0) >= 3 AS active,
    CASE WHEN coalesce(n_90, 0) >= 12 THEN 'high' WHEN n_90 >= 4 THEN 'middle' ELSE 'low' END
        AS purchase_frequency,
    CASE WHEN coalesce(net_90, 0) >= 100000 THEN 'high' WHEN net_90 >= 25000 THEN 'middle'
        ELSE 'low' END AS value_tier,
    coalesce(net_90, 0)::BIGINT AS spend_90d,
    coalesce(bought.last_at <= $t - 30 * $day::BIGINT, false)
        AND coalesce(looked.last_at <= $t - 30 * $day::BIGINT, true)
        AND since <= $t - 30 * $day::BIGINT AS silent,
    coalesce(n_90, 0) >= 1 AND coalesce(large_180, 0) >= 2 AS large_basket_buyer
FROM known LEFT JOIN bought USING (customer_id) LEFT JOIN looked USING (customer_id)
ORDER BY customer_id;
"""

LEVELS = """
WITH edges AS (
    SELECT customer_id, at_ms, 2 AS part, 1 AS n, net_minor AS minor FROM sales
    UNION ALL
    SELECT customer_id, at_ms + 30 * $day::BIGINT, 1, -1, -net_minor FROM sales
    WHERE at_ms + 30 * $day::BIGINT <= $t
)
SELECT customer_id,
    sum(n) OVER past AS n_30, sum(minor) OVER past AS net_30, at_ms, part
FROM edges
WINDOW past AS (PARTITION BY customer_id ORDER BY at_ms, part ROWS UNBOUNDED PRECEDING)
ORDER BY customer_id, at_ms, part;
"""
"""Purchases and dollars of 30 days after every change of either. At an instant all that leaves
does so together, before anything comes in one by one."""


def final_tags(paths: Iterable[Path], until: int) -> dict[str, Doc]:
    """Tags of every known customer at `until` (milliseconds), of the nine alone."""
    with duckdb.connect() as database:
        database.execute("SET TimeZone = 'UTC'")
        database.execute(READ, [[str(path) for path in paths]])
        database.execute(FIRST_COUNTS, [until])
        _refuse_what_is_not_covered(database)
        database.execute(SALES, {"currency": CURRENCY})
        now = {"t": until, "day": DAY_MS}
        tags = {row["customer_id"]: _held(row) for row in _rows(database, AT_THE_END, now)}
        levels = _rows(database, LEVELS, now)
        for customer_id, own in groupby(levels, key=itemgetter("customer_id")):
            tags[customer_id] |= _latched(list(_settled(own)))
    return tags


def _refuse_what_is_not_covered(database: duckdb.DuckDBPyConnection) -> None:
    if database.execute(NETTED).fetchone() != (0,):
        raise ValueError("a refund of a known order is for the other oracle")


def _rows(
    database: duckdb.DuckDBPyConnection, query: str, parameters: dict[str, Any]
) -> Iterator[Doc]:
    cursor = database.execute(query, parameters)
    names = [column[0] for column in cursor.description or ()]
    for row in cursor.fetchall():
        yield dict(zip(names, row, strict=True))


def _held(row: Doc) -> Doc:
    minor = row.pop("spend_90d")
    tags = {name: value for name, value in row.items() if value and name != "customer_id"}
    return tags | {"spend_90d": minor / 100}


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
