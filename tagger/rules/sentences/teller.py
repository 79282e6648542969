"""Who tells: a language, and the names of the pack that is told of."""

from dataclasses import dataclass

from tagger.rules.sentences.language import Language
from tagger.rules.sentences.library import Library, Shelf
from tagger.rules.sentences.story import Point


@dataclass(frozen=True, slots=True)
class Teller:
    """Says phrases of one language about one pack of a library."""

    language: Language
    library: Library
    shelf: Shelf

    def say(self, phrase: str, /, **parts: object) -> str:
        """See `Language.say`."""
        return self.language.say(phrase, **parts)

    def point(self, phrase: str, /, **parts: object) -> Point:
        """A phrase as a sentence."""
        return Point(self.language.sentence(self.say(phrase, **parts)))

    def name(self, name: str) -> str:
        """A name of the pack, as it is read aloud."""
        return self.language.quoted(self.language.readable(name))

    def title(self, tag: str) -> str:
        """A tag's title in the language, else in another one, else its name."""
        if tag not in self.library:
            return self.language.readable(tag)
        titles = self.library.tag(tag).title
        for code in (self.language.code, "en", *titles):
            if code in titles:
                return titles[code]
        return self.language.readable(tag)

    def tag(self, tag: str) -> str:
        """A tag in a sentence."""
        return self.language.quoted(self.title(tag))
