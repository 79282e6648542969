"""Patterns: named events that are made of other events in time."""

from tagger.rules.reading.events import fields_of, read_upon
from tagger.rules.reading.nodes import ScalarNode
from tagger.rules.reading.scope import Scope
from tagger.rules.reading.word_reader import Words, one_of, read_list
from tagger.rules.syntax import ChainPattern, Position, Selector, UnlessPattern

FEWEST_STEPS, MOST_STEPS = 2, 8


def read_pattern(words: Words, scope: Scope) -> UnlessPattern | ChainPattern | None:
    """What `first` with `unless` or `then`, or `steps`, stands for."""
    _check_words(words, scope)
    if "steps" in words:
        steps = _steps(words, scope)
    else:
        steps = _parts(words, ("first", "then") if "then" in words else ("first",), scope)
    is_chain = "steps" in words or "then" in words
    unless = None if is_chain else _parts(words, ("unless",), scope)
    if "within" not in words:
        sentence = "a pattern names how long it waits"
        scope.findings.add(words.at, "E-NO-WINDOW", sentence, "add for example `within: 30m`")
    within_ms = words.duration("within")
    by = words.text("by")
    if by is not None and steps is not None:
        _check_key(by, steps, words, scope)
    if steps is None or within_ms is None:
        return None
    if is_chain:
        return ChainPattern(steps, by, within_ms, words.at)
    return None if unless is None else UnlessPattern(steps[0], unless[0], by, within_ms, words.at)


def _check_words(words: Words, scope: Scope) -> None:
    if "steps" in words:
        for word in ("first", "then", "unless"):
            if word in words:
                sentence = f"`{word}` does not go with `steps`, which name every event of the chain"
                hint = "leave it out or put it among the steps"
                scope.findings.add(words.place(word), "E-TYPE", sentence, hint)
    elif "then" in words and "unless" in words:
        sentence = "`unless` does not go with `then`: a pattern waits for one of the two"
        scope.findings.add(words.place("unless"), "E-TYPE", sentence, "make two named events")
    elif "then" not in words and "unless" not in words:
        sentence = "a pattern says what it waits for"
        hint = "add `then` or `unless`, or name the whole chain with `steps`"
        scope.findings.add(words.at, "E-MISSING", sentence, hint)


def _parts(words: Words, parts: tuple[str, ...], scope: Scope) -> tuple[Selector, ...] | None:
    read = []
    for part in parts:
        node = words.node_of(part) if part == "unless" else words.required(part)
        read.append(None if node is None else read_upon(node, scope))
    found = tuple(each for each in read if each is not None)
    return found if len(found) == len(parts) else None


def _steps(words: Words, scope: Scope) -> tuple[Selector, ...] | None:
    node = words.required("steps")
    members = None if node is None else read_list(node, "`steps`", scope.findings)
    if members is None:
        return None
    if not FEWEST_STEPS <= len(members.items) <= MOST_STEPS:
        sentence = f"a chain has {FEWEST_STEPS} to {MOST_STEPS} steps, not {len(members.items)}"
        scope.findings.add(members.at, "E-VALUE", sentence)
        return None
    read = tuple(read_upon(member, scope) for member in members.items)
    found = tuple(each for each in read if each is not None)
    return found if len(found) == len(read) else None


def _check_key(by: str, steps: tuple[Selector, ...], words: Words, scope: Scope) -> None:
    """Reports the first step that never has the key, and so could never take the chain on."""
    node = words.node_of("by")
    at: Position = node.at if isinstance(node, ScalarNode) else words.place("by")
    texts = [_texts(step, scope) for step in steps]
    shared = [name for name in texts[0] if all(name in each for each in texts)]
    for step, names in zip(steps, texts, strict=True):
        if names and by not in names:
            events = " or ".join(f"`{name}`" for name in step.events)
            sentence = f"{events} has no text field `{by[:80]}` to wait by"
            hint = scope.findings.did_you_mean(at, by, shared) or one_of(shared)
            scope.findings.add(at, "E-UNKNOWN-NAME", sentence, hint if shared else None)
            return


def _texts(step: Selector, scope: Scope) -> list[str]:
    """The text fields of such events; none of events that need themselves."""
    lefts = fields_of(scope.event_types(step.events))
    return [name for name, left in lefts.items() if left.kind == "text"]
