"""Names that a pack gives and that nothing in it uses."""

from tagger.rules.findings import Findings
from tagger.rules.syntax import AttributeValueOf, Named, Pack, Position
from tagger.rules.walk import all_comparisons, all_conditions, all_measures, all_selectors


def check_unused(pack: Pack, findings: Findings) -> None:
    """`W-UNUSED-NAME` for events, conditions, lists and attributes."""
    events = {name for selector in all_selectors(pack) for name in selector.events}
    conditions = {each.name for each in all_conditions(pack) if isinstance(each, Named)}
    lists = {operand.list_name for _, operand in all_comparisons(pack) if operand.list_name}
    attributes = {each.name for each in all_measures(pack) if isinstance(each, AttributeValueOf)}
    kinds: tuple[tuple[str, dict[str, Position], set[str]], ...] = (
        ("event", {each.name: each.at for each in pack.events}, events),
        ("condition", {each.name: each.at for each in pack.conditions}, conditions),
        ("list", {each.name: each.at for each in pack.lists}, lists),
        ("attribute", pack.attributes_at, attributes),
    )
    for kind, defined, used in kinds:
        for name, at in defined.items():
            if name not in used:
                sentence = f"the {kind} `{name}` is used nowhere in this pack"
                findings.add(at, "W-UNUSED-NAME", sentence, "use it or take it out")
