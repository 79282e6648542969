"""What a business needs of its tags, and which of the shipped tags and words answer it."""

from collections.abc import Callable
from dataclasses import dataclass

from tagger.insight.tag_facts import TagFacts
from tagger.rules.vocabulary import WINDOW

Answers = Callable[[TagFacts], bool]

_BY_TIME = frozenset(
    {*WINDOW, "since", "since_first", "absent", "interval", "response_time", "tag_age"}
    | {"expires_after", "ends_on", "hold_for", "keep_at_least", "cool_down", "anniversary_within"}
) - {"ever"}
_VISITS = frozenset(
    {"browse", "page_view", "product_view", "category_view", "search", "click", "favourite"}
    | {"cart_add", "cart_remove", "checkout_start", "share", "review", "campaign_click"}
)


@dataclass(frozen=True, slots=True)
class Need:
    """A need, numbered as the product's mission numbers it; `words` are those of the rule
    language that answer it, `is_answered_by` finds the tags."""

    number: int
    what: str
    words: tuple[str, ...]
    is_answered_by: Answers


def _any(_: TagFacts) -> bool:
    return True


def happens_by_itself(_: TagFacts) -> bool:
    """What the program does for every event, whatever the packs say."""
    return False


def _has(*words: str) -> Answers:
    return lambda facts: not facts.words.isdisjoint(words)


def _hears(*events: str) -> Answers:
    return lambda facts: not facts.events.isdisjoint(events)


def _in(category: str) -> Answers:
    return lambda facts: facts.pack.category.startswith(category)


def _is_band(facts: TagFacts) -> bool:
    return facts.tag.form == "text" and not facts.words.isdisjoint({"gte", "gt", "lt", "between"})


NEEDS: tuple[Need, ...] = (
    Need(1, "five families of tags, one of them the business's own", ("category",), _any),
    Need(2, "a tree of at most three levels", ("category",), _any),
    Need(
        3,
        "name, colour, description, owner, purpose; flags, texts and numbers",
        ("title", "colour", "description", "owner", "purpose", "form"),
        _any,
    ),
    Need(
        4,
        "groups of which a customer has exactly one value",
        ("values", "otherwise"),
        _has("otherwise"),
    ),
    Need(
        5,
        "core, extended and temporary tags",
        ("layer", "ends_on"),
        lambda facts: facts.tag.layer != "core",
    ),
    Need(
        6,
        "a period of validity",
        ("expires_after", "renew", "ends_on", "status"),
        _has("expires_after", "ends_on"),
    ),
    Need(7, "priorities", ("priority",), lambda facts: facts.tag.priority >= 80),
    Need(
        8,
        "profile attributes",
        ("attribute", "attributes", "anniversary_within"),
        _has("attribute"),
    ),
    Need(
        9,
        "purchases: amount, frequency, time, products, rentals and subscriptions",
        ("purchase", "refund", "any_line", "hour", "weekday", "kind"),
        _hears("purchase", "refund"),
    ),
    Need(
        10,
        "browsing: views, clicks, favourites, carts, checkouts",
        ("browse", "product_view", "click", "favourite", "cart_add", "checkout_start"),
        _hears(*_VISITS),
    ),
    Need(
        11,
        "chats: what is said, where, when, and how fast it is answered",
        ("chat", "mentions", "matches", "response_time"),
        _hears("chat"),
    ),
    Need(
        12,
        "several sources for one customer, each event once",
        ("source", "event_id"),
        happens_by_itself,
    ),
    Need(
        13,
        "automatic rules: three purchases in 30 days, asks about a product",
        ("count", "sum", "upon", "mentions"),
        lambda facts: facts.tag.form == "flag" and facts.tag.manual != "only",
    ),
    Need(
        14,
        "bands: age, cities, frequencies, amounts, day and night",
        ("values", "between", "distinct", "hour"),
        _is_band,
    ),
    Need(
        15, "the stages of a customer's life", ("since", "since_first", "absent"), _in("lifecycle")
    ),
    Need(
        16,
        "value: spend, profit, recommendation, RFM, key accounts",
        ("sum", "avg", "ratio", "profit", "refunds", "referrals"),
        _in("value"),
    ),
    Need(
        17,
        "tags that change when time alone passes",
        tuple(sorted(_BY_TIME)),
        lambda facts: not facts.words.isdisjoint(_BY_TIME),
    ),
)
