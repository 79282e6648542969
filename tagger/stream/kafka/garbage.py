"""How often garbage is looked for.

An object that nobody refers to any more is freed at once. CPython's collector is for objects that
refer to each other, and everything else waits while it looks: for new ones among the young, now and
then among all that are not frozen. A worker makes next to no such garbage, but the lists in its
profiles are many, and looking through them stops everything else. So new objects get the time that
a large checkpoint takes to be freed by themselves, and all objects are looked through every few
ten million events only.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

YOUNG = 100_000
"""New objects, less freed ones, after which the young are looked through: milliseconds."""
MIDDLE = 10
"""After so many times also those that were left then."""
ALL = 200
"""After so many times of that everything that is not frozen."""


@contextmanager
def looked_for_seldom() -> Iterator[None]:
    """Meanwhile, in the whole process."""
    before = gc.get_threshold()
    gc.set_threshold(YOUNG, MIDDLE, ALL)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def spare_what_is_there() -> None:
    """Look no more through the objects that are there now, such as restored profiles."""
    gc.freeze()
