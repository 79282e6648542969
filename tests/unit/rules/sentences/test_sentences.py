"""Every word of the language of rules has a sentence in every language of explanations."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from string import Formatter
from typing import NamedTuple, get_args

import pytest

from tagger.domain.actions import ActionType
from tagger.rules import syntax
from tagger.rules.attributes import KNOWN_ATTRIBUTES
from tagger.rules.fields import CLOCK_FIELDS, DATE_FIELDS, EVENT_KEYS, FIELDS, LINE_FIELDS
from tagger.rules.sentences import LANGUAGES, Library, Point, Story, explain
from tagger.rules.sentences.chinese import conditions as zh_conditions
from tagger.rules.sentences.chinese import moments as zh_moments
from tagger.rules.sentences.chinese import people as zh_people
from tagger.rules.sentences.chinese import readings as zh_readings
from tagger.rules.sentences.chinese import rule as zh_rule
from tagger.rules.sentences.language import Language

from . import examples
from .golden import PACK, expected_file, explanations

CODES = tuple(LANGUAGES)
LATIN_BY_HAN = re.compile(r"[\u3400-\u9fff][A-Za-z0-9]|[A-Za-z0-9][\u3400-\u9fff]")
HALF_WIDTH = re.compile(r"[\u3400-\u9fff][,.;:!?()]")
QUOTED = re.compile(r"“[^”]*”|‘[^’]*’")


def texts(story: Story) -> Iterator[str]:
    yield story.lead
    for section in story.sections:
        yield section.heading
        yield from _texts(section.points)


def _texts(points: tuple[Point, ...]) -> Iterator[str]:
    for point in points:
        yield point.text
        yield from _texts(point.parts)


def all_packs() -> Iterator[syntax.Pack]:
    """One rule for each example, a pack for many rules of one kind."""
    for compare in examples.comparisons():
        yield _holding(compare)
    for condition in examples.conditions():
        yield _holding(condition)
    for selector in examples.selectors():
        products = replace(examples.COUNT, kind="distinct", selector=selector, of="product_id")
        three = syntax.Operand((3,), examples.AT)
        yield _holding(syntax.Compare(products, "gte", three, examples.AT))
    for rule in examples.rules():
        yield examples.pack_of(rule)
    rule = syntax.TagRule("t", "flag", examples.AT, manual="only")
    for workflow in examples.workflows():
        yield examples.pack_of(rule, more=(workflow,))
    for name in ("left_any", "big_left", "path_any"):
        upon = syntax.Clause(None, syntax.Selector((name,), None, examples.AT), examples.AT)
        yield examples.pack_of(syntax.TagRule("t", "flag", examples.AT, assign=upon))
    asking = syntax.Clause(_compared(syntax.TagValueOf("t", examples.AT), True), None, examples.AT)
    other = syntax.TagRule("other", "flag", examples.AT, assign=asking)
    yield replace(examples.pack_of(rule, other), category="")
    yield examples.pack_of(syntax.TagRule("t", "text", examples.AT, manual="only"))


def _compared(measure: syntax.Measure, value: syntax.Scalar) -> syntax.Compare:
    return syntax.Compare(measure, "eq", syntax.Operand((value,), examples.AT), examples.AT)


def _holding(condition: syntax.Condition) -> syntax.Pack:
    assign = syntax.Clause(condition, None, examples.AT)
    remove = syntax.Clause(syntax.Not(condition, examples.AT), None, examples.AT)
    return examples.pack_of(syntax.TagRule("t", "flag", examples.AT, assign=assign, remove=remove))


class Told(NamedTuple):
    """The stories of all examples in one language, and the phrases that they are made of."""

    language: Language
    stories: list[Story]
    said: set[str]


@pytest.fixture(scope="module", params=CODES)
def told(request: pytest.FixtureRequest) -> Told:
    return _told(request.param)


@cache
def _told(code: str) -> Told:
    said: set[str] = set()
    language = LANGUAGES[code]

    class Recording(type(language)):  # type: ignore[misc]
        def say(self, phrase: str, /, **parts: object) -> str:
            said.add(phrase)
            return str(super().say(phrase, **parts))

    recording: Language = Recording()
    stories = [explain(Library([pack]), "t", recording) for pack in all_packs()]
    return Told(language, stories, said)


def test_the_examples_are_of_everything_that_a_rule_can_say() -> None:
    assert set(examples.MEASURES) == set(get_args(syntax.Measure))
    assert set(examples.AGGREGATES) == set(get_args(syntax.AggregateKind))
    assert set(examples.OPERANDS) == set(get_args(syntax.Comparator))
    kinds = {type(each) for each in (*examples.conditions(), *examples.comparisons())}
    assert kinds == set(get_args(syntax.Condition))
    definitions = {type(each.definition) for each in examples.pack_of().events}
    assert definitions == set(get_args(syntax.NamedEvent.__annotations__["definition"]))


def test_everything_that_a_rule_can_say_has_a_sentence(told: Told) -> None:
    for story in told.stories:
        for text in texts(story):
            assert text.strip() == text
            assert "  " not in text
            assert not re.search(r"[{}]|\bNone\b|_", QUOTED.sub("", text)), text


def test_different_measures_and_comparisons_read_differently(told: Told) -> None:
    known: dict[str, syntax.Compare] = {}
    for compare, story in zip(examples.comparisons(), told.stories, strict=False):
        measure = compare.measure
        if not isinstance(measure, syntax.Aggregate) or measure.refunds == "by_order":
            text = story.sections[0].points[0].text
            other = known.setdefault(text, compare)
            assert other is compare or _mean_the_same(other, compare), text


def _mean_the_same(one: syntax.Compare, other: syntax.Compare) -> bool:
    """`more than 0` of a number of things is `at least one`, and none is none in three ways; so
    it is when asked by the time since; `ne` of a truth is `eq` of the other."""
    words = {(compare.comparator, compare.operand.values) for compare in (one, other)}
    at_least_one = {("gt", (0,)), ("gte", (1,)), ("is_set", (True,))}
    none = {("eq", (0,)), ("lte", (0,)), ("lt", (1,)), ("is_set", (False,))}
    yes = {("eq", (True,)), ("ne", (False,)), ("is_set", (True,))}
    no = {("eq", (False,)), ("is_set", (False,))}
    return any(words <= same for same in (at_least_one, none, yes, no))


def test_the_languages_have_the_same_tables() -> None:
    first, *others = LANGUAGES.values()
    for other in others:
        for table in ("phrases", "headings", "fields", "attributes", "varieties", "weekdays"):
            assert set(getattr(first, table)) == set(getattr(other, table)), table
        assert first.event_names == other.event_names


def test_every_event_field_attribute_and_action_has_a_name(told: Told) -> None:
    language = told.language
    assert language.event_names >= set(EVENT_KEYS)
    for table in (*FIELDS.values(), LINE_FIELDS, CLOCK_FIELDS, DATE_FIELDS):
        assert set(language.fields) >= set(table)
    assert set(language.attributes) >= set(KNOWN_ATTRIBUTES)
    assert set(language.actions) == set(get_args(ActionType))


def test_no_phrase_is_said_by_nobody(told: Told) -> None:
    phrases = told.language.phrases
    heard = {phrases[name] for name in told.said}
    assert [name for name, text in phrases.items() if text not in heard] == []


def test_no_two_themes_have_a_phrase_of_one_name() -> None:
    tables: tuple[Mapping[str, str], ...] = (
        zh_conditions.CONDITIONS,
        zh_moments.MOMENTS,
        zh_people.PEOPLE,
        zh_readings.READINGS,
        zh_rule.RULE,
    )
    assert sum(map(len, tables)) == len(LANGUAGES["zh"].phrases)


def test_chinese_is_set_as_print_sets_it() -> None:
    for phrase in LANGUAGES["zh"].phrases.values():
        literals = "".join(literal for literal, *_ in Formatter().parse(phrase))
        assert not re.search(r"[,;!?()\"']", literals), phrase
    for story in _told("zh").stories:
        for text in texts(story):
            own = QUOTED.sub("“”", text)
            assert not LATIN_BY_HAN.search(own), text
            assert not HALF_WIDTH.search(own), text


@pytest.mark.parametrize("code", CODES)
def test_golden_explanations(code: str) -> None:
    assert explanations(code) == expected_file(code).read_text("utf-8"), f"see {PACK}"
