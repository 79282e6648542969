"""Small histories, measures and comparisons for properties, over a clock of a few milliseconds."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import strategies as st

from tagger.domain.events import ChatMessage, Event, Line, Purchase
from tagger.rules.plan import Frame, MeasureKind, Op

from .specs import AMOUNT, CATEGORIES, CHANNEL, CUSTOMER, MESSAGES, PROFIT, Spec

NOW = 40
KINDS = MeasureKind
NUMBERS = (KINDS.SUM, KINDS.AVG, KINDS.MIN, KINDS.MAX)
ELAPSED = (KINDS.SINCE, KINDS.SINCE_FIRST, KINDS.TAG_AGE)
NUMBER_OPS = (Op.GTE, Op.GT, Op.LTE, Op.LT, Op.EQ, Op.NE, Op.BETWEEN, Op.IN, Op.IS_SET)
TEXT_OPS = (Op.EQ, Op.NE, Op.IN, Op.IS_SET)

INSTANTS = st.integers(0, NOW)
FRAMES = st.builds(Frame, st.integers(1, 30), st.sampled_from([0, 0, 0, 5, 20])) | st.just(Frame())


@st.composite
def purchases(draw: st.DrawFn, at: st.SearchStrategy[int] = INSTANTS) -> Purchase:
    """A sale or a refund, now and then in another currency or without a cost."""
    lines = st.builds(Line, st.just("x"), st.sampled_from(["", "shoes", "hats"]))
    return Purchase(
        f"p-{draw(st.integers())}",
        CUSTOMER,
        draw(at),
        draw(st.sampled_from(["", "a", "b"])),
        draw(st.sampled_from(["sale", "sale", "sale", "rental", "refund"])),
        draw(st.integers(0, 9)),
        draw(st.sampled_from(["EUR", "EUR", "EUR", "USD"])),
        cost_minor=draw(st.none() | st.integers(0, 6)),
        channel=draw(st.sampled_from(["", "web", "shop"])),
        lines=tuple(draw(st.lists(lines, max_size=3))),
    )


@st.composite
def messages(draw: st.DrawFn, at: st.SearchStrategy[int] = INSTANTS) -> ChatMessage:
    """A message of one of two conversations, or of none."""
    return ChatMessage(
        f"m-{draw(st.integers())}",
        CUSTOMER,
        draw(at),
        draw(st.sampled_from(["", "v", "w"])),
        draw(st.sampled_from(["inbound", "outbound"])),
        "hello",
    )


def histories(at: st.SearchStrategy[int] = INSTANTS) -> st.SearchStrategy[list[Event]]:
    """Up to ten events in the order in which they are read, which is not that of their times."""
    one: st.SearchStrategy[Event] = purchases(at) | messages(at)
    return st.lists(one, max_size=10)


@st.composite
def specs(
    draw: st.DrawFn,
    frames: st.SearchStrategy[Frame] = FRAMES,
    kinds: tuple[MeasureKind, ...] = tuple(KINDS),
) -> Spec:
    """A measure of events, how long a tag has been held, or a ratio of two measures."""
    left_out = {KINDS.ATTRIBUTE, KINDS.TAG, KINDS.AGE}
    kind = draw(st.sampled_from([each for each in kinds if each not in left_out]))
    if kind is KINDS.TAG_AGE:
        return Spec(kind)
    if kind is KINDS.RATIO:
        parts = tuple(each for each in kinds if each not in (KINDS.EARLIEST, KINDS.LATEST))
        return Spec(kind, of=draw(specs(frames, parts)), to=draw(specs(frames, parts)))
    spec = Spec(kind, draw(frames))
    if kind is KINDS.RESPONSE_TIME:
        return replace(spec, field=MESSAGES, customer_answers=draw(st.booleans()))
    if kind is KINDS.DISTINCT:
        return replace(spec, field=draw(st.sampled_from([CHANNEL, CATEGORIES])))
    if kind in (KINDS.EARLIEST, KINDS.LATEST):
        return replace(spec, field=draw(st.sampled_from([CHANNEL, AMOUNT])))
    if kind in NUMBERS:
        nets = ["by_order", "ignore"] + ["by_date"] * (kind in (KINDS.SUM, KINDS.AVG))
        field = draw(st.sampled_from([AMOUNT, PROFIT]))
        return replace(spec, field=field, refunds=draw(st.sampled_from(nets)))
    return spec


def is_text(spec: Spec) -> bool:
    """Whether the measure is worth a text."""
    return spec.field == CHANNEL and spec.kind is not KINDS.DISTINCT


def moves(spec: Spec | None) -> bool:
    """Whether the measure changes with every millisecond."""
    return spec is not None and (spec.kind in ELAPSED or moves(spec.of) or moves(spec.to))


@st.composite
def comparisons(draw: st.DrawFn, spec: Spec) -> tuple[Op, tuple[bool | str | int | Fraction, ...]]:
    """A comparator with thresholds near what small histories are worth."""
    if is_text(spec):
        op = draw(st.sampled_from(TEXT_OPS))
        texts = st.sampled_from(["web", "shop"])
        size = 2 if op is Op.IN else 1
        if op is not Op.IS_SET:
            return op, tuple(draw(st.lists(texts, min_size=size, max_size=size)))
    else:
        op = draw(st.sampled_from(NUMBER_OPS))
    if op is Op.IS_SET:
        return op, (draw(st.booleans()),)
    size = 2 if op in (Op.BETWEEN, Op.IN) else 1
    small = st.integers(-2, 12) | st.fractions(-2, 12, max_denominator=4)
    far = small | st.integers(0, 80)
    numbers = draw(st.lists(far if moves(spec) else small, min_size=size, max_size=size))
    if op is Op.BETWEEN:
        numbers.sort()
    return op, tuple(numbers)
