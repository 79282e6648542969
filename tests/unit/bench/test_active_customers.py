"""The peers' rule makes every change of the brute force, with what a restart would find."""

from hypothesis import example, given
from hypothesis import strategies as st

from bench.job.purchases import Baskets
from bench.job.rule import WITHIN_MS
from bench.job.truth import changes_of
from bench.peers.active_customers import ActiveCustomers, Change
from bench.peers.avro_records import bought_at, encoded
from tagger.codecs.encode import Encoder
from tagger.domain.events import Purchase

_GAPS = st.sampled_from([0, 1, WITHIN_MS // 3, WITHIN_MS // 2, WITHIN_MS - 1, WITHIN_MS])
_BUYERS = st.sampled_from(["a", "b", "c"])


@example(bought=[(0, "a"), (0, "a"), (0, "a"), (WITHIN_MS, "a")])
@example(bought=[(0, "a"), (0, "a"), (0, "a"), (1, "a"), (WITHIN_MS - 1, "b"), (1, "b")])
@given(bought=st.lists(st.tuples(_GAPS, _BUYERS), min_size=1, max_size=30))
def test_every_change_of_the_brute_force_is_made(bought: list[tuple[int, str]]) -> None:
    customers = ActiveCustomers({})
    now, made, instants = 0, list[Change](), dict[str, list[int]]()
    for gap, buyer in bought:
        now += gap
        made += customers.buy(buyer, now)
        instants.setdefault(buyer, []).append(now)
    for buyer, its in instants.items():
        found = [(op, at) for customer, op, at in made if customer == buyer]
        assert found == changes_of(its, now)


def test_purchases_are_read_and_changes_written_as_the_schemas_say() -> None:
    purchase = Baskets(3).purchase(1, "c-1", 1_234)
    assert bought_at(Encoder(records=[Purchase]).encode(purchase)) == 1_234
    assert encoded(Change("c-1", "added", -1)).endswith(b"\x0cactive\x0aadded\x01")
