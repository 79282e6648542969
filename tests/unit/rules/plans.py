"""Packs and plans of rule text without errors."""

from textwrap import dedent, indent

from tagger.rules.compiling.compile import compile_packs
from tagger.rules.loader import load_texts
from tagger.rules.plan import Measure, Node, Pattern, Plan, Series
from tagger.rules.syntax import Pack

HEAD = "pack: p\ncurrency: EUR\ntime_zone: Europe/Berlin\ndefaults: {owner: growth}\n"


def packs_of(*texts: str) -> tuple[Pack, ...]:
    """Several files of one folder."""
    loaded = load_texts({f"{number}.yaml": dedent(text) for number, text in enumerate(texts)})
    errors = [str(fault) for fault in loaded.faults if fault.is_error]
    assert errors == []
    return loaded.packs


def plan_of(*texts: str) -> Plan:
    """The plan of one folder."""
    return compile_packs(packs_of(*texts))


def plan_with(*conditions: str, events: str = "", more: str = "") -> Plan:
    """The plan of a pack whose tags `t0`, `t1`... hold while these conditions do. `events` are
    named events, `more` stands at the head of the pack."""
    tags = "".join(
        f"  t{number}: {{assign: {{when: {condition}}}, expires_after: 9d}}\n"
        for number, condition in enumerate(conditions)
    )
    named = f"events:\n{indent(dedent(events), '  ')}\n" if events else ""
    return plan_of(f"{HEAD}{more}\n{named}tags:\n{tags}")


def node_of(plan: Plan, tag: str) -> Node:
    """The condition that assigns a tag."""
    return plan.nodes[plan.tags[plan.tag_index[tag]].assign_when]


def measure_of(plan: Plan, tag: str) -> Measure:
    """The left side of the comparison that assigns a tag."""
    return plan.measures[node_of(plan, tag).measure]


def series_of(plan: Plan, tag: str) -> Series:
    """What that comparison looks at."""
    return plan.series[measure_of(plan, tag).series]


def pattern_named(plan: Plan, name: str) -> Pattern:
    """The only pattern of this name."""
    (found,) = [pattern for pattern in plan.patterns if pattern.name == name]
    return found
