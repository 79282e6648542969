"""Who may set a tag by hand, what other tags and workflows have to do with it, and its standing."""

from collections.abc import Iterator

from tagger.rules.sentences.story import Point
from tagger.rules.sentences.teller import Teller
from tagger.rules.syntax import TagRule, WorkflowRule


def hand_points(teller: Teller, tag: TagRule) -> tuple[Point, ...]:
    """Whether staff may set the tag, and how that goes together with its rule."""
    if tag.manual == "forbidden":
        return (teller.point("hand_forbidden"),)
    who = teller.say("everyone")
    if tag.manual_roles:
        roles = [teller.language.quoted(role) for role in tag.manual_roles]
        who = teller.say("roles", roles=teller.language.either(roles))
    if tag.manual == "only":
        return (teller.point("hand_only", who=who),)
    removed = "hand_removed" if tag.form == "flag" else "hand_removed_value"
    return (
        teller.point("hand_allowed", who=who),
        teller.point("hand_wins"),
        teller.point(removed),
    )


def link_points(teller: Teller, tag: TagRule) -> tuple[Point, ...]:
    """Other tags that this one asks about, or that ask about it, and the workflows after it."""
    return tuple(_links(teller, tag))


def fact_points(teller: Teller, tag: TagRule) -> tuple[Point, ...]:
    """Layer, status, owner, priority and pack."""
    return tuple(_facts(teller, tag))


def layer(teller: Teller, tag: TagRule) -> str:
    """How lasting the tag is."""
    return teller.say(f"layer_{tag.layer}")


def status(teller: Teller, tag: TagRule) -> str:
    """How far the tag has come."""
    if tag.status == "deprecated" and tag.replaced_by is not None:
        return teller.say("status_replaced", tag=teller.tag(tag.replaced_by))
    return teller.say(f"status_{tag.status}")


def _links(teller: Teller, tag: TagRule) -> Iterator[Point]:
    for phrase, names in (
        ("asks", teller.library.asks(tag.name)),
        ("asked", teller.library.asked_by(tag.name)),
    ):
        if names:
            tags = teller.language.both([teller.tag(name) for name in names])
            yield teller.point(phrase, tags=tags)
    workflows = teller.library.workflows_of(tag.name)
    for workflow in workflows:
        yield _workflow(teller, workflow)
    if not workflows:
        yield teller.point("no_flow")


def _workflow(teller: Teller, workflow: WorkflowRule) -> Point:
    language = teller.language
    steps = [
        teller.say(
            "flow_step", action=language.actions[step.type], template=teller.name(step.template)
        )
        for step in workflow.steps
    ]
    name = teller.name(workflow.name)
    text = teller.say(f"flow_{workflow.upon_op}", name=name, steps=language.both(steps))
    details = [teller.point("flow_age", duration=language.duration(workflow.max_age_ms))]
    if workflow.active_from is not None:
        start = language.instant(workflow.active_from)
        details.append(teller.point("flow_from", instant=start))
    if workflow.status != "active":
        details.append(teller.point(f"flow_{workflow.status}"))
    return Point(language.sentence(text), tuple(details))


def _facts(teller: Teller, tag: TagRule) -> Iterator[Point]:
    yield Point(teller.language.sentence(layer(teller, tag)))
    yield Point(teller.language.sentence(status(teller, tag)))
    if tag.owner:
        yield teller.point("owner", owner=tag.owner)
    if tag.priority:
        yield teller.point("priority", priority=teller.language.number(tag.priority))
    pack = teller.shelf.pack
    name = teller.name(pack.name)
    if pack.category:
        yield teller.point("pack", pack=name, category=teller.language.quoted(pack.category))
    else:
        yield teller.point("pack_only", pack=name)
