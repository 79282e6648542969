"""Plans from rule text, and replays over them, in a line."""

from collections.abc import Sequence
from textwrap import dedent, indent

from tagger.domain.commands import CommandOp, TagCommand
from tagger.domain.events import Browse, ChatMessage, ProfileUpdate, Purchase
from tagger.domain.tags import TagChange
from tagger.engine.driver import Replayed, replay
from tagger.engine.profile import UNLIMITED
from tagger.engine.step import Input
from tagger.rules.compiling.compile import compile_packs
from tagger.rules.loader import load_texts
from tagger.rules.plan import Plan
from tagger.workflows.pipeline import Pipeline

DAY = 86_400_000
HOUR = 3_600_000
MINUTE = 60_000
T0 = 1_767_225_600_000


def plan_of(tags: str, more: str = "") -> Plan:
    """The plan of one pack with these tags; `more` are further words of the pack."""
    text = (
        "pack: test\ncategory: test/engine\ncurrency: EUR\ndefaults: {owner: us, layer: core}\n"
        f"{dedent(more)}\ntags:\n{indent(dedent(tags), '  ')}\n"
    )
    loaded = load_texts({"test.yaml": text})
    errors = [str(fault) for fault in loaded.faults if fault.is_error]
    assert not errors, errors
    return compile_packs(loaded.packs)


def run(plan: Plan, records: Sequence[Input], until: int | None = None) -> Replayed:
    """A replay of the records."""
    return replay(Pipeline(plan, UNLIMITED), records, until=until)


def told(changes: list[TagChange]) -> list[tuple[int, str, str, str]]:
    """Changes as (milliseconds after T0, sign and tag, value, cause)."""
    signs = {"added": "+", "removed": "-", "updated": "~"}
    return [(c.effective_at - T0, signs[c.op] + c.tag, str(c.value), c.cause) for c in changes]


def comings(changes: list[TagChange], tag: str) -> list[tuple[int, str, str]]:
    """When one flag came and went: (milliseconds after T0, sign, cause)."""
    own = [change for change in changes if change.tag == tag]
    return [(at, sign[0], cause) for at, sign, _, cause in told(own)]


def bought(
    at: int, amount: int = 1000, order: str = "", customer: str = "c-1", **fields: object
) -> Purchase:
    """A sale at T0 + `at`, its id made of its instant and amount."""
    name = order or f"o-{at}"
    return Purchase(
        f"p-{at}-{amount}-{name}",
        customer,
        T0 + at,
        name,
        "sale",
        amount,
        "EUR",
        **fields,  # type: ignore[arg-type]
    )


def refunded(at: int, amount: int, order: str, customer: str = "c-1") -> Purchase:
    """A refund of an order."""
    return Purchase(f"r-{at}", customer, T0 + at, order, "refund", amount, "EUR")


def looked(at: int, action: str = "page_view", cart: str | None = None) -> Browse:
    """A step of a visit."""
    return Browse(f"b-{at}-{action}", "c-1", T0 + at, action, cart_id=cart)  # type: ignore[arg-type]


def said(at: int, text: str) -> ChatMessage:
    """An inbound message."""
    return ChatMessage(f"m-{at}", "c-1", T0 + at, "v-1", "inbound", text)


def updated(at: int, **attributes: str | int | bool | None) -> ProfileUpdate:
    """A profile update."""
    return ProfileUpdate(f"u-{at}-{sorted(attributes)}", "c-1", T0 + at, dict(attributes))


def commanded(at: int, op: CommandOp, tag: str, **fields: object) -> TagCommand:
    """A command of Ann, who is a manager."""
    role = str(fields.pop("role", "manager"))
    return TagCommand(
        f"k-{at}-{op}-{tag}",
        "c-1",
        T0 + at,
        "ann",
        role,
        op,
        tag,
        **fields,  # type: ignore[arg-type]
    )


def counting(event: str, events: str) -> Plan:
    """A plan whose tag `n` counts the events called `event` of these named ones."""
    tags = f"n: {{form: number, value: {{count: {{event: {event}, ever: true}}}}}}"
    return plan_of(tags, f"events:\n{indent(dedent(events), '  ')}")


def counted(
    plan: Plan, records: Sequence[Input], until: int | None = None
) -> list[tuple[int, str]]:
    """When `n` rose from 0, and the causes; more than once where it rose by more than one."""
    found: list[tuple[int, str]] = []
    for at, _, value, cause in told(run(plan, records, until).changes):
        found += [(at, cause)] * (int(float(value)) - len(found))
    return found
