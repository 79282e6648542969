"""Any valid record of every kind, and records as bytes of any schema."""

from io import BytesIO
from typing import Any, get_args

import fastavro
import msgspec
from hypothesis import strategies as st

from tagger.codecs.faults import FIRST_INSTANT_MS, LAST_INSTANT_MS
from tagger.codecs.framing import single_object_header
from tagger.codecs.resolve import without_logical_types
from tagger.codecs.schemas import Schema
from tagger.codecs.wire import Kind
from tagger.domain import actions, commands, events, tags

TEXT = st.text(max_size=12)
NAME = st.text(min_size=1, max_size=12) | st.just("ß" * 1024)
LONG = st.integers(-(2**63), 2**63 - 1) | st.integers(-200, 200)
INT = st.integers(-(2**31), 2**31 - 1)
TIME = st.integers(FIRST_INSTANT_MS, LAST_INSTANT_MS)
DOUBLE = st.floats(allow_nan=False, allow_infinity=False)
VALUE = st.booleans() | LONG | DOUBLE | TEXT


def literal(alias: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(get_args(alias))


LINE = st.builds(events.Line, TEXT, TEXT, TEXT, DOUBLE, LONG)
EVENT_FIELDS: dict[str, Any] = {"event_id": NAME, "customer_id": NAME, "occurred_at": TIME}
PURCHASE = st.builds(
    events.Purchase,
    **EVENT_FIELDS,
    order_id=TEXT,
    kind=literal(events.PurchaseKind),
    amount_minor=LONG,
    currency=TEXT,
    source=TEXT,
    discount_minor=LONG,
    cost_minor=st.none() | LONG,
    channel=TEXT,
    store_id=TEXT,
    cart_id=st.none() | TEXT,
    coupon_id=st.none() | TEXT,
    campaign_id=st.none() | TEXT,
    period_start=st.none() | TIME,
    period_end=st.none() | TIME,
    lines=st.lists(LINE, max_size=4).map(tuple),
)
BROWSE = st.builds(
    events.Browse,
    **EVENT_FIELDS,
    action=literal(events.BrowseAction),
    source=TEXT,
    session_id=TEXT,
    page=TEXT,
    product_id=st.none() | TEXT,
    category=st.none() | TEXT,
    query=st.none() | TEXT,
    cart_id=st.none() | TEXT,
    quantity=INT,
    value_minor=st.none() | LONG,
    device=TEXT,
    campaign_id=st.none() | TEXT,
)
CHAT = st.builds(
    events.ChatMessage,
    **EVENT_FIELDS,
    conversation_id=TEXT,
    direction=literal(events.ChatDirection),
    text=TEXT | st.just("x" * 200),
    source=TEXT,
    channel=TEXT,
    language=st.none() | TEXT,
    agent_id=st.none() | TEXT,
    rating=st.none() | st.integers(1, 5),
)
PROFILE = st.builds(
    events.ProfileUpdate,
    **EVENT_FIELDS,
    attributes=st.dictionaries(TEXT, st.none() | VALUE, max_size=4),
    source=TEXT,
)
COMMAND = st.builds(
    commands.TagCommand,
    command_id=NAME,
    customer_id=NAME,
    issued_at=TIME,
    actor=NAME,
    role=TEXT,
    op=literal(commands.CommandOp),
    tag=TEXT,
    value=st.none() | VALUE,
    until=st.none() | TIME,
    reason=TEXT,
)
INPUTS: dict[Kind, st.SearchStrategy[Any]] = {
    "purchase": PURCHASE,
    "browse": BROWSE,
    "chat": CHAT,
    "profile": PROFILE,
    "command": COMMAND,
}
ANY_INPUT = st.one_of(*(st.tuples(st.just(kind), records) for kind, records in INPUTS.items()))

EVIDENCE = st.builds(
    tags.Evidence, TEXT, st.none() | VALUE, TEXT, st.none() | VALUE, st.booleans(), st.booleans()
)
CHANGE = st.builds(
    tags.TagChange,
    id=NAME,
    customer_id=NAME,
    sequence=LONG,
    tag=NAME,
    op=literal(tags.Op),
    value=st.none() | VALUE,
    previous_value=st.none() | VALUE,
    effective_at=TIME,
    processed_at=TIME,
    cause=literal(tags.Cause),
    trigger=st.builds(tags.Trigger, literal(tags.TriggerKind), NAME, TIME),
    actor=st.none() | NAME,
    reason=st.none() | TEXT,
    rule=TEXT,
    rule_version=TEXT,
    source=literal(tags.Source),
    priority=LONG,
    evidence=st.lists(EVIDENCE, max_size=3).map(tuple),
    expires_at=st.none() | TIME,
)
CURRENT_TAG = st.builds(
    tags.CurrentTag, VALUE, TIME, st.none() | TIME, literal(tags.Source), LONG, TEXT
)
CURRENT_TAGS = st.builds(
    tags.CurrentTags, NAME, LONG, TIME, st.dictionaries(NAME, CURRENT_TAG, max_size=3)
)
ACTION = st.builds(
    actions.WorkflowAction,
    action_id=NAME,
    workflow=NAME,
    workflow_version=LONG,
    step=LONG,
    customer_id=NAME,
    type=literal(actions.ActionType),
    template=TEXT,
    parameters=st.dictionaries(TEXT, TEXT, max_size=3),
    due_at=TIME,
    triggered_by=NAME,
    arm=literal(actions.Arm),
    correlation_key=TEXT,
)
OUTCOME = st.builds(
    commands.CommandOutcome,
    NAME,
    NAME,
    literal(commands.OutcomeStatus),
    literal(commands.OutcomeCode),
    TEXT,
    TIME,
)
ANY_OUTPUT = CHANGE | CURRENT_TAGS | ACTION | OUTCOME

A_PURCHASE = events.Purchase(
    event_id="p-1",
    customer_id="c-7",
    occurred_at=1_772_357_400_000,
    order_id="o-1",
    kind="sale",
    amount_minor=1999,
    currency="EUR",
    lines=(events.Line("sku-1", "shoes", "acme", 1.0, 1999),),
)
A_BROWSE = events.Browse("b-1", "c-7", 1_772_359_200_000, "cart_add", product_id="sku-2")
A_CHAT = events.ChatMessage("m-1", "c-7", 1_772_359_200_000, "v-1", "inbound", "hello")
A_PROFILE = events.ProfileUpdate("u-1", "c-7", 1_772_359_200_000, {"city": "Graz"})
A_COMMAND = commands.TagCommand("k-1", "c-7", 1_772_359_200_000, "ann", "staff", "assign", "vip")
A_CHANGE = tags.TagChange(
    id="x-1",
    customer_id="c-7",
    sequence=1,
    tag="spend",
    op="added",
    value=5.0,
    previous_value=None,
    effective_at=1_772_357_400_250,
    processed_at=1_772_357_401_000,
    cause="event",
    trigger=tags.Trigger("event", "p-1", 1_772_357_400_000),
    actor=None,
    reason=None,
    rule="spend",
    rule_version="1",
    source="rule",
    priority=0,
    evidence=(tags.Evidence("sum", 19.99, "gte", 10, holds=True),),
    expires_at=1_772_443_800_250,
)


def avro(schema: Schema, fields: dict[str, Any]) -> bytes:
    """`fields` as a record of `schema`, without a header."""
    stream = BytesIO()
    fastavro.schemaless_writer(stream, without_logical_types(schema), fields)
    return stream.getvalue()


def single_object(schema: Schema, record: msgspec.Struct, /, **changed: Any) -> bytes:
    """A struct with some fields changed, single-object encoded."""
    fields = msgspec.to_builtins(record) | changed
    return single_object_header(schema) + avro(schema, fields)
