"""Money that no rule adds is counted."""

import dataclasses
import json
from pathlib import Path

import msgspec
import pytest

from tagger.rules.build import build_plan
from tagger.rules.plan import Field, FieldKind, Filter, Match, Op, Plan, Test
from tagger.stream.log import EndOffsets
from tagger.stream.parts import currencies_of
from tagger.stream.shard import Shard

from .kit import START, TOPICS, batch, event, parts

PACKS = Path(__file__).parents[3] / "rules"


@pytest.fixture(scope="module")
def plan() -> Plan:
    return build_plan(PACKS)[0]


def test_the_currencies_of_the_rules_are_those_of_sums_and_of_filters(plan: Plan) -> None:
    assert currencies_of(plan) == {"USD"}
    amount = Field(FieldKind.MONEY, "amount_minor", "CHF")
    line_amount = Field(FieldKind.MONEY, "amount_minor", "JPY")
    compared = Filter((Test(amount, Op.GT, (1,)),), (Test(line_amount, Op.GT, (1,)),))
    more = msgspec.structs.replace(plan, matches={"purchase": (Match(0, (compared,)),)})
    assert currencies_of(more) == {"USD", "CHF", "JPY"}


@pytest.mark.parametrize(("currencies", "counted"), [({"EUR"}, 1), ({"USD"}, 2), (set(), 0)])
def test_purchases_in_other_currencies_are_counted_once(currencies: set[str], counted: int) -> None:
    given = dataclasses.replace(parts(), currencies=frozenset(currencies))
    shard = Shard(0, given, {})
    nothing = dict.fromkeys(((topic, 0) for topic in TOPICS.inputs()), 0)
    shard.answered(EndOffsets(START, nothing), START, START)
    for offset, (name, currency) in enumerate([("p1", "EUR"), ("p2", "CHF"), ("p2", "CHF")]):
        bought = json.loads(event("purchase", name, "c", 0)) | {"currency": currency}
        shard.receive(batch("purchase", (offset, 0, json.dumps(bought).encode())), START)
    sample = given.telemetry.registry.get_sample_value
    assert sample("tagger_other_currency_total") == counted
