"""Texts that surely mean a list of the pack."""

import pytest

from tagger.rules.loader import load_texts

from .folders import FILE, HEAD
from .warned import assert_of_condition

LISTS = "lists:\n  product_words: [product A, 产品A]\n  cities: [Kiel]\n"
USED = "{attribute: occupation, mentions: product_words}, {attribute: city, in: cities}"


@pytest.mark.parametrize(
    ("condition", "codes"),
    [
        ("{attribute: industry, mentions: ^product_word}", "W-LIST-NAME"),
        ("{attribute: industry, mentions: ^Product_Words}", "W-LIST-NAME"),
        ("{attribute: industry, mentions: ^product words}", "W-LIST-NAME"),
        ("{attribute: industry, mentions: product}", ""),
        ("{attribute: industry, mentions: [product_word]}", ""),
        ("{attribute: industry, mentions: [^product_words, shoes]}", "W-LIST-NAME"),
        ("{attribute: city, in: [Hamburg, ^cities]}", "W-LIST-NAME"),
        ("{attribute: city, in: [cities]}", ""),
        ("{attribute: city, eq: ^cities}", "W-LIST-NAME"),
        ("{attribute: city, ne: ^cities}", "W-LIST-NAME"),
        ("{attribute: city, eq: citie}", ""),
        (
            "{count: {event: purchase, where: {channel: ^cities}, within: 1d}, gte: 1}",
            "W-LIST-NAME",
        ),
    ],
)
def test_the_name_of_a_list_where_a_text_is_read(condition: str, codes: str) -> None:
    assert_of_condition(f"{{any: [{condition}, {USED}]}}", codes, LISTS)


@pytest.mark.parametrize(
    ("condition", "sentence", "suggestion"),
    [
        (
            "{attribute: city, mentions: product_word}",
            "`product_word` is read as a text, and there is a list `product_words`",
            "write `mentions: product_words`, or `mentions: [product_word]` for the text",
        ),
        (
            "{attribute: city, eq: cities}",
            "`cities` is read as a text, and there is a list `cities`",
            "write `in: cities`, or `in: [cities]` for the text",
        ),
        (
            "{attribute: city, in: [Ulm, cities]}",
            "`cities` is read as a text, and there is a list `cities`",
            "a list stands alone, as `in: cities`; make one list of all that is meant",
        ),
    ],
)
def test_both_readings_are_spelt_out(condition: str, sentence: str, suggestion: str) -> None:
    faults = load_texts({FILE: f"{HEAD}{LISTS}conditions:\n  c: {condition}\n"}).faults
    (fault,) = (each for each in faults if each.code == "W-LIST-NAME")
    assert (fault.sentence, fault.suggestion) == (sentence, suggestion)


def test_doubts_wait_until_the_errors_are_mended() -> None:
    condition = "{attribute: city, eq: cities, gtee: 3}"
    faults = load_texts({FILE: f"{HEAD}{LISTS}conditions:\n  c: {condition}\n"}).faults
    assert [fault.code for fault in faults] == ["E-UNKNOWN-WORD"]
