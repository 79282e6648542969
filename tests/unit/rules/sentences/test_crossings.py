"""Where comparisons turn, against the comparisons themselves."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tagger.rules.sentences.crossings import crossings
from tagger.rules.syntax import Comparator, Scalar

NUMBERS = st.integers(-3, 12) | st.decimals(-3, 12, places=1)


@st.composite
def comparisons(draw: st.DrawFn) -> tuple[Comparator, tuple[Scalar, ...]]:
    comparator: Comparator = draw(
        st.sampled_from(("eq", "ne", "gt", "gte", "lt", "lte", "between", "in"))
    )
    if comparator == "in":
        return comparator, tuple(draw(st.lists(NUMBERS, min_size=1, max_size=5)))
    if comparator == "between":
        return comparator, tuple(sorted(draw(st.lists(NUMBERS, min_size=2, max_size=2))))
    return comparator, (draw(NUMBERS),)


def holds(number: int, comparator: str, values: tuple[Scalar, ...]) -> bool:
    bounds = [Decimal(each) for each in values]
    match comparator:
        case "eq" | "in":
            return number in bounds
        case "ne":
            return number not in bounds
        case "gt":
            return number > bounds[0]
        case "gte":
            return number >= bounds[0]
        case "lt":
            return number < bounds[0]
        case "lte":
            return number <= bounds[0]
    return bounds[0] <= number < bounds[1]


@given(comparisons())
def test_a_comparison_turns_where_it_is_said_to(
    comparison: tuple[Comparator, tuple[Scalar, ...]],
) -> None:
    turns = {each.level: each.becomes for each in crossings(*comparison) if -10 < each.level < 20}
    for number in range(-9, 20):
        before, after = (holds(each, *comparison) for each in (number - 1, number))
        assert turns.get(number, after) is after
        assert (number in turns) or before is after
        assert number not in turns or before is not after
