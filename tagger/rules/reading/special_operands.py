"""Right sides of `matches` and `anniversary_within`: no values of the left side's kind."""

from tagger.domain.times import UNIT_MS
from tagger.rules.expressions import LONGEST_PATTERN, MOST_EXPRESSIONS, fault_of
from tagger.rules.reading.nodes import Node
from tagger.rules.reading.scope import Scope
from tagger.rules.reading.word_reader import read_duration, read_text
from tagger.rules.syntax import Operand

MOST_ANNIVERSARY_DAYS = 366


def read_expression(node: Node, scope: Scope) -> Operand | None:
    """A regular expression; each different one counts once."""
    pattern = read_text(node, "`matches`", scope.findings)
    if pattern is None:
        return None
    if pattern not in scope.expressions:
        if len(scope.expressions) >= MOST_EXPRESSIONS:
            sentence = f"all packs have {MOST_EXPRESSIONS} different regular expressions up to here"
            scope.findings.add(node.at, "E-LIMIT", sentence, "join some of them with `|`")
            return None
        scope.expressions[pattern] = fault_of(pattern)
    fault = scope.expressions[pattern]
    if fault is not None:
        sentence = f"`{pattern[:40]}` is no regular expression of RE2: {fault}"
        hint = "RE2 knows neither look-arounds nor back references"
        if len(pattern) > LONGEST_PATTERN:
            hint = "ask for several shorter ones under `any`"
        scope.findings.add(node.at, "E-VALUE", sentence, hint)
        return None
    return Operand((pattern,), node.at)


def read_days(node: Node, scope: Scope) -> Operand | None:
    """How near an anniversary is, in whole days."""
    within_ms = read_duration(node, "`anniversary_within`", scope.findings)
    if within_ms is None:
        return None
    days, rest_ms = divmod(within_ms, UNIT_MS["d"])
    if rest_ms or days > MOST_ANNIVERSARY_DAYS:
        sentence = f"`anniversary_within` takes whole days, at most {MOST_ANNIVERSARY_DAYS} of them"
        scope.findings.add(node.at, "E-VALUE", sentence, "write it like 7d")
        return None
    return Operand((within_ms,), node.at, is_duration=True)
