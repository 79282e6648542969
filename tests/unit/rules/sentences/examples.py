"""At least one of everything that a rule can say, to see that it has a sentence.

Where the language of rules grows, a table here lacks an entry, and a test says so.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, get_args

from tagger.domain.actions import ActionType
from tagger.rules import syntax
from tagger.rules.attributes import KNOWN_ATTRIBUTES
from tagger.rules.fields import CLOCK_FIELDS, DATE_FIELDS, EVENT_KEYS, FIELDS, LINE_FIELDS

DAY = 86_400_000
AT = syntax.Position("p.yaml", 1, 1)
PURCHASE = syntax.Selector(("purchase",), None, AT)
LAST_MONTH = syntax.Window(30 * DAY)
COUNT = syntax.Aggregate("count", PURCHASE, LAST_MONTH, None, "by_order", AT)
SUM = replace(COUNT, kind="sum", of="amount")
SINCE = syntax.Since(PURCHASE, False, AT)

COMPARATORS: tuple[syntax.Comparator, ...] = get_args(syntax.Comparator)
OF_NUMBERS: tuple[syntax.Comparator, ...] = ("eq", "ne", "gt", "gte", "lt", "lte")
OF_LISTS: tuple[syntax.Comparator, ...] = ("in", "mentions")
WINDOWS = (
    LAST_MONTH,
    syntax.Window(30 * DAY, 10 * DAY),
    syntax.Window(None),
    syntax.Window(None, 10 * DAY),
    *(syntax.Window(None, 0, each, 0) for each in get_args(syntax.Period)),
    *(syntax.Window(None, 0, each, 1) for each in get_args(syntax.Period)),
)
AGGREGATES: dict[str, str | None] = {
    "count": None,
    "sum": "amount",
    "avg": "rating",
    "min": "quantity",
    "max": "profit",
    "distinct": "product_id",
    "earliest": "channel",
    "latest": "amount",
    "interval": None,
}
MEASURES: dict[type, tuple[syntax.Measure, ...]] = {
    syntax.Aggregate: tuple(
        syntax.Aggregate(kind, PURCHASE, window, AGGREGATES[kind], "by_order", AT)
        for kind in get_args(syntax.AggregateKind)
        for window in WINDOWS
    )
    + tuple(replace(SUM, refunds=each) for each in ("by_date", "ignore"))
    + tuple(replace(COUNT, kind="distinct", of=of) for of in ("day", "query")),
    syntax.Since: tuple(
        syntax.Since(PURCHASE, first, AT, window) for first in (True, False) for window in WINDOWS
    ),
    syntax.ResponseTime: tuple(
        syntax.ResponseTime(window, of, AT) for of in ("agent", "customer") for window in WINDOWS
    ),
    syntax.Ratio: (syntax.Ratio(COUNT, SUM, AT), syntax.Ratio(SUM, COUNT, AT)),
    syntax.AttributeValueOf: tuple(
        syntax.AttributeValueOf(name, AT)
        for name in (*KNOWN_ATTRIBUTES, "loyalty_level", "is_member")
    ),
    syntax.TagValueOf: tuple(
        syntax.TagValueOf(name, AT) for name in ("a_flag", "a_text", "a_number")
    ),
    syntax.TagAge: tuple(syntax.TagAge(name, AT) for name in ("a_flag", "a_text")),
}
OPERANDS: dict[str, tuple[tuple[syntax.Scalar, ...], ...]] = {
    "eq": ((0,), (3,), ("web",), (True,), (False,)),
    "ne": ((3,), ("web",), (False,)),
    "gt": ((0,), (3,), (Decimal("1.5"),)),
    "gte": ((0,), (1,), (3,)),
    "lt": ((1,), (3,)),
    "lte": ((0,), (3,)),
    "between": ((2, 5),),
    "in": ((1, 2, 4), ("web", "shop")),
    "matches": (("^g",),),
    "mentions": (("a", "维生素"),),
    "is_set": ((True,), (False,)),
    "anniversary_within": ((DAY,), (2 * DAY,), (7 * DAY,)),
}
"""By comparator: the right sides that read differently."""

_TEXTS = ("matches", "mentions")
_FLAGS = ("eq", "ne", "is_set")


def comparisons() -> Iterator[syntax.Compare]:
    """Every measure with every comparator that goes with it."""
    for measures in MEASURES.values():
        for measure in measures:
            for comparator in COMPARATORS:
                for values in OPERANDS[comparator]:
                    if _fits(measure, comparator, values):
                        operand = syntax.Operand(values, AT)
                        yield syntax.Compare(measure, comparator, operand, AT)
    right = syntax.Operand((), AT, measure=syntax.Ratio(SUM, COUNT, AT), times=2)
    for comparator in OF_NUMBERS:
        for times in (1, 2, Decimal("1.5")):
            yield syntax.Compare(SUM, comparator, replace(right, times=times), AT)
            against = replace(right, measure=SINCE, times=times)
            yield syntax.Compare(syntax.TagAge("a_flag", AT), comparator, against, AT)
    for values in ((1, 2), tuple(range(20))):
        listed = syntax.Operand(values, AT, list_name="many")
        yield syntax.Compare(SINCE, "in", listed, AT)
    for comparator in OF_LISTS:
        listed = syntax.Operand(tuple(map(str, range(20))), AT, list_name="many")
        yield syntax.Compare(syntax.AttributeValueOf("city", AT), comparator, listed, AT)


def _fits(
    measure: syntax.Measure, comparator: syntax.Comparator, values: tuple[syntax.Scalar, ...]
) -> bool:
    if comparator == "is_set":
        return True
    if comparator == "anniversary_within":
        named = isinstance(measure, syntax.AttributeValueOf) and measure.name
        return named in ("birth_date", "registered_at")
    kind = _kind(measure)
    if comparator in _TEXTS:
        return kind is str
    return isinstance(values[0], kind) and (kind is bool or not isinstance(values[0], bool))


def _kind(measure: syntax.Measure) -> Any:
    match measure:
        case syntax.AttributeValueOf(name):
            kind = {**KNOWN_ATTRIBUTES, "is_member": "truth"}.get(name, "text")
            return {"text": str, "truth": bool}.get(kind, (int, Decimal))
        case syntax.TagValueOf(name):
            return {"a_flag": bool, "a_text": str}.get(name, (int, Decimal))
        case syntax.Aggregate(of="channel"):
            return str
    return (int, Decimal)


def selectors() -> Iterator[syntax.Selector]:
    """Every event, and every field with every comparator that goes with it."""
    for name in (*EVENT_KEYS, "big_purchase", "left", "path"):
        yield syntax.Selector((name,), None, AT)
    yield syntax.Selector(("purchase", "chat", "refund"), None, AT)
    tables = {**FIELDS, "browse": {**FIELDS["browse"], **CLOCK_FIELDS, **DATE_FIELDS}}
    for event, table in tables.items():
        for name, (kind, _, _) in table.items():
            for comparator in COMPARATORS:
                for values in OPERANDS[comparator]:
                    if comparator == "anniversary_within" or not _suits(kind, comparator, values):
                        continue
                    test = syntax.FieldTest(name, comparator, syntax.Operand(values, AT), AT)
                    yield syntax.Selector((event,), syntax.Where((test,)), AT)
    weekdays: tuple[tuple[syntax.Comparator, tuple[str, ...]], ...] = (
        ("in", ("sat", "sun")),
        ("eq", ("mon",)),
        ("ne", ("mon",)),
    )
    for comparator, days in weekdays:
        test = syntax.FieldTest("weekday", comparator, syntax.Operand(days, AT), AT)
        yield syntax.Selector(("purchase",), syntax.Where((test,)), AT)
    for direction in ("inbound", "outbound"):
        operand = syntax.Operand((direction,), AT)
        where = syntax.Where((syntax.FieldTest("direction", "eq", operand, AT),))
        yield syntax.Selector(("chat",), where, AT)
    lines = tuple(
        syntax.FieldTest(name, "in", syntax.Operand(("a", "b"), AT), AT) for name in LINE_FIELDS
    )
    yield syntax.Selector(("purchase",), syntax.Where((), lines), AT)


def _suits(kind: str, comparator: str, values: tuple[syntax.Scalar, ...]) -> bool:
    if comparator == "is_set":
        return True
    if isinstance(values[0], bool):
        return False
    return isinstance(values[0], str) is (kind == "text")


def conditions() -> Iterator[syntax.Condition]:
    """Every way of putting conditions together, also negated."""
    leaf = next(comparisons())
    region = syntax.Compare(
        syntax.AttributeValueOf("region", AT), "eq", syntax.Operand(("North",), AT), AT
    )
    absences = [
        syntax.Absent(syntax.Selector((name,), None, AT), 7 * DAY, new, AT)
        for name in ("browse", "left")
        for new in (True, False)
    ]
    some = [
        syntax.AtLeast((leaf, region, *absences), comparator, syntax.Operand(values, AT), AT)
        for comparator in COMPARATORS
        if comparator in (*OF_NUMBERS, "between", "in")
        for values in OPERANDS[comparator]
        if isinstance(values[0], int) and not isinstance(values[0], bool)
    ]
    put_together: list[syntax.Condition] = [
        region,
        *absences,
        *some,
        syntax.AllOf((leaf, region), AT),
        syntax.AnyOf((leaf, region), AT),
        syntax.Named("buys", AT),
        syntax.AllOf((replace(leaf, comparator="gte"), replace(leaf, comparator="lt")), AT),
    ]
    for condition in put_together:
        yield condition
        yield syntax.Not(condition, AT)
        yield syntax.Not(syntax.Not(condition, AT), AT)


def clauses() -> Iterator[syntax.Clause]:
    """States, events, and events at which a state must hold."""
    condition = next(conditions())
    for upon in (None, PURCHASE, syntax.Selector(("left",), None, AT)):
        yield syntax.Clause(condition, upon, AT)
        if upon is not None:
            yield syntax.Clause(None, upon, AT)


def rules() -> Iterator[syntax.TagRule]:
    """Every form and every life of a tag."""
    for assign in clauses():
        for remove in (None, *clauses()):
            for renew in (True, False):
                yield syntax.TagRule(
                    "t",
                    "flag",
                    AT,
                    assign=assign,
                    remove=remove,
                    expires_after_ms=7 * DAY,
                    renew=renew,
                    keep_at_least_ms=DAY,
                    cool_down_ms=DAY,
                    hold_for_ms=None if assign.upon else 1,
                    ends_on=date(2026, 12, 31),
                )
        for manual in get_args(syntax.Manual):
            yield syntax.TagRule("t", "flag", AT, assign=assign, sticky=True, manual=manual)
            yield syntax.TagRule("t", "flag", AT, assign=assign, manual=manual)
    for layer in get_args(syntax.Layer):
        for status in get_args(syntax.Status):
            for other in (None, "a_text"):
                yield syntax.TagRule(
                    "t",
                    "flag",
                    AT,
                    owner="growth",
                    priority=5,
                    manual="only",
                    manual_roles=("agent",) if other else (),
                    layer=layer,
                    status=status,
                    replaced_by=other,
                )
    for measures in MEASURES.values():
        for measure in measures:
            yield syntax.TagRule("t", "number", AT, value=measure, step_ms=DAY)
    condition = next(conditions())
    bands = tuple(syntax.BandValue(name, condition, AT) for name in ("high", "middle"))
    yield syntax.TagRule("t", "text", AT, values=bands, ends_on=date(2026, 12, 31))
    yield syntax.TagRule("t", "text", AT, values=(*bands, syntax.BandValue("low", None, AT)))


def workflows() -> Iterator[syntax.WorkflowRule]:
    """Every change that starts one, every action, every status."""
    steps = tuple(
        syntax.ActionStep(action, "a_template", {}, AT) for action in get_args(ActionType)
    )
    for op in ("added", "removed", "updated"):
        for status in ("active", "shadow", "paused"):
            yield syntax.WorkflowRule("w", 1, op, "t", steps, 3_600_000, None, status, AT)
    yield syntax.WorkflowRule("w", 1, "added", "t", steps, 3_600_000, 0, "active", AT)


def pack_of(*tags: syntax.TagRule, more: tuple[syntax.WorkflowRule, ...] = ()) -> syntax.Pack:
    """A pack with these tags, others that they can ask about, and names to use."""
    add, buy = syntax.Selector(("cart_add",), None, AT), PURCHASE
    big = syntax.Where((syntax.FieldTest("amount", "gte", syntax.Operand((500,), AT), AT),))
    others = (
        syntax.TagRule("a_flag", "flag", AT, manual="only"),
        syntax.TagRule("a_text", "text", AT, values=(syntax.BandValue("web", None, AT),)),
        syntax.TagRule("a_number", "number", AT, value=COUNT),
    )
    events: tuple[tuple[str, Any], ...] = (
        ("big_purchase", syntax.Selector(("purchase",), big, AT)),
        ("left", syntax.UnlessPattern(add, buy, "cart_id", 1_800_000, AT)),
        ("left_any", syntax.UnlessPattern(add, buy, None, 1_800_000, AT)),
        ("big_left", syntax.Selector(("left", "left_any"), None, AT)),
        ("path", syntax.ChainPattern((add, buy), "cart_id", 3_600_000, AT)),
        ("path_any", syntax.ChainPattern((add, buy), None, 3_600_000, AT)),
    )
    return syntax.Pack(
        name="p",
        file="p.yaml",
        at=AT,
        category="a/b",
        currency="EUR",
        time_zone="Europe/Berlin",
        attributes={"loyalty_level": "text", "is_member": "boolean"},
        events=tuple(syntax.NamedEvent(name, what, AT) for name, what in events),
        conditions=(
            syntax.NamedCondition(
                "buys", syntax.Compare(COUNT, "gte", syntax.Operand((1,), AT), AT), AT
            ),
        ),
        tags=(*tags, *others),
        workflows=more,
    )
