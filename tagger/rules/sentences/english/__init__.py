"""Explanations in English."""

from tagger.rules.sentences.english.grammar import English

__all__ = ["English"]
