"""Final tags of many customers, where the changes on the way do not matter.

The same reading as `model`, told in a shorter way: tags that remember nothing are worked out once,
at the end; each of the others is followed through time with those it looks at, alone.
"""

from .conditions import View
from .inputs import by_customer, in_order, input_at
from .life import Ruled, evaluate
from .model import Customer, Rules, as_json, simulate
from .packs import Tag, looks_at
from .values import Doc, Value

LASTING_WORDS = {"remove", "expires_after", "sticky"}


def final_tags_brute(packs: list[Doc], events: list[Doc], until: int | None) -> dict[str, Doc]:
    """The tags that every known customer holds once all up to and including `until` is done."""
    rules = Rules(packs)
    lasting = [_alone(packs, _followed(rules, tag)) for tag in rules.tags if _has_memory(tag)]
    patterns = Rules(packs, set())
    ordered = in_order(events)
    end = until if until is not None else max((input_at(event) for event in ordered), default=0)
    tags: dict[str, Doc] = {}
    for customer_id, own in sorted(by_customer(ordered).items()):
        if any(event["type"] == "command" for event in own):
            tags |= simulate(packs, own, end).tags
            continue
        values: dict[str, Value | None] = {}
        for part in lasting:
            values |= _lived(Customer(customer_id, part, end), own)
        customer = Customer(customer_id, patterns, end)
        customer.live(own)
        if customer.known_since is not None:
            tags[customer_id] = _at_the_end(customer, rules, end, values)
    return tags


def _lived(customer: Customer, own: list[Doc]) -> dict[str, Value | None]:
    customer.live(own)
    return {name: published.value for name, published in customer.published.items()}


def _alone(packs: list[Doc], names: set[str]) -> Rules:
    """Rules of these tags; only a time since an event matters a millisecond after its edge."""
    rules = Rules(packs, names)
    written = [part for tag in rules.tags for part in (tag.doc, tag.pack.conditions)]
    if "since" not in repr(written):
        rules.edges_ms = sorted(rules.spans_ms)
    return rules


def _followed(rules: Rules, tag: Tag) -> set[str]:
    """Names of this tag and of all that it looks at, through others too."""
    followed: set[str] = set()
    pending = [tag]
    while pending:
        one = pending.pop()
        followed.add(one.name)
        pending += [rules.by_name[name] for name in looks_at(one) - followed]
    return followed


def _has_memory(tag: Tag) -> bool:
    return bool(LASTING_WORDS & set(tag.doc)) or "upon" in tag.doc.get("assign", {})


def _at_the_end(customer: Customer, rules: Rules, end: int, lived: dict[str, Value | None]) -> Doc:
    """All tags, those that have a memory taken from `lived`."""
    values: dict[str, Value | None] = {}

    def tag_value(name: str) -> Value | None:
        value = values[name]
        return value is not None if rules.by_name[name].form == "flag" else value

    known_since = end if customer.known_since is None else customer.known_since
    for tag in rules.tags:
        if tag.name in lived:
            values[tag.name] = lived[tag.name]
        else:
            view = View(
                tag.pack, end, known_since, customer.history, customer.attributes, tag_value
            )
            values[tag.name] = evaluate(tag, Ruled(), view, ()).value
    return {
        name: as_json(value)
        for name, value in sorted(values.items())
        if value is not None and rules.by_name[name].is_published
    }
