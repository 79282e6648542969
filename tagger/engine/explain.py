"""Why a customer has a tag or not: each condition with its measure, and until when it stays so."""

import msgspec

from tagger.domain.tags import Evidence, Source, TagValue
from tagger.engine.engine import Engine
from tagger.engine.evidence import leaf_evidence
from tagger.engine.life import held_back_until
from tagger.engine.needs import Unit
from tagger.engine.outlook import outlook
from tagger.engine.profile import Profile, TagState
from tagger.engine.prospects import Prospect, prospects_of
from tagger.engine.view import View
from tagger.rules.plan import NONE, NodeKind, Tag


class Reason(msgspec.Struct, frozen=True):
    """A condition, measured where it can be (`evidence`), with those it is made of."""

    text: str
    holds: bool
    evidence: Evidence | None = None
    unit: Unit = ""
    of: "tuple[Reason, ...]" = ()


class Clause(msgspec.Struct, frozen=True):
    """One part of a tag's rule: `assign`, `remove`, or a value of a text tag. `upon` names the
    events of the event form."""

    name: str
    upon: str | None
    reason: Reason | None


class Arrivals(msgspec.Struct, frozen=True):
    """How many of a customer's records came otherwise than in order and once, ever: see the
    counts of `Profile`."""

    late: int = 0
    too_late: int = 0
    repeats: int = 0
    conflicts: int = 0


class Explanation(msgspec.Struct, frozen=True):
    """What is to be said about one tag of one customer at `at`.

    `until` is when the value changes if nothing happens (None: never), `then` what it becomes.
    Where so many deadlines come first that the end is not looked for, `until` is None and
    `unchanged_to` is how far it is known that nothing changes.
    `manual` tells that a value set by hand stands over the rule's, which is `rule_value`.
    `held_back_until` is the instant up to which `hold_for`, `cool_down` or `keep_at_least` keeps
    the rule from changing the tag. `prospects` are what would change the rule's value, all else
    equal. `arrivals` are those of the customer, not only what the tag is about.
    """

    customer_id: str
    tag: str
    rule: str
    at: int
    value: TagValue | None
    since: int | None
    expires_at: int | None
    source: Source
    manual: bool
    rule_value: TagValue | None
    spent: bool
    held_back_until: int | None
    clauses: tuple[Clause, ...]
    prospects: tuple[Prospect, ...]
    until: int | None
    then: TagValue | None
    unchanged_to: int | None = None
    arrivals: Arrivals = Arrivals()


def explain(engine: Engine, profile: Profile, tag_name: str, at: int) -> Explanation:
    """Explain a tag of the plan; the profile must have been run up to `at`. Raises KeyError for
    a tag that the plan does not have."""
    plan = engine.plan
    tag = plan.tags[plan.tag_index[tag_name]]
    state = profile.tags.get(tag_name, TagState())
    until, then, unchanged_to = outlook(engine, profile, tag_name, at)
    view = View(engine.program, profile, at)
    return Explanation(
        customer_id=profile.customer_id,
        tag=tag_name,
        rule=tag.rule,
        at=at,
        value=state.shown,
        since=state.shown_since,
        expires_at=state.shown_expires_at,
        source=state.shown_source,
        manual=state.overlay is not None,
        rule_value=state.value,
        spent=state.spent,
        held_back_until=held_back_until(tag, state, at),
        clauses=tuple(_clauses(view, tag)),
        prospects=prospects_of(view, tag, state),
        until=until,
        then=then,
        unchanged_to=unchanged_to,
        arrivals=Arrivals(profile.late, profile.too_late, profile.repeats, profile.conflicts),
    )


def _clauses(view: View, tag: Tag) -> list[Clause]:
    if tag.form == "text":
        return [
            Clause(
                band.value,
                None,
                Reason("otherwise", holds=True) if band.node == NONE else _reason(view, band.node),
            )
            for band in tag.bands
        ]
    if tag.form == "number":
        return [Clause(view.plan.measures[tag.measure].text, None, None)]
    parts = (
        ("assign", tag.assign_upon, tag.assign_when),
        ("remove", tag.remove_upon, tag.remove_when),
    )
    return [
        Clause(
            name,
            None if upon == NONE else view.plan.source_names[upon],
            None if when == NONE else _reason(view, when),
        )
        for name, upon, when in parts
        if upon != NONE or when != NONE
    ]


def _reason(view: View, index: int) -> Reason:
    node = view.plan.nodes[index]
    verdict = view.holds(index)
    leaf = view.leaves.by_node[index]
    if leaf is not None:
        in_ms = node.kind is not NodeKind.COMPARE or view.plan.measures[node.measure].is_time
        return Reason(node.text, verdict, leaf_evidence(view, index, leaf), "ms" if in_ms else "")
    of = tuple(_reason(view, child) for child in node.children)
    return Reason(node.text, verdict, of=of)
