"""Instants are counted once for each customer, however many tags change at them."""

from msgspec.structs import replace

from bench.compare.instants import Instants, instants
from bench.compare.outputs import Output
from bench.peers.active_customers import Change
from bench.peers.avro_records import encoded
from tagger.codecs.encode import Encoder
from tagger.domain.tags import Cause
from tests.unit.bench.test_compare import REMOVED


def _output(customer: str, at: int, cause: Cause) -> Output:
    change = replace(REMOVED, customer_id=customer, effective_at=at, cause=cause)
    return Output(customer.encode(), Encoder().encode(change), 0)


def test_an_instant_is_of_time_when_nothing_else_changed_a_tag_at_it() -> None:
    published = [
        _output("a", 10, "event"),
        _output("a", 10, "time"),
        _output("b", 10, "time"),
        _output("b", 10, "ttl"),
    ]
    others = [_output("a", 30, "event"), Output(b"a", encoded(Change("a", "added", 40)), 0)]
    assert instants([published, others]) == Instants(all=3, by_time=1)
