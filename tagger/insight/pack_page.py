"""Writes the page of the packs that ship: which tag and which word answers which need.

Run as `python -m tagger.insight.pack_page --write FILE`; `--check FILE` writes nothing and exits 1
when the page is old.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tagger.generated_page import write_or_check
from tagger.insight.needs import NEEDS, Need, happens_by_itself
from tagger.insight.tag_facts import TagFacts, facts_of
from tagger.resources import rules_dir
from tagger.rules.findings import Findings
from tagger.rules.loader import load_rules
from tagger.rules.reading.nodes import MapNode
from tagger.rules.reading.yaml_nodes import read_yaml

_HEAD = """\
# The packs that ship

Written by `python -m tagger.insight.pack_page` from the packs themselves. The core packs stand in
`rules/`; one pack for each kind of business stands in `rules/business/` and is loaded beside them:

    tagger rules check rules rules/business/rental.yaml

Copy a pack, change its thresholds, and let its cases tell you what you changed. The words are
explained in [rules.md](rules.md).
"""


def page(rules: Path) -> str:
    """The page of the packs in a folder and in its folder `business`."""
    core = _facts(rules, rules)
    business = _facts(rules / "business", rules)
    parts = [
        _HEAD,
        "## What answers which need\n",
        *_needs(core, business),
        "\n## Core packs\n",
        *_packs(core),
        "\n## Kinds of business\n",
        *_packs(business),
    ]
    return "\n".join(parts) + "\n"


def _facts(folder: Path, rules: Path) -> list[TagFacts]:
    """The tags of a folder, which may ask about those of the core packs."""
    found: list[TagFacts] = []
    for pack in load_rules(*dict.fromkeys((rules, folder))).packs:
        if Path(pack.file).parent == folder:
            root = read_yaml(pack.file, Path(pack.file).read_bytes(), Findings())
            found += facts_of(pack, root) if isinstance(root, MapNode) else []
    return found


def _needs(core: list[TagFacts], business: list[TagFacts]) -> Iterator[str]:
    yield "| | need | words | core tags | more in the packs of a business |"
    yield "|---|---|---|---|---|"
    for need in NEEDS:
        words = " ".join(f"`{word}`" for word in need.words)
        answers = f"{_tags(need, core)} | {_number(need, business)}"
        yield f"| M{need.number} | {need.what} | {words} | {answers} |"


def _tags(need: Need, facts: list[TagFacts]) -> str:
    if need.is_answered_by is happens_by_itself:
        return "no rule needed: it holds for every event"
    found = [f"`{each.name}`" for each in facts if need.is_answered_by(each)]
    if len(found) == len(facts):
        return f"all {len(found)}"
    return " ".join(found)


def _number(need: Need, facts: list[TagFacts]) -> str:
    count = sum(need.is_answered_by(each) for each in facts)
    return str(count) if count else ""


def _packs(facts: Iterable[TagFacts]) -> Iterator[str]:
    by_pack: dict[str, list[TagFacts]] = {}
    for each in facts:
        by_pack.setdefault(each.pack.name, []).append(each)
    for name, tags in by_pack.items():
        pack = tags[0].pack
        where = "business/" if "business" in Path(pack.file).parts else ""
        yield f"### {name}\n"
        yield (
            f"`rules/{where}{Path(pack.file).name}`, category `{pack.category}`,"
            f" {len(tags)} tags, owned by {tags[0].tag.owner}.\n"
        )
        yield "| tag | title | 名称 | what it says |"
        yield "|---|---|---|---|"
        for each in tags:
            tag = each.tag
            title, chinese = tag.title.get("en", ""), tag.title.get("zh", "")
            yield f"| `{tag.name}` | {title} | {chinese} | {' '.join(tag.description.split())} |"
        yield ""


def main(arguments: Sequence[str] | None = None) -> int:
    """See `write_or_check`."""
    return write_or_check("tagger.insight.pack_page", page(rules_dir()), arguments)


if __name__ == "__main__":
    sys.exit(main())
