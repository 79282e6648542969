"""What a folder of packs means and remembers, apart from its files: tags by name with the
version of their rules, and what is remembered of customers by fingerprint.

Two snapshots can be compared without the packs that they are of.
"""

from collections.abc import Iterator, Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from tagger.domain.times import format_duration, format_instant, parse_duration
from tagger.rules.compiling.compile import compile_packs
from tagger.rules.plan import NONE, FieldKind, Pattern, Plan, Series
from tagger.rules.sentences import LANGUAGES, Library, Point, explain
from tagger.rules.syntax import Pack, TagRule, WorkflowRule

EVER = "ever"
_DURATION = r"(\d{1,12}(ms|[smhdw]))+"
Duration = Annotated[str, Meta(pattern=f"^{_DURATION}$")]
Reach = Annotated[str, Meta(pattern=f"^({EVER}|{_DURATION})$")]
_RULE_SECTIONS = ("sets", "ends", "holds", "values", "value", "readings", "names")
"""Of an explanation those that say what decides the tag, and not what follows from that; of who
may set it by hand the first sentence says as much."""


class TagEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """A tag: the version of its rule, and what the rule says, in lines of plain English whose
    parts are indented. `about` is what goes with the tag by the word for it, empty where that is
    not known."""

    pack: str
    version: str
    rule: tuple[str, ...]
    about: dict[str, str] = {}


class SeriesEntry(msgspec.Struct, frozen=True):
    """What is remembered of some events, and by which tags it is asked for. `reach` is a duration
    like `30d`, or `ever`; `0s` is the first, the last and the number of them."""

    what: str
    reach: Reach
    tags: tuple[str, ...]

    @property
    def reach_ms(self) -> int | None:
        """Back from now; None without an end."""
        return None if self.reach == EVER else parse_duration(self.reach)


class PatternEntry(msgspec.Struct, frozen=True):
    """A pattern: what it waits for, and for how long (a duration)."""

    what: str
    within: Duration


class Snapshot(msgspec.Struct, frozen=True, omit_defaults=True):
    """Tags and workflows by name, series and patterns by fingerprint, the kinds of kept profile
    attributes by name. A workflow is what it says by the word for it."""

    tags: dict[str, TagEntry]
    series: dict[str, SeriesEntry]
    patterns: dict[str, PatternEntry]
    attributes: dict[str, str]
    workflows: dict[str, dict[str, str]] = {}


def snapshot_of(packs: Sequence[Pack]) -> Snapshot:
    """The snapshot of packs without errors."""
    plan = compile_packs(packs)
    library = Library(packs)
    return Snapshot(
        tags={
            tag.name: TagEntry(
                pack.name,
                plan.tags[plan.tag_index[tag.name]].version,
                tuple(_rule(library, tag.name)),
                _about(pack, tag),
            )
            for pack in packs
            for tag in pack.tags
        },
        series={each.fingerprint: _series(plan, each) for each in plan.series},
        patterns={each.fingerprint: _pattern(plan, each) for each in plan.patterns},
        attributes={name: plan.attributes[name] for name in plan.tags_of_attribute},
        workflows={rule.name: _workflow(rule) for pack in packs for rule in pack.workflows},
    )


def _rule(library: Library, tag: str) -> Iterator[str]:
    story = explain(library, tag, LANGUAGES["en"])
    for section in story.sections:
        if section.key in _RULE_SECTIONS:
            yield from _lines(section.points)
        elif section.key == "hand":
            yield from _lines(section.points[:1])


def _lines(points: Sequence[Point], indent: str = "") -> Iterator[str]:
    for point in points:
        yield indent + point.text
        yield from _lines(point.parts, indent + "  ")


def _about(pack: Pack, tag: TagRule) -> dict[str, str]:
    said = {
        **{f"title ({language})": title for language, title in sorted(tag.title.items())},
        "description": tag.description,
        "purpose": tag.purpose,
        "colour": tag.colour,
        "owner": tag.owner,
        "priority": str(tag.priority),
        "layer": tag.layer,
        "status": tag.status,
        "replaced_by": tag.replaced_by or "",
        "pack": pack.name,
        "category": pack.category,
    }
    return {word: text for word, text in said.items() if text}


def _series(plan: Plan, series: Series) -> SeriesEntry:
    return SeriesEntry(
        what=f"{_remembered(series)} of {plan.source_names[series.source]}",
        reach=EVER if series.retention_ms is None else format_duration(series.retention_ms),
        tags=tuple(sorted(plan.tags[index].name for index in series.tags)),
    )


def _remembered(series: Series) -> str:
    if series.field is None:
        return "times"
    match series.field.kind:
        case FieldKind.PROFIT:
            name = "profit"
        case FieldKind.MESSAGE:
            name = "sender and conversation"
        case FieldKind.DAY | FieldKind.WEEK | FieldKind.MONTH:
            name = f"{series.field.kind.name.lower()}s"
        case FieldKind.LINES:
            name = f"{series.field.attribute} of the lines"
        case _:
            name = series.field.attribute.removesuffix("_minor")
    taken_off = {"by_order": ", less refunds by order,", "by_date": ", less refunds by date,"}
    first_and_last = " (set or not)" if series.keeps_unset else ""
    return name + taken_off.get(series.refunds, first_and_last)


def _pattern(plan: Plan, pattern: Pattern) -> PatternEntry:
    said = ", then ".join(plan.source_names[step] for step in pattern.steps)
    if pattern.unless != NONE:
        said += f", unless {plan.source_names[pattern.unless]}"
    if pattern.by is not None:
        said += f", by {pattern.by}"
    return PatternEntry(f"pattern {pattern.name} ({said})", format_duration(pattern.within_ms))


def _workflow(rule: WorkflowRule) -> dict[str, str]:
    said = {
        "version": str(rule.version),
        "upon": f"{rule.upon_op} {rule.upon_tag}",
        "max_age": format_duration(rule.max_age_ms),
        "active_from": "" if rule.active_from is None else format_instant(rule.active_from),
        "status": rule.status,
    }
    for number, step in enumerate(rule.steps, 1):
        given = "".join(f", {name}: {text}" for name, text in sorted(step.parameters.items()))
        said[f"step {number}"] = f"{step.type} {step.template}{given}"
    return {word: text for word, text in said.items() if text}
