"""Writes the reference page of the rule language from the vocabulary, one entry a word.

Run as `python -m tagger.insight.rule_reference --write FILE`; `--check FILE` writes nothing and
exits 1 when the page is old.
"""

import sys
from collections.abc import Iterator, Sequence

from tagger.generated_page import write_or_check
from tagger.rules.cases.sections import CASE_SECTIONS
from tagger.rules.vocabulary import EVENTS, TAKES, Word
from tagger.rules.vocabulary.sections import SECTIONS, Section

_HEAD = """\
# The words of the rule language

Every word, what it takes, what it means, and what time alone does to it. Written by
`python -m tagger.insight.rule_reference` from the tables that the reader itself uses; every
example is read by a test. A first rule, step by step:
[README](../../README.md#your-first-rule-in-five-minutes). What each fault means:
[rule-faults.md](rule-faults.md). The packs that ship, and what they are for: [packs.md](packs.md).

A pack is one YAML 1.2 file. Packs are loaded together, from folders and single files, and names
of tags are unique over all of them. Next to `rules/carts.yaml` stands `rules/carts.test.yaml` with
its cases. `tagger rules check` shows every fault as `file:line:column CODE sentence`.

- Names are letters, digits, `_` and `-`, at most 64.
- Durations are whole numbers with `ms`, `s`, `m`, `h`, `d` or `w`, and may be put together:
  `1d12h`.
- Money is written in major units of the pack's `currency`: `19.99`.
- A window of length w at time t is (t - w, t]: an event at e leaves it at exactly e + w.
"""


def reference() -> str:
    """The page: the sections in the order of a pack, each word with an entry of its own."""
    every = (*SECTIONS, *CASE_SECTIONS)
    listed = "\n".join(f"- [{each.title}](#{anchor(each.title)})" for each in every)
    return "\n".join([_HEAD, listed, "", _events(), *(_section(each) for each in every)])


def _events() -> str:
    rows = [f"| `{name}` | {meaning} |" for name, meaning in EVENTS.items()]
    head = ["## Events", "", "The events that every pack knows.", "", "| event | what it is |"]
    return "\n".join([*head, "|---|---|", *rows, ""])


def anchor(title: str) -> str:
    """The name under which a heading can be linked to."""
    kept = (each for each in title.lower() if each.isalnum() or each in " -_")
    return "".join(kept).replace(" ", "-")


def _section(section: Section) -> str:
    entries = "\n".join(_entry(name, word) for name, word in section.table.items())
    return f"## {section.title}\n\n{section.about}\n\n{entries}"


def _entry(name: str, word: Word) -> str:
    return "\n".join(["### `" + name + "`", "", *_sentences(word), "", *_example(word), ""])


def _sentences(word: Word) -> Iterator[str]:
    yield f"{_capital(word.meaning)}." + (" Required." if word.required else "")
    yield ""
    takes = f"- takes {TAKES[word.takes]}"
    yield takes + (f": {', '.join(f'`{each}`' for each in word.choices)}" if word.choices else "")
    if word.words:
        yield f"- its words: {', '.join(f'`{each}`' for each in word.words)}"
    if word.moves:
        yield f"- by time alone: {word.moves}"


def _example(word: Word) -> Iterator[str]:
    yield "```yaml"
    yield word.example.strip()
    yield "```"


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def main(arguments: Sequence[str] | None = None) -> int:
    """See `write_or_check`."""
    return write_or_check("tagger.insight.rule_reference", reference(), arguments)


if __name__ == "__main__":
    sys.exit(main())
