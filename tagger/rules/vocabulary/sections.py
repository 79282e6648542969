"""Every table of the vocabulary with its place in a pack: in this order a page may show them, and
each example can be put where it belongs and be read."""

from dataclasses import dataclass

from tagger.rules.vocabulary import conditions, events, fields, measures, packs, tags, workflows
from tagger.rules.vocabulary.word import Table

HOLE = "EXAMPLE"
"""Stands in texts where an example is to be put."""

_PARTS = {
    "attributes": "loyalty_level: {type: text}",
    "lists": "first_tier: [Beijing, Shanghai]",
    "conditions": "bought: {count: {event: purchase, within: 30d}, gte: 1}",
    "tags": "example: {manual: only}\n  level: {form: text, manual: only}",
}
SHOP = "pack: shop\ncurrency: EUR\ntime_zone: Europe/Berlin\n" + "".join(
    f"{part}:\n  {body}\n" for part, body in _PARTS.items()
)
"""The pack around every example: its names may be used in examples."""


@dataclass(frozen=True, slots=True)
class Section:
    """A table, named `key` by programs and `title` by people.

    `file` is a whole file, with one `EXAMPLE` where an example of the table stands.
    """

    key: str
    title: str
    about: str
    table: Table
    file: str

    def whole(self, example: str) -> str:
        """The example in a whole file without faults."""
        return self.file.replace(HOLE, example)


def _within(part: str, frame: str) -> str:
    """The shop with one thing more in a part of it, under the name `tried`."""
    if part in _PARTS:
        body = _PARTS[part]
        return SHOP.replace(f"{body}\n", f"{body}\n  tried: {frame}\n")
    return f"{SHOP}{part}:\n  tried: {frame}\n"


def _section(key: str, title: str, about: str, table: Table, part: str, frame: str) -> Section:
    """`frame` is the nearest meaningful thing around the table's mapping: a condition, a tag."""
    return Section(key, title, about, table, _within(part, frame))


_FILTER = f"{{event: purchase, where: {HOLE}}}"
SECTIONS: tuple[Section, ...] = (
    Section("pack", "Pack", "One file, one theme.", packs.PACK, HOLE),
    Section(
        "defaults",
        "Defaults",
        "What the tags of a pack have unless they say otherwise.",
        tags.DEFAULTS,
        f"pack: shop\ndefaults: {HOLE}\n",
    ),
    _section(
        "attribute",
        "Declared attributes",
        "What a pack says of an attribute of its own.",
        packs.ATTRIBUTE,
        "attributes",
        HOLE,
    ),
    _section("tag", "Tag", "A flag, a text or a number.", tags.TAG, "tags", HOLE),
    _section(
        "clause",
        "Setting and clearing",
        "What stands under `assign` and `remove`: a state, an event, or an event at which a state"
        " must hold.",
        tags.CLAUSE,
        "tags",
        f"{{assign: {HOLE}, expires_after: 7d}}",
    ),
    _section(
        "band",
        "Values of text tags",
        "What stands under each of the `values`.",
        tags.BAND,
        "tags",
        f"{{form: text, values: {{high: {HOLE}}}}}",
    ),
    _section(
        "measure",
        "Measures",
        "A condition compares a measure.",
        measures.MEASURES,
        "conditions",
        HOLE,
    ),
    _section(
        "window",
        "Windows",
        "Over which time a measure looks at events: one of them.",
        measures.WINDOW,
        "conditions",
        f"{{count: {HOLE}, gte: 1}}",
    ),
    _section(
        "amount",
        "Fields of `sum`, `avg`, `min` and `max`",
        "What is added, averaged or compared.",
        measures.AMOUNT,
        "conditions",
        f"{{sum: {HOLE}, gte: 1}}",
    ),
    _section(
        "different",
        "Fields of `distinct`",
        "What is told apart.",
        measures.DIFFERENT,
        "conditions",
        f"{{distinct: {HOLE}, gte: 2}}",
    ),
    _section(
        "one_value",
        "Fields of `earliest` and `latest`",
        "Whose value it is.",
        measures.ONE_VALUE,
        "conditions",
        f"{{latest: {HOLE}, is_set: true}}",
    ),
    _section(
        "ratio",
        "Ratio",
        "What is divided by what.",
        measures.RATIO,
        "conditions",
        f"{{ratio: {HOLE}, gt: 0.5}}",
    ),
    _section(
        "response_time",
        "Response time",
        "Who answers, beside a window that ends.",
        measures.ANSWERS,
        "conditions",
        f"{{response_time: {HOLE}, gt: 1h}}",
    ),
    _section(
        "logic",
        "Logic",
        "What puts conditions together.",
        conditions.LOGIC,
        "conditions",
        HOLE,
    ),
    _section(
        "absent",
        "Absence",
        "Beside `event` and `where`.",
        conditions.ABSENCE,
        "conditions",
        f"{{absent: {HOLE}}}",
    ),
    _section(
        "at_least",
        "At least",
        "Beside one comparator.",
        conditions.AT_LEAST,
        "conditions",
        f"{{at_least: {HOLE}}}",
    ),
    _section(
        "comparator",
        "Comparators",
        "All but `is_set` are false while a side is unset; several beside one measure must all"
        " hold.",
        conditions.COMPARATORS,
        "conditions",
        HOLE,
    ),
    _section(
        "operand",
        "Another measure on the right side",
        "For `eq`, `ne`, `gt`, `gte`, `lt` and `lte`.",
        conditions.OPERAND,
        "conditions",
        f"{{count: {{event: purchase, within: 7d}}, gt: {HOLE}}}",
    ),
    _section(
        "filter",
        "Filters",
        "Which events are meant.",
        events.SELECTOR,
        "events",
        HOLE,
    ),
    _section(
        "where",
        "Tests of every event",
        "Beside the fields of the event.",
        events.WHERE,
        "events",
        _FILTER,
    ),
    *(
        _section(
            f"{event_type}_field",
            f"Fields of {event_type} events",
            "What `where` can ask.",
            table,
            "events",
            f"{{event: {event_type}, where: {HOLE}}}",
        )
        for event_type, table in fields.EVENT_FIELDS.items()
    ),
    _section(
        "line",
        "Fields of an order's lines",
        "What `any_line` can ask.",
        fields.LINE,
        "events",
        _FILTER.replace(HOLE, f"{{any_line: {HOLE}}}"),
    ),
    _section(
        "pattern",
        "Patterns",
        "Named events that other events make in time: `first` with `unless` or `then`, or `steps`.",
        events.PATTERN,
        "events",
        HOLE,
    ),
    _section(
        "known_attribute",
        "Known attributes",
        "What `attribute` can name without a declaration.",
        fields.ATTRIBUTES,
        "conditions",
        HOLE,
    ),
    _section(
        "workflow",
        "Workflows",
        "A workflow stands in the pack that owns its tag.",
        workflows.WORKFLOW,
        "workflows",
        HOLE,
    ),
    _section(
        "change",
        "Changes that start a workflow",
        "One of them.",
        workflows.UPON_CHANGE,
        "workflows",
        f"{{version: 1, upon: {HOLE}, steps: [{{task: {{template: call}}}}]}}",
    ),
    _section(
        "action",
        "Actions",
        "Each step of a workflow is one.",
        workflows.ACTIONS,
        "workflows",
        f"{{version: 1, upon: {{added: example}}, steps: [{HOLE}]}}",
    ),
    _section(
        "action_body",
        "What an action takes",
        "The same for every action.",
        workflows.ACTION,
        "workflows",
        f"{{version: 1, upon: {{added: example}}, steps: [{{email: {HOLE}}}]}}",
    ),
)
