"""The handbook as HTML: sound, safe and self-contained."""

import hashlib
import re
from base64 import b64encode
from itertools import pairwise

import pytest

from tagger.insight.handbook_html import handbook_html

from .pages import HOSTILE, handbook, taken_apart


@pytest.mark.parametrize("codes", [(), ("en",), ("zh",)])
def test_the_page_is_sound(codes: tuple[str, ...]) -> None:
    page = taken_apart(handbook_html(handbook(*codes)))
    assert page.unbalanced == []
    assert len(page.ids) == len(set(page.ids))
    assert [link for link in page.links if not link.startswith("#")] == []
    assert {link[1:] for link in page.links} - set(page.ids) == set()
    named = {name for name, _ in page.elements}
    assert {"header", "nav", "main", "article", "footer"} <= named
    labels = [attributes.get("aria-labelledby") for _, attributes in page.elements]
    assert set(filter(None, labels)) <= set(page.ids)


def test_headings_go_down_one_level_at_a_time() -> None:
    headings = taken_apart(handbook_html(handbook())).headings
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert {3, 4, 5} <= set(headings)
    assert [pair for pair in pairwise(headings) if pair[1] > pair[0] + 1] == []


def test_what_packs_say_is_text() -> None:
    html = handbook_html(handbook())
    page = taken_apart(html)
    assert page.text.count(HOSTILE) > 5
    assert [name for name, _ in page.elements].count("script") == 1
    assert not any(name.startswith("on") for _, each in page.elements for name in each)


def test_it_loads_nothing_and_runs_only_its_own_script() -> None:
    html = handbook_html(handbook())
    page = taken_apart(html)
    assert not any({"src", "srcset", "style"} & set(each) for _, each in page.elements)
    assert {name for name, _ in page.elements}.isdisjoint({"link", "img", "iframe"})
    assert "url(" not in html
    assert "@import" not in html
    (policy,) = (each["content"] for _, each in page.elements if "http-equiv" in each)
    assert policy.startswith("default-src 'none';")
    for name in ("style", "script"):
        (content,) = re.findall(rf"<{name}>(.*?)</{name}>", html, re.DOTALL)
        digest = b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in policy


def test_languages_are_marked() -> None:
    both = taken_apart(handbook_html(handbook()))
    assert both.elements[0][1]["lang"] == "en"
    assert {each["lang"] for _, each in both.elements if "lang" in each} == {"en", "zh-Hans"}
    chinese = taken_apart(handbook_html(handbook("zh")))
    assert {each["lang"] for _, each in chinese.elements if "lang" in each} == {"zh-Hans"}
    assert "What ends it" not in chinese.text


def test_the_same_packs_make_the_same_page() -> None:
    assert handbook_html(handbook()) == handbook_html(handbook())


def test_a_colour_is_shown_with_text_that_can_be_read_on_it() -> None:
    html = handbook_html(handbook())
    assert ".c-2e7d32 { background: #2e7d32; color: #ffffff; }" in html
    assert 'class="chip c-2e7d32"' in html
