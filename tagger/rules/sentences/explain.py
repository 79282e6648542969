"""A tag's rule as sentences that can be read aloud."""

from tagger.rules.sentences.chinese import Chinese
from tagger.rules.sentences.english import English
from tagger.rules.sentences.language import Language
from tagger.rules.sentences.library import Library
from tagger.rules.sentences.names import name_points
from tagger.rules.sentences.people import fact_points, hand_points, link_points
from tagger.rules.sentences.readings import reading_points
from tagger.rules.sentences.rule import lead, rule_parts
from tagger.rules.sentences.story import Section, Story
from tagger.rules.sentences.teller import Teller
from tagger.rules.sentences.time_alone import time_points

LANGUAGES: dict[str, Language] = {"en": English(), "zh": Chinese()}
"""By code, in the order in which they are shown."""


def explain(library: Library, name: str, language: Language) -> Story:
    """What sets and ends the tag, what time alone does to it, and what goes with it.

    Raises KeyError for a tag that is not in the library.
    """
    tag = library.tag(name)
    teller = Teller(language, library, library.shelf_of(name))
    parts = list(rule_parts(teller, tag))
    if parts:
        parts += [
            ("time", time_points(teller, tag)),
            ("readings", reading_points(teller, tag)),
            ("names", name_points(teller, tag)),
        ]
    parts += [
        ("hand", hand_points(teller, tag)),
        ("links", link_points(teller, tag)),
        ("facts", fact_points(teller, tag)),
    ]
    return Story(
        tag=name,
        language=language.code,
        title=language.say("tag_named", title=teller.title(name), name=name),
        lead=lead(teller, tag),
        sections=tuple(
            Section(key, language.headings[key], points) for key, points in parts if points
        ),
    )
