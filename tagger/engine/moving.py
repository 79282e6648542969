"""Values that move with time: quotients of polynomials of the instant, exactly.

A polynomial is the tuple of its whole coefficients, the lowest power first. Time runs in whole
milliseconds, so what is asked for is never a real root but the first integer on its other side:
it is found by halving stretches on which the polynomial only rises or only falls, and those by
the same question about its differences. No floats, no stepping.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from math import floor
from typing import NamedTuple

from tagger.rules.plan import Exact

Polynomial = tuple[int, ...]

_ONE: Polynomial = (1,)


class Moving(NamedTuple):
    """The quotient of two polynomials of t; unset where `bottom` is 0."""

    top: Polynomial
    bottom: Polynomial = _ONE

    @property
    def is_elapsed(self) -> bool:
        """Whether it is the time since an instant."""
        return len(self.top) == 2 and self.top[1] == 1 and self.bottom == _ONE

    def at(self, instant: int) -> Exact | None:
        """The value at an instant."""
        top = _value(self.top, instant)
        return top if self.bottom == _ONE else quotient(top, _value(self.bottom, instant))


def _turns_of_elapsed(start: int, right: Exact, low: int, high: int) -> list[int]:
    """Where the time since `start` comes to a number, and the millisecond after."""
    reached = floor(right)
    instants = [start + reached + 1]
    if reached == right:
        instants.insert(0, start + reached)
    return [instant for instant in instants if low < instant <= high]


def elapsed_since(start: int) -> Moving:
    """The time from `start` on."""
    return Moving((-start, 1))


def quotient(top: Exact, bottom: Exact) -> Exact | None:
    """One number over another, an integer where it is one; unset over 0."""
    if bottom == 0:
        return None
    if type(top) is int and type(bottom) is int:
        return Fraction(top, bottom) if top % bottom else top // bottom
    exact = Fraction(top, bottom)
    return exact.numerator if exact.denominator == 1 else exact


def moving_quotient(top: Exact | Moving, bottom: Exact | Moving) -> Exact | Moving | None:
    """One value over another, where at least one may move; unset wherever either is, or the
    second is 0."""
    if not isinstance(top, Moving) and not isinstance(bottom, Moving):
        return quotient(top, bottom)
    over, under = _as_moving(top), _as_moving(bottom)
    if not any(under.top):
        return None
    unset_where = under.bottom if len(under.bottom) > 1 else _ONE
    return Moving(
        _product(_product(over.top, under.bottom), unset_where),
        _product(_product(over.bottom, under.top), unset_where),
    )


def product(value: Exact | Moving, factor: Exact) -> Exact | Moving:
    """A value times a number."""
    if not isinstance(value, Moving):
        return _times(value, factor)
    top = tuple(each * factor.numerator for each in value.top)
    return Moving(top, tuple(each * factor.denominator for each in value.bottom))


def _times(one: Exact, other: Exact) -> Exact:
    """The same as `one * other`; fractions find out slowly what they are multiplied with."""
    if type(one) is int and type(other) is int:
        return one * other
    top, bottom = one.as_integer_ratio()
    other_top, other_bottom = other.as_integer_ratio()
    return Fraction(top * other_top, bottom * other_bottom)


def turns(left: Exact | Moving, right: Exact | Moving, low: int, high: int) -> list[int]:
    """The instants in (low, high] at which how `left` compares with `right`, or whether both are
    set, may differ from the millisecond before, ascending."""
    if isinstance(left, Moving) and left.is_elapsed and not isinstance(right, Moving):
        return _turns_of_elapsed(-left.top[0], right, low, high)
    one, other = _as_moving(left), _as_moving(right)
    bottom = _product(one.bottom, other.bottom)
    gap = _difference(_product(one.top, other.bottom), _product(other.top, one.bottom))
    if len(bottom) == 1:
        return sign_changes(gap, low, high)
    found = {*sign_changes(_product(gap, bottom), low, high), *sign_changes(bottom, low, high)}
    return sorted(found)


def sign_changes(polynomial: Polynomial, low: int, high: int) -> list[int]:
    """The integers x in (low, high] at which the polynomial's sign is not that at x - 1."""
    while len(polynomial) > 1 and polynomial[-1] == 0:
        polynomial = polynomial[:-1]
    if len(polynomial) <= 1:
        return []
    beyond_roots = 2 + max(map(abs, polynomial[:-1])) // abs(polynomial[-1])
    low, high = max(low, -beyond_roots), min(high, beyond_roots)
    if low >= high:
        return []
    if len(polynomial) == 2:
        return list(_sign_changes_of_line(polynomial, low, high))
    bends = sign_changes(_step(polynomial), low, high - 1)
    ends = [low, *bends, high]
    return [
        x for start, end in pairwise(ends) for x in _sign_changes_of_slope(polynomial, start, end)
    ]


def _sign_changes_of_line(line: Polynomial, low: int, high: int) -> Iterator[int]:
    floor, rest = divmod(-line[0], line[1])
    if rest == 0 and low < floor <= high:
        yield floor
    if low < floor + 1 <= high:
        yield floor + 1


def _sign_changes_of_slope(polynomial: Polynomial, low: int, high: int) -> Iterator[int]:
    """Those of a polynomial that only rises, or only falls, from `low` to `high`: at most two."""
    last = _sign(_value(polynomial, high))
    sign = _sign(_value(polynomial, low))
    while sign != last:
        start, end = low, high
        while end - start > 1:
            middle = (start + end) // 2
            if _sign(_value(polynomial, middle)) == sign:
                start = middle
            else:
                end = middle
        yield end
        low, sign = end, _sign(_value(polynomial, end))


def _as_moving(value: Exact | Moving) -> Moving:
    if isinstance(value, Moving):
        return value
    return Moving((value.numerator,), (value.denominator,))


def _value(polynomial: Polynomial, x: int) -> int:
    value = 0
    for coefficient in reversed(polynomial):
        value = value * x + coefficient
    return value


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


def _product(left: Polynomial, right: Polynomial) -> Polynomial:
    if right == _ONE:
        return left
    found = [0] * (len(left) + len(right) - 1)
    for i, one in enumerate(left):
        for k, other in enumerate(right):
            found[i + k] += one * other
    return tuple(found)


def _difference(left: Polynomial, right: Polynomial) -> Polynomial:
    size = max(len(left), len(right))
    padded = [each + (0,) * (size - len(each)) for each in (left, right)]
    return tuple(one - other for one, other in zip(*padded, strict=True))


def _step(polynomial: Polynomial) -> Polynomial:
    """The polynomial that is p(x + 1) - p(x)."""
    found = [0] * len(polynomial)
    row = [1]
    for power, coefficient in enumerate(polynomial):
        for k in range(power):
            found[k] += coefficient * row[k]
        row = [1, *(a + b for a, b in pairwise(row)), 1]
    return tuple(found[:-1])
