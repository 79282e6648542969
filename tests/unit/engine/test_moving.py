"""Where polynomials change their sign, against looking at every integer."""

from fractions import Fraction
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from tagger.engine.moving import Polynomial, product, quotient, sign_changes

COEFFICIENTS = st.lists(st.integers(-40, 40), max_size=6).map(tuple)
NUMBERS = st.integers() | st.fractions()
ROOTS = st.lists(st.tuples(st.integers(-9, 9), st.integers(1, 3)), max_size=5)


def value(polynomial: Polynomial, x: int) -> int:
    return sum(coefficient * x**power for power, coefficient in enumerate(polynomial))


def with_roots(roots: list[tuple[int, int]]) -> Polynomial:
    """The polynomial that is 0 at each numerator over denominator."""
    found = [-2]
    for top, bottom in roots:
        raised = [bottom * each for each in [0, *found]]
        found = [a - top * b for a, b in zip(raised, [*found, 0], strict=True)]
    return tuple(found)


@settings(max_examples=600)
@given(COEFFICIENTS | ROOTS.map(with_roots), st.integers(-12, 4), st.integers(0, 24))
def test_signs_change_where_they_are_said_to(polynomial: Polynomial, low: int, size: int) -> None:
    signs = [
        (x, (value(polynomial, x) > 0) - (value(polynomial, x) < 0))
        for x in range(low, low + size + 1)
    ]
    expected = [x for (_, before), (x, after) in pairwise(signs) if before != after]
    assert sign_changes(polynomial, low, low + size) == expected


@given(NUMBERS, NUMBERS)
def test_numbers_are_multiplied_and_divided_exactly(
    one: int | Fraction, other: int | Fraction
) -> None:
    by_hand = one * other
    assert (product(one, other), type(product(one, other))) == (by_hand, type(by_hand))
    whole = Fraction(one) / other if other else None
    found = quotient(one, other)
    assert found == whole
    assert found is None or isinstance(found, int) is (Fraction(found).denominator == 1)


def test_a_change_far_away_is_found_without_stepping_there() -> None:
    far = 10**15
    assert sign_changes((-far * (far + 7), 2 * far + 7, -1), 0, 2**63) == [
        far,
        far + 1,
        far + 7,
        far + 8,
    ]
