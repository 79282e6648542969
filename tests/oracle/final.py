"""Final tags of many customers, where the changes on the way do not matter.

The same reading as `model`, told in a shorter way: tags that remember nothing are worked out once,
at the end; each of the others is followed through time with those it looks at, alone.
"""

from .customer import Customer, Rules, as_json
from .inputs import by_customer, in_order, input_at
from .life import Ruled, evaluate
from .measures import View
from .model import simulate
from .packs import Tag, looks_at, nodes_of
from .values import Doc, Value

LASTING_WORDS = {"remove", "expires_after", "sticky", "hold_for", "keep_at_least", "cool_down"}


def final_tags_brute(packs: list[Doc], events: list[Doc], until: int | None) -> dict[str, Doc]:
    """The tags that every known customer holds once all up to and including `until` is done."""
    rules = Rules(packs)
    lasting = [Rules(packs, _followed(rules, tag)) for tag in rules.tags if _has_memory(tag)]
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
    if LASTING_WORDS & set(tag.doc) or "upon" in tag.doc.get("assign", {}):
        return True
    return any("tag_age" in node for node in nodes_of(tag.pack, tag.rule))


def _at_the_end(customer: Customer, rules: Rules, end: int, lived: dict[str, Value | None]) -> Doc:
    """All tags, those that have a memory taken from `lived`."""
    values: dict[str, Value | None] = {}

    def tag_value(name: str) -> Value | None:
        value = values[name]
        return value is not None if rules.by_name[name].form == "flag" else value

    known_since = end if customer.known_since is None else customer.known_since
    history, attributes = customer.history, customer.attributes
    for tag in rules.tags:
        if tag.name in lived:
            values[tag.name] = lived[tag.name]
        else:
            view = View(tag.pack, end, known_since, history, attributes, tag_value, _no_age)
            values[tag.name] = evaluate(tag, Ruled(), view, ()).value
    return {
        name: as_json(value)
        for name, value in sorted(values.items())
        if value is not None and rules.by_name[name].is_published
    }


def _no_age(name: str) -> int | None:
    raise ValueError(f"the age of {name} is known to those who follow it alone")
