"""The shape of rules: what they say apart from where they say it, for comparing them."""

from collections.abc import Mapping

from tagger.rules import words
from tagger.rules.syntax import (
    Absent,
    AllOf,
    AnyOf,
    AtLeast,
    Compare,
    Condition,
    Named,
    Not,
    TagRule,
)


def condition_shape(condition: Condition, named: Mapping[str, str] | None = None) -> str:
    """Equal for conditions that are written the same, wherever they stand; `named` are the shapes
    that named conditions stand for, without them their names do."""
    match condition:
        case Compare(measure, comparator, operand):
            return f"{words.measure(measure)} {comparator} {words.operand(operand)}"
        case Absent():
            return words.absent(condition)
        case AllOf(of):
            return f"all({_joined(of, named)})"
        case AnyOf(of):
            return f"any({_joined(of, named)})"
        case Not(of):
            return f"not({condition_shape(of, named)})"
        case AtLeast(of, comparator, operand):
            return f"at_least({_joined(of, named)}) {comparator} {words.operand(operand)}"
        case Named(name):
            return f"condition {name}" if named is None else named[name]


def _joined(of: tuple[Condition, ...], named: Mapping[str, str] | None) -> str:
    return "; ".join(condition_shape(each, named) for each in of)


def life_of(tag: TagRule) -> dict[str, int]:
    """The durations of the tag's life in milliseconds, by the word that says them."""
    said = {
        "hold_for": tag.hold_for_ms,
        "keep_at_least": tag.keep_at_least_ms,
        "cool_down": tag.cool_down_ms,
        "expires_after": tag.expires_after_ms,
        "step": tag.step_ms,
    }
    return {word: length_ms for word, length_ms in said.items() if length_ms is not None}
