"""Words of a pack as a whole."""

from tagger.rules.attributes import ATTRIBUTE_KINDS
from tagger.rules.vocabulary.events import NAMED_EVENT
from tagger.rules.vocabulary.tags import DEFAULTS, TAG
from tagger.rules.vocabulary.word import Table, Word
from tagger.rules.vocabulary.workflows import WORKFLOW

ATTRIBUTE: Table = {
    "type": Word(
        "choice",
        "what its values are",
        "{type: text}",
        tuple(ATTRIBUTE_KINDS),
        required=True,
    ),
}

PACK: Table = {
    "pack": Word(
        "name",
        "the pack's name, unique over the folder",
        "{pack: engagement}",
        required=True,
    ),
    "category": Word(
        "category",
        "one or two levels of the tag tree; the tag is the level below",
        "{pack: shop, category: behaviour/engagement}",
    ),
    "currency": Word(
        "currency",
        "ISO 4217 code of all money in the pack",
        "{pack: shop, currency: EUR}",
    ),
    "time_zone": Word(
        "time zone",
        "IANA name of the zone of days, hours and calendar periods; UTC when not said",
        "{pack: shop, time_zone: Europe/Berlin}",
    ),
    "defaults": Word(
        "words",
        "what the tags of the pack have unless they say otherwise",
        "{pack: shop, defaults: {owner: growth, layer: core}}",
        words=DEFAULTS,
    ),
    "lists": Word(
        "named lists",
        "lists of values to be named in comparisons",
        "{pack: shop, lists: {first_tier: [Beijing, Shanghai]}}",
    ),
    "attributes": Word(
        "named words",
        "profile attributes beyond the known ones",
        "{pack: shop, attributes: {loyalty_level: {type: text}}}",
        words=ATTRIBUTE,
    ),
    "events": Word(
        "named words",
        "events of the pack's own: filters and patterns",
        "{pack: shop, currency: EUR,"
        " events: {big_purchase: {event: purchase, where: {amount: {gte: 500}}}}}",
        words=NAMED_EVENT,
    ),
    "conditions": Word(
        "named conditions",
        "conditions to be used by name",
        "{pack: shop, conditions: {bought: {count: {event: purchase, within: 30d}, gte: 1}}}",
    ),
    "tags": Word(
        "named words",
        "the tags, each with its rule",
        "{pack: shop, tags: {active: {assign: {when: {count: {event: purchase, within: 30d},"
        " gte: 3}}}}}",
        words=TAG,
    ),
    "workflows": Word(
        "named words",
        "what follows a change of one of the pack's tags",
        "{pack: shop, tags: {vip: {manual: only}}, workflows: {hello: {version: 1,"
        " upon: {added: vip}, steps: [{task: {template: call}}]}}}",
        words=WORKFLOW,
    ),
}
