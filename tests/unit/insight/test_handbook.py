"""What is in the handbook, in which order; the same as Markdown."""

import re

from tagger.insight.handbook_markdown import handbook_markdown, plain
from tagger.insight.handbook_words import WORDS

from .pages import HOSTILE, handbook


def test_tags_stand_in_their_tree_and_those_without_a_category_last() -> None:
    made = handbook()
    assert [branch.name for branch in made.tree] == ["behaviour", ""]
    (behaviour, loose) = made.tree
    assert [entry.tag.name for entry in behaviour.entries] == ["first"]
    intent = behaviour.branches["intent"]
    names = [entry.tag.name for entry in intent.entries]
    assert names == ["active", "hostile", "mood", "spend", "vip"]
    assert [entry.tag.name for entry in loose.entries] == ["late"]
    assert [entry.tag.name for entry in made.by_priority][:2] == ["late", "active"]


def test_the_index_is_by_letters_in_english_and_by_sound_in_chinese() -> None:
    made = handbook()
    english = [entry.titles["en"] for entry in made.index("en")]
    assert [title for title in english if title != HOSTILE] == [
        "Active customer",
        "first",
        "late",
        "mood",
        "spend",
        "VIP",
    ]
    chinese = [entry.titles["zh"] for entry in made.index("zh")]
    of_han = [title for title in chinese if not title.isascii()]
    assert of_han == ["贵宾", "活跃客户", "心情"]


def test_related_tags_are_those_of_the_rule_and_the_replacement() -> None:
    made = handbook()
    related = {entry.tag.name: entry.related for entry in made.entries}
    assert related["mood"] == ("active",)
    assert related["active"] == ("mood",)


def test_the_languages_have_the_same_words() -> None:
    assert set(WORDS["en"]) == set(WORDS["zh"])


def test_markdown_has_everything_and_its_links_lead_somewhere() -> None:
    text = handbook_markdown(handbook())
    anchors = re.findall(r'<a id="([^"]+)"></a>', text)
    links = re.findall(r"(?<!\\)\]\(#([^)]+)\)", text)
    assert len(anchors) == len(set(anchors))
    assert set(links) == set(anchors)
    assert "#### Active customer · 活跃客户" in text
    assert "| Owner | growth |" in text
    assert "| 人工设置 | 允许、限agent、manager |" in text
    held = "there have been at least 3 purchases in the last 30 days."
    assert f"- A customer has this tag exactly as long as {held}" in text


def test_markdown_takes_what_packs_say_as_text() -> None:
    text = handbook_markdown(handbook("en"))
    assert HOSTILE not in text
    assert plain(HOSTILE) in text
    assert "<script" not in text.replace("\\<script", "")


def test_plain_text_begins_no_list_and_no_line() -> None:
    assert plain("1. one\n# two") == "1\\. one \\# two"
    assert plain("- a") == "\\- a"
    assert plain("+1") == "\\+1"
    assert plain("2026") == "2026"
