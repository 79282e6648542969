"""Rules as sentences in English and Chinese.

`explain` puts a story together from one module a theme: conditions, measures, events, what time
alone does, people. These say phrases by name; the words stand in the tables of `english` and
`chinese`, with the grammar of the language beside them.
"""

from tagger.rules.sentences.explain import LANGUAGES, explain
from tagger.rules.sentences.library import Library
from tagger.rules.sentences.story import Point, Section, Story

__all__ = ["LANGUAGES", "Library", "Point", "Section", "Story", "explain"]
