"""Which tags have to be looked at when a customer is first heard of.

Most rules have nothing to say of a customer of whom nothing is known, and never will while nothing
happens that touches them. So only the others are evaluated with the first input, beside those that
it touches itself; however many rules there are, the rest costs nothing.
"""

from tagger.engine.forms import follow
from tagger.engine.moment import Moment
from tagger.engine.profile import Profile, TagState
from tagger.engine.program import Program
from tagger.engine.view import View


def tags_of_newcomers(program: Program) -> frozenset[int]:
    """The tags that a customer without any event holds, or that time alone may bring. A tag that
    asks about another one follows that; see `Tag.dependents`."""
    nobody = Profile("", known_since=0, clock_at=0)
    found: set[int] = set()
    for index, rule in enumerate(program.rules):
        state = TagState()
        view = View(program, nobody, nobody.clock_at)
        _, due_at = follow(view, rule.tag, state, Moment(view.at, set()))
        if due_at is not None or state != TagState():
            found.add(index)
    return frozenset(found)
