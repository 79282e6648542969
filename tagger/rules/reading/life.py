"""The life of a flag: when it is set and cleared, and how long it is held at least and at most."""

from tagger.rules.reading.conditions import read_condition
from tagger.rules.reading.endings import Endings
from tagger.rules.reading.events import read_upon
from tagger.rules.reading.nodes import Entry
from tagger.rules.reading.scope import Scope
from tagger.rules.reading.word_reader import Words, read_mapping
from tagger.rules.syntax import Clause
from tagger.rules.vocabulary import CLAUSE

_POINTLESS_WHEN_STICKY = {
    "remove": "would end it",
    "expires_after": "would end it",
    "ends_on": "would end it",
    "keep_at_least": "says nothing more",
    "cool_down": "waits for an end that never comes",
}


def read_clause(words: Words, word: str, scope: Scope) -> Clause | None:
    """`assign` or `remove` of a tag; None when nothing of it can be used."""
    node = words.node_of(word)
    mapping = None if node is None else read_mapping(node, f"`{word}`", scope.findings)
    if mapping is None:
        return None
    clause = Words(mapping, CLAUSE, f"`{word}`", scope.findings)
    if "when" not in clause and "upon" not in clause:
        sentence = f"`{word}` says neither `when` nor `upon`"
        scope.findings.add(clause.at, "E-MISSING", sentence, f"write `{word}: {{when: ...}}`")
    when_node, upon_node = clause.node_of("when"), clause.node_of("upon")
    when = None if when_node is None else read_condition(when_node, scope)
    upon = None if upon_node is None else read_upon(upon_node, scope)
    return None if when is None and upon is None else Clause(when, upon, clause.at)


def check_life(
    words: Words, assign: Clause | None, entry: Entry, endings: Endings, scope: Scope
) -> None:
    """Reports what contradicts itself in the life of a flag that has a rule, and what never
    ends it."""
    findings = scope.findings
    _check_expiry(words, scope)
    is_sticky = bool(words.truth("sticky"))
    for word, why in _POINTLESS_WHEN_STICKY.items():
        if is_sticky and word in words:
            sentence = f"`sticky: true` says that no rule ends the tag, and `{word}` {why}"
            findings.add(words.place(word), "E-STICKY", sentence, "leave one of the two out")
    if assign is not None and assign.upon is not None and "hold_for" in words:
        sentence = "`hold_for` needs a state; with `upon` there is nothing to hold"
        findings.add(words.place("hold_for"), "E-HOLD-UPON", sentence)
    ends = is_sticky or any(word in words for word in ("expires_after", "ends_on", "remove"))
    if assign is not None and not ends and _lasts_for_ever(assign, endings):
        sentence = f"nothing ever ends `{entry.key[:80]}`"
        hint = "add `expires_after`, `ends_on` or `remove`, or say `sticky: true`"
        findings.add(entry.at, "E-NO-ENDING", sentence, hint)


def _check_expiry(words: Words, scope: Scope) -> None:
    if "renew" in words and "expires_after" not in words:
        sentence = "`renew` restarts `expires_after`, which is missing"
        scope.findings.add(words.place("renew"), "E-EXPIRES", sentence)
    expires_after_ms, keep_ms = words.duration("expires_after"), words.duration("keep_at_least")
    if expires_after_ms is not None and keep_ms is not None and expires_after_ms < keep_ms:
        sentence = "`expires_after` is shorter than `keep_at_least`"
        scope.findings.add(words.place("expires_after"), "E-EXPIRES", sentence)


def _lasts_for_ever(assign: Clause, endings: Endings) -> bool:
    if assign.upon is not None:
        return True
    return assign.when is not None and endings.stays(assign.when, True)
