"""The click log as browsing and purchases."""

from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagger.demo.clicks import ClickEvent, assign_households, click_events, read_clicks
from tagger.demo.datasets import DatasetError
from tagger.domain.events import Browse, ProfileUpdate, Purchase

from .archives import click, clicks_archive, utc_ms

LAST_AT = utc_ms("2018-01-01 04:01:20")


def events(tmp_path: Path, *rows: dict[str, str]) -> list[ClickEvent]:
    found = read_clicks(clicks_archive(tmp_path, rows))
    return list(
        click_events(found, {row["user_id"]: f"h-{row['user_id']}" for row in rows}, LAST_AT)
    )


def browses(found: list[ClickEvent]) -> list[Browse]:
    return [each for each in found if isinstance(each, Browse)]


def test_steps_become_actions_and_keep_their_names(tmp_path: Path) -> None:
    steps = {
        "home": "page_view",
        "catalog": "category_view",
        "product_view": "product_view",
        "search": "search",
        "filter_results": "page_view",
        "wishlist_add": "favourite",
        "add_to_cart": "cart_add",
        "cart": "page_view",
        "shipping_details": "checkout_start",
        "payment_error": "other",
        "support_chat": "other",
    }
    rows = [
        click("u", "s", step, f"2024-01-01 00:00:{second:02d}") for second, step in enumerate(steps)
    ]
    found = browses(events(tmp_path, *rows))
    assert {each.page: each.action for each in found} == steps
    assert {each.page for each in found if each.cart_id == "s"} == {
        "add_to_cart",
        "shipping_details",
    }
    assert {each.session_id for each in found} == {"s"}
    assert {each.device for each in found} == {"mobile"}
    assert len({each.event_id for each in found}) == len(steps)


def test_the_log_is_moved_as_a_whole_to_end_at_the_given_instant(tmp_path: Path) -> None:
    found = browses(
        events(
            tmp_path,
            click("v", "t", "home", "2024-06-29 22:02:40"),
            click("u", "s", "home", "2024-06-29 22:00:00"),
            click("u", "s", "search", "2024-06-29 22:02:00"),
        )
    )
    assert [each.occurred_at - LAST_AT for each in found] == [-160_000, -40_000, 0]
    assert [each.customer_id for each in found] == ["h-u", "h-u", "h-v"]


def test_a_purchase_counts_without_any_money(tmp_path: Path) -> None:
    found = events(
        tmp_path,
        click("u", "s", "shipping_details", "2024-01-01 00:00:00"),
        click("u", "s", "purchase", "2024-01-01 00:00:09"),
        click("u", "s", "purchase", "2024-01-01 00:01:00"),
    )
    sales = [each for each in found if isinstance(each, Purchase)]
    assert [(each.amount_minor, each.currency, each.cart_id) for each in sales] == [
        (0, "XXX", "s")
    ] * 2
    assert sales[0].order_id != sales[1].order_id


def test_traits_are_reported_when_first_seen_and_when_they_change(tmp_path: Path) -> None:
    found = events(
        tmp_path,
        click("u", "s", "home", "2024-01-01 00:00:00"),
        click("u", "s", "search", "2024-01-01 00:00:01"),
        click("u", "t", "home", "2024-02-01 00:00:00", user_lifecycle="loyal"),
        click("v", "w", "home", "2024-02-01 00:00:01"),
    )
    traits = [each for each in found if isinstance(each, ProfileUpdate)]
    assert [(each.customer_id, each.attributes) for each in traits] == [
        ("h-u", {"channel": "email", "segment": "new"}),
        ("h-u", {"channel": "email", "segment": "loyal"}),
        ("h-v", {"channel": "email", "segment": "new"}),
    ]


NAMES = st.sets(st.text("abc123-", min_size=1, max_size=6), max_size=12)


@given(NAMES, NAMES, st.randoms())
def test_each_user_gets_a_household_of_its_own_whatever_the_order(
    users: set[str], more: set[str], chance: Random
) -> None:
    households = [f"h-{name}" for name in users | more]
    assigned = assign_households(users, households)
    assert assigned.keys() == users
    assert len(set(assigned.values())) == len(users)
    assert set(assigned.values()) <= set(households)
    chance.shuffle(households)
    assert assign_households(sorted(users, reverse=True), households) == assigned


def test_the_assignment_stays_what_it_was() -> None:
    households = [f"h-{number}" for number in range(1, 11)]
    assert assign_households(["u2", "u1"], households) == {"u1": "h-5", "u2": "h-6"}


def test_more_users_than_households_are_refused() -> None:
    with pytest.raises(DatasetError, match="2 click users do not fit into 1 households"):
        assign_households(["u", "v"], ["h-1"])


def test_a_log_without_its_columns_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="has not the columns"):
        read_clicks(clicks_archive(tmp_path, [{"user_id": "u", "when": "2024-01-01 00:00:00"}]))
