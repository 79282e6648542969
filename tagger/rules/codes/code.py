"""What the table of codes says of each code."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """`meaning` is what was found and `mend` what to do, each in one or two sentences. `pack` is
    a small pack in which exactly this is found, `other` a second pack where it takes two, `cases`
    the case file beside it where the code is about cases. `beside` are codes that cannot but come
    with it."""

    meaning: str
    mend: str
    pack: str
    other: str | None = None
    cases: str | None = None
    beside: tuple[str, ...] = ()
