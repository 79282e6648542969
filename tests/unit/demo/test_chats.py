"""Sentences given to customers and instants."""

import re
from itertools import pairwise
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from tagger.demo import chats, script
from tagger.demo.chats import SupportStep, chat_messages, language_of
from tagger.demo.retail import Basket
from tagger.demo.sentences import Sentence

DAY_MS = 86_400_000
CUSTOMERS = [f"h-{number}" for number in range(12)]
BASKETS = st.lists(
    st.builds(
        Basket,
        st.sampled_from(CUSTOMERS),
        st.integers(0, 365 * DAY_MS),
        st.booleans(),
    ),
    max_size=30,
).map(lambda found: sorted(found, key=lambda each: each.sold_at))
SENTENCES = [
    Sentence(f"{language}-{number}", f"{language} text {number}", language, mood, "somewhere")
    for language in ("en", "zh")
    for number, mood in enumerate((-2.0, -0.2, 0.0, 1.5, -1.0, 3.0))
]


@settings(max_examples=50)
@given(BASKETS, st.randoms(use_true_random=False))
def test_messages_are_near_baskets_in_their_customers_language(
    baskets: list[Basket], chance: Random
) -> None:
    found = chat_messages(SENTENCES, baskets, [], CUSTOMERS[:4])
    bought = {(each.customer_id, each.sold_at) for each in baskets}
    for each in found:
        nearest = min(
            abs(sold_at - each.occurred_at)
            for customer, sold_at in bought
            if customer == each.customer_id
        )
        assert nearest <= 3 * DAY_MS
        assert each.language == language_of(each.customer_id)
        assert baskets[0].sold_at <= each.occurred_at <= baskets[-1].sold_at
        assert each.direction == "inbound"
        assert each.rating is None
    assert all(a.occurred_at <= b.occurred_at for a, b in pairwise(found))
    assert len({each.event_id for each in found}) == len(found)
    mixed = chance.sample(SENTENCES, len(SENTENCES))
    assert chat_messages(mixed, baskets, [], CUSTOMERS[:4]) == found


def test_every_sentence_that_is_sampled_is_said_once() -> None:
    baskets = [Basket(each, number * DAY_MS, False) for number, each in enumerate(CUSTOMERS)]
    found = chat_messages(SENTENCES, baskets, [], [])
    said = [each.text for each in found if each.source == "somewhere"]
    assert sorted(said) == sorted(each.text for each in SENTENCES)


def test_support_steps_get_the_sentences_with_a_bad_mood_at_their_instant() -> None:
    steps = [SupportStep(customer, 77, f"s-{customer}", "") for customer in CUSTOMERS]
    baskets = [Basket("h-0", 0, False), Basket("h-0", 365 * DAY_MS, False)]
    found = chat_messages(SENTENCES, baskets, steps, [])
    at_support = [each for each in found if each.conversation_id.startswith("s-")]
    assert {each.text for each in at_support} == {
        each.text for each in SENTENCES if each.mood <= chats.BAD_MOOD
    }
    assert all(each.occurred_at == 77 for each in at_support)
    said = [each.text for each in found if each.source == "somewhere"]
    assert len(said) == len(set(said)) > len(at_support)
    assert all(each.conversation_id == f"s-{each.customer_id}" for each in at_support)


def test_product_questions_precede_vitamins_and_are_marked_as_written_for_this() -> None:
    baskets = [
        Basket(customer, number * 30 * DAY_MS, number % 3 == 2)
        for number, customer in enumerate(CUSTOMERS)
    ]
    asked = [
        each for each in chat_messages(SENTENCES, baskets, [], []) if each.source == script.SOURCE
    ]
    vitamins = {each.customer_id: each.sold_at for each in baskets if each.has_vitamins}
    assert len(asked) == chats.SCRIPTED
    for each in asked:
        assert 0 < vitamins[each.customer_id] - each.occurred_at <= 2 * DAY_MS
        assert each.text in script.QUESTIONS[language_of(each.customer_id)]


def test_every_product_question_is_found_by_its_words() -> None:
    for text in script.QUESTIONS["en"]:
        assert re.search(r"\bvitamins?\b", text)
    for text in script.QUESTIONS["zh"]:
        assert "维生素" in text


def test_half_of_the_sentences_go_to_customers_who_click() -> None:
    baskets = [
        Basket(customer, number * DAY_MS, False) for number, customer in enumerate(CUSTOMERS * 5)
    ]
    many = [
        Sentence(f"{language}-{number}", f"{language} {number}", language, 0.0, "somewhere")
        for language in ("en", "zh")
        for number in range(200)
    ]
    clicking = {
        next(each for each in CUSTOMERS if language_of(each) == lang) for lang in ("en", "zh")
    }
    found = [e for e in chat_messages(many, baskets, [], clicking) if e.source == "somewhere"]
    of_clicking = sum(each.customer_id in clicking for each in found)
    assert of_clicking >= len(found) / 2
    assert of_clicking < len(found)


def test_without_baskets_nobody_writes() -> None:
    assert chat_messages(SENTENCES, [], [], []) == []
