"""Random folders of rule packs, valid by construction, out of every word of the language.

Tags of the packs are drawn in turn and look at those before them, also across packs. What a pack
is called sorts otherwise than the order in which it is drawn.
"""

from dataclasses import dataclass

from hypothesis import strategies as st

from .condition_strategies import conditions
from .draws import chance, pick, some
from .eras import ERAS, ZONES, Era
from .material import ATTRIBUTES, CURRENCIES, DECLARED, LISTS, texts_in
from .scope import WINDOWS, Scope, Shown
from .selector_strategies import focus, named_events
from .tag_strategies import tags
from .values import Doc

TAG_NAMES = ("c", "a", "e", "b", "d", "活跃", "a-1")
EVENT_NAMES = ("big", "asks", "left", "后来")
CONDITION_NAMES = ("bought", "near")
DEFAULTS: tuple[Doc, ...] = (
    {"owner": "growth", "layer": "core"},
    {"owner": "growth", "manual_roles": ["manager"], "layer": "extended"},
    {"owner": "growth", "manual": "forbidden", "priority": 7},
    {"owner": "growth", "status": "experimental", "manual": "allowed"},
)


@dataclass(frozen=True)
class Folder:
    """Rule packs, and the days around which their histories lie."""

    packs: list[Doc]
    era: Era


@st.composite
def folders(draw: st.DrawFn) -> Folder:
    """One or two packs; of two, the second may have another zone and currency."""
    era = pick(draw, ERAS)
    shown: dict[str, Shown] = {}
    windows, is_plain = some(draw, WINDOWS, 2), not chance(draw, 2)

    def draft(name: str, zone: str) -> _Draft:
        currency = None if chance(draw, 12) else pick(draw, CURRENCIES)
        declared = tuple(DECLARED if chance(draw, 2) else DECLARED[:2])
        defaults = pick(draw, DEFAULTS) if chance(draw, 4) else DEFAULTS[0]
        return _Draft(
            name, zone, defaults, Scope(currency, era, windows, is_plain, shown, declared)
        )

    drafts = [draft("generated", era.zone)]
    if chance(draw, 3):
        zone = era.zone if chance(draw, 2) else pick(draw, ZONES)
        drafts.append(draft("another", zone))
    for each in drafts:
        each.draw_events(draw)
    for name in TAG_NAMES[: pick(draw, (1, 2, 2, 3, 3, 4, 5, 6))]:
        pick(draw, drafts).draw_tag(draw, name)
    return Folder([each.document() for each in drafts if each.tags or len(drafts) == 1], era)


class _Draft:
    """One pack while it is drawn."""

    def __init__(self, name: str, zone: str, defaults: Doc, scope: Scope) -> None:
        self.name = name
        self.zone = zone
        self.defaults = defaults
        self.scope = scope
        self.events: Doc = {}
        self.conditions: Doc = {}
        self.tags: Doc = {}

    def draw_events(self, draw: st.DrawFn) -> None:
        for name in EVENT_NAMES[: pick(draw, (0, 1, 1, 2, 2, 3, 4))]:
            focus(draw, self.scope)
            self.events[name] = draw(named_events(self.scope, name))

    def draw_tag(self, draw: st.DrawFn, name: str) -> None:
        unnamed = [each for each in CONDITION_NAMES if each not in self.conditions]
        if unnamed and chance(draw, 4):
            condition = draw(conditions(self.scope, 1))
            self.conditions[unnamed[0]] = self.scope.conditions[unnamed[0]] = condition
        title = {"title": {"en": f"Tag {name}", "zh": f"标签 {name}"}, "priority": len(self.tags)}
        self.tags[name] = title | draw(tags(self.scope, name))

    def document(self) -> Doc:
        types = {"joined": "text", **{name: of for name, (of, _) in ATTRIBUTES.items()}}
        head: Doc = {"pack": self.name, "category": "test/generated", "defaults": self.defaults}
        if self.scope.currency is not None:
            head["currency"] = self.scope.currency
        if self.zone != "UTC":
            head["time_zone"] = self.zone
        said = set(texts_in([self.events, self.conditions, self.tags]))
        sections: Doc = {
            "lists": {name: list(members) for name, members in LISTS.items() if name in said},
            "attributes": {name: {"type": types[name]} for name in self.scope.declared},
            "events": self.events,
            "conditions": self.conditions,
        }
        used = {word: section for word, section in sections.items() if section}
        return head | used | {"tags": self.tags}
