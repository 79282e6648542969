"""Runs commands in this process, on small rule folders and event files."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from tagger.cli.main import cli

PACK = """\
pack: shop
category: test/shop
currency: EUR
defaults: {owner: growth}
events:
  cart_abandoned:
    {first: {event: cart_add}, unless: {event: purchase}, by: cart_id, within: 30m}
tags:
  active:
    title: {en: Active}
    assign: {when: {count: {event: purchase, within: 30d}, gte: 2}}
  abandoned_cart:
    title: {en: Abandoned cart}
    assign: {upon: cart_abandoned}
    expires_after: 7d
  dormant:
    title: {en: Dormant}
    assign:
      when:
        any:
          - {since: {event: purchase}, gt: 30d}
          - {absent: {event: chat, within: 60d}}
  spend:
    title: {en: Spend}
    form: number
    value: {sum: {event: purchase, of: amount, within: 90d}}
  band:
    title: {en: Band}
    form: text
    values:
      high: {when: {sum: {event: purchase, of: amount, within: 90d}, gte: 100}}
      low: {otherwise: true}
  trial:
    title: {en: Trial}
    status: experimental
    assign: {when: {count: {event: browse, within: 1d}, gte: 1}}
  vip:
    title: {en: VIP}
    manual: only
workflows:
  cart_coupon:
    version: 1
    upon: {added: abandoned_cart}
    steps: [{coupon: {template: cart}}]
"""


def run(*args: str | int | Path, stdin: bytes | None = None) -> Result:
    """A command; an exception that it does not answer is raised here."""
    return CliRunner().invoke(cli, [str(each) for each in args], stdin, catch_exceptions=False)


def rules_in(folder: Path, text: str = PACK, **more: str) -> Path:
    """A rule folder with one pack, and further files by name (`_` for `.`)."""
    rules = folder / "rules"
    rules.mkdir()
    (rules / "shop.yaml").write_text(text, encoding="utf-8")
    for name, content in more.items():
        (rules / (name.replace("_", ".") + ".yaml")).write_text(content, encoding="utf-8")
    return rules


def events_in(folder: Path, *records: dict[str, Any], name: str = "events.jsonl") -> Path:
    """An event file."""
    file = folder / name
    file.write_bytes(lines_of(records))
    return file


def lines_of(records: Iterable[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(each).encode() + b"\n" for each in records)


def purchase(customer: str, at: str, amount: int = 6000, **fields: Any) -> dict[str, Any]:
    return {
        "type": "purchase",
        "event_id": f"p-{customer}-{at}",
        "customer_id": customer,
        "occurred_at": at,
        "order_id": f"o-{customer}-{at}",
        "kind": "sale",
        "amount_minor": amount,
        "currency": "EUR",
        **fields,
    }


def cart_add(customer: str, at: str, **fields: Any) -> dict[str, Any]:
    return {
        "type": "browse",
        "event_id": f"b-{customer}-{at}",
        "customer_id": customer,
        "occurred_at": at,
        "action": "cart_add",
        "cart_id": "k-1",
        **fields,
    }


def command(customer: str, at: str, op: str, tag: str, **fields: Any) -> dict[str, Any]:
    return {
        "type": "command",
        "command_id": f"m-{customer}-{at}",
        "customer_id": customer,
        "issued_at": at,
        "actor": "ann",
        "role": "manager",
        "op": op,
        "tag": tag,
        **fields,
    }


def objects(text: str | bytes) -> list[dict[str, Any]]:
    """JSON Lines as objects."""
    return [json.loads(line) for line in text.splitlines()]
