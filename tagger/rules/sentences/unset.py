"""What becomes of a comparison whose value is unset: it is false, and a negation of it true."""

from collections.abc import Iterator

from tagger.rules.sentences.effects import Leaf
from tagger.rules.sentences.events import described
from tagger.rules.sentences.measures import measure_noun
from tagger.rules.sentences.story import Point
from tagger.rules.sentences.teller import Teller
from tagger.rules.syntax import (
    Absent,
    Aggregate,
    AttributeValueOf,
    Measure,
    Ratio,
    ResponseTime,
    Since,
    TagAge,
    TagValueOf,
)


def unset_points(teller: Teller, leaf: Leaf) -> Iterator[Point]:
    """When the value is unset, and what that means for the rule."""
    compare = leaf.condition
    if isinstance(compare, Absent) or compare.comparator == "is_set":
        return
    result = teller.say("unset_false" if True in leaf.signs else "unset_true")
    for measure in (compare.measure, compare.operand.measure):
        if measure is not None:
            yield from _points(teller, measure, result)


def _points(teller: Teller, measure: Measure, result: str) -> Iterator[Point]:
    match measure:
        case Aggregate(kind, selector, window):
            parts = described(teller, selector, window).parts()
            if kind == "interval":
                yield teller.point("interval_unset", result=result, **parts)
            elif kind not in ("count", "sum", "distinct"):
                noun = measure_noun(teller, measure)
                yield teller.point("none_then_unset", measure=noun, result=result, **parts)
        case Since(selector):
            noun, parts = measure_noun(teller, measure), described(teller, selector).parts()
            yield teller.point("none_then_unset", measure=noun, result=result, **parts)
        case ResponseTime():
            yield teller.point("answer_unset", result=result)
        case Ratio():
            yield teller.point("ratio_unset", result=result)
        case AttributeValueOf(name):
            attribute = teller.language.attribute(name)
            yield teller.point("attribute_unset", attribute=attribute, result=result)
        case TagAge(name):
            yield teller.point("tag_age_unset", tag=teller.tag(name), result=result)
        case TagValueOf(name):
            if name in teller.library and teller.library.tag(name).form != "flag":
                yield teller.point("tag_age_unset", tag=teller.tag(name), result=result)
