"""The batch's SQL makes every change of the brute force."""

import duckdb
from hypothesis import example, given
from hypothesis import strategies as st

from bench.job.rule import WITHIN_MS
from bench.job.truth import Change, changes_of
from bench.peers.nightly_batch import changes

_GAPS = st.sampled_from([0, 1, WITHIN_MS // 3, WITHIN_MS // 2, WITHIN_MS - 1, WITHIN_MS])
_BUYERS = st.sampled_from(["a", "b"])


@example(bought=[(0, "a"), (0, "a"), (0, "a"), (WITHIN_MS, "a"), (0, "a"), (0, "a")])
@given(bought=st.lists(st.tuples(_GAPS, _BUYERS), min_size=1, max_size=20))
def test_every_change_of_the_brute_force_is_found(bought: list[tuple[int, str]]) -> None:
    now, instants = 0, dict[str, list[int]]()
    rows: list[tuple[str, int]] = []
    for gap, buyer in bought:
        now += gap
        rows.append((buyer, now))
        instants.setdefault(buyer, []).append(now)
    with duckdb.connect() as database:
        database.execute("create table purchases (customer varchar, bought_at bigint)")
        database.executemany("insert into purchases values (?, ?)", rows)
        found = list(changes(database, now))
    for buyer, its in instants.items():
        made = [Change(op, at) for customer, op, at in found if customer == buyer]  # type: ignore[arg-type]
        assert made == changes_of(its, now)
