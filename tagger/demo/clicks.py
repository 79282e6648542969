"""A web shop's click log as browsing and purchases of the retail year's customers.

The log has users and a store of its own. These choices join the two:

- Each user is one household: users in order of name meet households in the order that
  `draws.shuffled(households, "click user")` gives.
- All times are moved by one distance, so that the last click falls on the last basket. The log
  says no zone; it is read as UTC.
- A session is the cart's id as well: the log has no carts, and what is put into one in a visit is
  bought in that visit.
- `page` keeps the log's own word for the step. Steps without an action of their own are `other`;
  a `filter_results` narrows a list and asks nothing, so it is a page view.
- A `purchase` is a sale with the session as its order. The log has no money, so its amount is 0 in
  `XXX`, ISO 4217's code for "no currency": the sale counts, and no sum or average takes it in.
- The user's acquisition channel and life-cycle stage are the attributes `channel` and `segment`,
  reported when they are first seen and whenever they change.
"""

import csv
import gzip
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

from tagger.demo.archives import read_wheel
from tagger.demo.datasets import DatasetError
from tagger.demo.draws import shuffled
from tagger.domain.events import Browse, BrowseAction, ProfileUpdate, Purchase
from tagger.domain.times import parse_instant

SOURCE = "retentioneering"
MEMBER = "retentioneering/datasets/ecom.csv.gz"
SUPPORT_PAGE = "support_chat"
ACTIONS: dict[str, BrowseAction] = {
    "home": "page_view",
    "promo_page": "page_view",
    "account_page": "page_view",
    "review_page": "page_view",
    "error_page": "page_view",
    "payment_details": "page_view",
    "compare": "page_view",
    "filter_results": "page_view",
    "cart": "page_view",
    "product_view": "product_view",
    "catalog": "category_view",
    "search": "search",
    "wishlist_add": "favourite",
    "add_to_cart": "cart_add",
    "shipping_details": "checkout_start",
}
_WITH_CART = {"cart_add", "checkout_start"}
_COLUMNS = {
    "user_id",
    "session_id",
    "event",
    "timestamp",
    "platform",
    "acquisition_channel",
    "user_lifecycle",
}
ClickEvent = Browse | Purchase | ProfileUpdate
Row = dict[str, str]


def read_clicks(archive: Path) -> list[Row]:
    """The log's rows in order of time, those of one instant as they stand in the file.

    Raises DatasetError when the archive is not the one expected.
    """
    text = gzip.decompress(read_wheel(archive, MEMBER)).decode("utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    if not rows or not rows[0].keys() >= _COLUMNS:
        raise DatasetError(f"{archive}: {MEMBER} has not the columns {sorted(_COLUMNS)}")
    return sorted(rows, key=lambda row: row["timestamp"])


def assign_households(users: Iterable[str], households: Iterable[str]) -> dict[str, str]:
    """The household of each user, no household twice. Raises DatasetError when there are more
    users than households."""
    names, homes = sorted(set(users)), shuffled(set(households), "click user")
    if len(names) > len(homes):
        raise DatasetError(f"{len(names)} click users do not fit into {len(homes)} households")
    return dict(zip(names, homes, strict=False))


def click_events(
    rows: list[Row], household_of: dict[str, str], last_at: int
) -> Iterator[ClickEvent]:
    """The events of `rows`, moved so that the last row happens at `last_at`."""
    times = [parse_instant(row["timestamp"] + "Z") for row in rows]
    moved_by = last_at - max(times)
    known: dict[str, tuple[str, str]] = {}
    steps: dict[str, int] = {}
    for row, at in zip(rows, times, strict=True):
        session = row["session_id"]
        steps[session] = steps.get(session, 0) + 1
        step_id, customer = f"{session}-{steps[session]}", household_of[row["user_id"]]
        traits = (row["acquisition_channel"], row["user_lifecycle"])
        if known.get(customer) != traits:
            known[customer] = traits
            yield ProfileUpdate(
                event_id=f"traits-{step_id}",
                customer_id=customer,
                occurred_at=at + moved_by,
                source=SOURCE,
                attributes={"channel": traits[0], "segment": traits[1]},
            )
        yield _step(row, step_id, customer, at + moved_by)


def _step(row: Row, step_id: str, customer: str, at: int) -> Browse | Purchase:
    session, page = row["session_id"], row["event"]
    if page == "purchase":
        return Purchase(
            event_id=f"order-{step_id}",
            customer_id=customer,
            occurred_at=at,
            order_id=step_id,
            kind="sale",
            amount_minor=0,
            currency="XXX",
            source=SOURCE,
            channel="web",
            cart_id=session,
        )
    action = ACTIONS.get(page, "other")
    return Browse(
        event_id=f"click-{step_id}",
        customer_id=customer,
        occurred_at=at,
        action=action,
        source=SOURCE,
        session_id=session,
        page=page,
        cart_id=session if action in _WITH_CART else None,
        device=row["platform"],
    )
