"""The one door from these tests to the product: its `replay` command, in this process.

Packs are written as YAML, events as JSON Lines; changes and tags are read back from its files.
"""

import json
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from click.testing import CliRunner

from tagger.cli.main import cli

from .model import OracleResult
from .strategies import spelled
from .values import Doc, instant

COMPARED = (
    *("effective_at", "customer_id", "sequence", "tag", "op", "value", "previous_value"),
    *("cause", "source", "expires_at"),
)


def replay(packs: list[Doc], events: list[Doc], until: int | None) -> OracleResult:
    """What the product says, in the oracle's words. Raises AssertionError where it refuses."""
    with TemporaryDirectory() as folder:
        root = Path(folder)
        rules = root / "rules"
        rules.mkdir()
        for number, pack in enumerate(packs):
            (rules / f"{number}.yaml").write_text(yaml_of(pack), encoding="utf-8")
        source = root / "events.jsonl"
        source.write_text("".join(f"{json.dumps(event)}\n" for event in events), encoding="utf-8")
        return replay_files(rules, [source], until, root)


def replay_files(
    rules: Path, sources: Iterable[Path], until: int | None, scratch: Path, *options: str
) -> OracleResult:
    """What the product says of these files; results are written below `scratch`."""
    changes, tags = scratch / "changes.jsonl", scratch / "tags.jsonl"
    words = ["replay", "--rules", str(rules), "--changes", str(changes), "--tags", str(tags)]
    words += options
    for source in sources:
        words += ["--events", str(source)]
    if until is not None:
        words += ["--until", str(spelled(until, 1))]
    result = CliRunner().invoke(cli, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return OracleResult(
        [_in_oracle_words(line) for line in _lines(changes)],
        {line["customer_id"]: line["tags"] for line in _lines(tags)},
    )


def yaml_of(node: Any) -> str:
    """A document as YAML in flow style; decimals keep their digits."""
    if isinstance(node, dict):
        inner = ",\n".join(f"{json.dumps(word)}: {yaml_of(below)}" for word, below in node.items())
        return f"{{{inner}}}"
    if isinstance(node, list):
        return f"[{', '.join(yaml_of(one) for one in node)}]"
    return str(node) if isinstance(node, Decimal) else json.dumps(node, ensure_ascii=False)


def _lines(path: Path) -> list[Doc]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _in_oracle_words(change: Doc) -> Doc:
    expires_at = change["expires_at"]
    told = change | {
        "effective_at": instant(change["effective_at"]),
        "expires_at": None if expires_at is None else instant(expires_at),
    }
    return {word: told[word] for word in COMPARED}
