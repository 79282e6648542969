"""What applications write, in short: each gives the step that writes the record now.

Fields are those of event files: `amount_minor=1999`, `cart_id="k-1"`, `event_id="e-1"`. All can
be left out; ids are then numbered and money is in the packs' currency.
"""

from collections.abc import Mapping
from typing import Any

from tagger.domain.commands import CommandOp
from tagger.domain.events import AttributeValue, BrowseAction
from tagger.testing.steps import Write
from tagger.testing.times import Duration


def purchase(customer: str, *, ago: Duration = 0, **fields: Any) -> Write:
    """A sale; `kind` makes it a rental or a subscription."""
    return Write("purchase", customer, fields, ago)


def refund(customer: str, amount_minor: int, *, ago: Duration = 0, **fields: Any) -> Write:
    """Money given back; `order_id` names the order."""
    said = {"kind": "refund", "amount_minor": amount_minor}
    return Write("purchase", customer, said | fields, ago)


def browse(
    customer: str, action: BrowseAction = "page_view", *, ago: Duration = 0, **fields: Any
) -> Write:
    """One step of a visit."""
    return Write("browse", customer, {"action": action} | fields, ago)


def chat(customer: str, text: str = "", *, ago: Duration = 0, **fields: Any) -> Write:
    """A message, from the customer unless `direction` is outbound."""
    return Write("chat", customer, {"text": text} | fields, ago)


def profile(
    customer: str, attributes: Mapping[str, AttributeValue], *, ago: Duration = 0, **fields: Any
) -> Write:
    """Some of a customer's attributes; None unsets one."""
    return Write("profile", customer, {"attributes": dict(attributes)} | fields, ago)


def command(
    customer: str, op: CommandOp, tag: str = "", *, ago: Duration = 0, **fields: Any
) -> Write:
    """A tag assigned, removed or given back to its rule by hand."""
    return Write("command", customer, {"op": op, "tag": tag} | fields, ago)
