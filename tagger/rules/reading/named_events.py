"""Named events of a pack: a filter of other events, or a pattern."""

from tagger.rules.fields import EVENT_KEYS
from tagger.rules.reading.events import read_selector
from tagger.rules.reading.nodes import Entry
from tagger.rules.reading.patterns import read_pattern
from tagger.rules.reading.scope import Scope
from tagger.rules.reading.word_reader import Words, check_name, read_mapping
from tagger.rules.syntax import NamedEvent
from tagger.rules.vocabulary import NAMED_EVENT, PATTERN, PATTERN_HEADS, SELECTOR


def read_named_event(entry: Entry, scope: Scope) -> NamedEvent | None:
    """The event of that name; None after reporting what is wrong."""
    if entry.key in EVENT_KEYS:
        sentence = f"`{entry.key}` is an event that every pack knows"
        scope.findings.add(entry.at, "E-RESERVED-NAME", sentence, "choose another name")
    check_name(entry.key, entry.at, scope.findings)
    mapping = read_mapping(entry.value, f"the event `{entry.key[:80]}`", scope.findings)
    if mapping is None:
        return None
    words = Words(mapping, NAMED_EVENT, "a named event", scope.findings)
    among = PATTERN_HEADS if "event" in words else tuple(PATTERN)
    is_pattern = any(word in words for word in among)
    _check_words(words, is_pattern, scope)
    definition = read_pattern(words, scope) if is_pattern else read_selector(words, scope)
    return None if definition is None else NamedEvent(entry.key, definition, entry.at)


def _check_words(words: Words, is_pattern: bool, scope: Scope) -> None:
    """Reports the words of a filter in a pattern, and those of a pattern in a filter."""
    what = "a pattern" if is_pattern else "a filter"
    hint = "give one of its events the filter" if is_pattern else "see `first` and `steps`"
    for word in SELECTOR if is_pattern else PATTERN:
        if word in words:
            sentence = f"`{word}` does not go with {what}"
            of_counting = word == "within" and not is_pattern
            more = "a window stands where events are counted" if of_counting else hint
            scope.findings.add(words.place(word), "E-TYPE", sentence, more)
