"""Explanations in Chinese."""

from tagger.rules.sentences.chinese.grammar import Chinese

__all__ = ["Chinese"]
