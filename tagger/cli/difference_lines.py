"""Differences between rule packs as lines for people."""

from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from rich.text import Text

from tagger.cli.console import printable
from tagger.rules.edits.differences import (
    Differences,
    Edit,
    StateDifference,
    TagDifference,
    WorkflowDifference,
)
from tagger.rules.edits.snapshot import EVER

_LOOKS = {
    "added": ("+", "green"),
    "new": ("+", "green"),
    "changed": ("~", "yellow"),
    "widened": (">", "yellow"),
    "narrowed": ("<", "yellow"),
    "dropped": ("-", "red"),
    "described": ("=", "cyan"),
}
_MOST_TAGS = 3


def difference_lines(differences: Differences) -> Iterator[Text]:
    """Tags with the lines of their rules that changed, workflows, what is remembered, and at last
    how much of all that there is."""
    described: dict[tuple[Edit, ...], list[str]] = {}
    for tag in differences.tags:
        if tag.kind == "described":
            described.setdefault(tag.about, []).append(tag.name)
        else:
            yield from _tag(tag)
    for edits, names in described.items():
        yield _headline("described", ", ".join(names), "same rule, other words around it")
        yield from map(_word_edit, edits)
    if differences.tags:
        yield Text()
    for workflow in differences.workflows:
        yield from _workflow(workflow)
    if differences.workflows:
        yield Text()
    if differences.state:
        yield Text("What is remembered of customers", style="bold")
        for state in differences.state:
            yield _state(state)
        yield Text()
    yield from _summary(differences)


def _tag(tag: TagDifference) -> Iterator[Text]:
    yield _headline(tag.kind, tag.name, _tag_fate(tag))
    for edit in tag.rule:
        yield from _line_edit(edit) if tag.kind == "changed" else (_plain_line(edit),)
    if tag.kind == "changed" and not tag.rule:
        yield Text("    It reads as before; what it relies on means something else.", style="dim")
    yield from map(_word_edit, tag.about)


def _tag_fate(tag: TagDifference) -> str:
    match tag.kind:
        case "added" if tag.renamed_from is not None:
            return f"added to pack {tag.pack}, with the rule that {tag.renamed_from} had"
        case "added":
            return f"added to pack {tag.pack}"
        case "dropped":
            return f"dropped from pack {tag.pack}: whoever has it loses it"
    return "rule changed"


def _workflow(workflow: WorkflowDifference) -> Iterator[Text]:
    yield _headline(workflow.kind, workflow.name, f"workflow {workflow.kind}")
    yield from map(_word_edit, workflow.edits)


def _headline(kind: str, name: str, fate: str) -> Text:
    sign, colour = _LOOKS[kind]
    return Text.assemble(
        (f"{sign} {printable(name)}", f"bold {colour}"), (f"  {printable(fate)}", colour)
    )


def _plain_line(edit: Edit) -> Text:
    return Text(f"    {printable(edit.after or '')}")


def _line_edit(edit: Edit) -> Iterator[Text]:
    """The line before and the line after, the words that differ standing out."""
    before, after = (edit.before or "").split(" "), (edit.after or "").split(" ")
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    found = [each for each in matcher.get_opcodes() if each[0] != "equal"]
    if edit.before is not None:
        changed = [(low, high) for _, low, high, _, _ in found]
        yield _marked("-", "red", before, changed if edit.after is not None else [])
    if edit.after is not None:
        changed = [(low, high) for _, _, _, low, high in found]
        yield _marked("+", "green", after, changed if edit.before is not None else [])


def _marked(
    sign: str, colour: str, words: Sequence[str], changed: Sequence[tuple[int, int]]
) -> Text:
    line = Text(f"    {sign} ", style=colour)
    for index, word in enumerate(words):
        stands_out = any(low <= index < high for low, high in changed)
        line.append(" " if index else "")
        line.append(printable(word), style="bold underline" if stands_out else "")
    return line


def _word_edit(edit: Edit) -> Text:
    before, after = (
        "(nothing)" if each is None else printable(each) for each in (edit.before, edit.after)
    )
    said = after if edit.before is None else f"{before} -> {after}"
    return Text(f"    {printable(edit.word)}: {said}")


def _state(state: StateDifference) -> Text:
    sign, colour = _LOOKS[state.kind]
    tags = f" ({_tags(state.tags)})" if state.tags else ""
    return Text.assemble(
        (f"  {sign} {printable(state.what)}", colour),
        f": {_state_fate(state)}",
        (printable(tags), "dim"),
    )


def _state_fate(state: StateDifference) -> str:
    reach = "all of history" if state.after == EVER else state.after
    match state.kind:
        case "new" if state.complete_after is not None:
            return f"new, complete {state.complete_after} after the edit"
        case "new":
            return "new, knows nothing from before the edit"
        case "widened" if state.complete_after is not None:
            return f"{state.before} -> {reach}, complete {state.complete_after} after the edit"
        case "widened":
            return f"{state.before} -> {reach}, knows no more from before the edit"
        case "narrowed":
            return f"{state.before} -> {reach}, older things are forgotten"
    return "dropped, what it knows is lost"


def _tags(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_MOST_TAGS])
    rest = len(names) - _MOST_TAGS
    return f"for {shown} and {rest} more" if rest > 0 else f"for {shown}"


def _summary(differences: Differences) -> Iterator[Text]:
    tags = Counter[str](each.kind for each in differences.tags)
    tags["kept"] = differences.tags_kept
    state = Counter[str](each.kind for each in differences.state)
    state["kept"] = differences.state_kept
    yield Text(f"Tags: {_counts(tags, ('added', 'changed', 'dropped', 'kept'))}", style="bold")
    told = _counts(state, ("new", "widened", "narrowed", "dropped", "kept"))
    yield Text(f"Remembered: {told}", style="bold")
    if differences.complete_after is not None:
        yield Text(f"The longest wait for a complete history: {differences.complete_after}")


def _counts(counter: Counter[str], kinds: Sequence[str]) -> str:
    return ", ".join(f"{counter[kind]:,} {kind}" for kind in kinds if counter[kind]) or "none"
