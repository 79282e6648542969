"""What explanations say that time alone never does, it never does in any history."""

from collections.abc import Iterator

from hypothesis import HealthCheck, given, settings

from tagger.rules.loader import load_texts
from tagger.rules.sentences import LANGUAGES, Library, explain

from .cases import Case, generated_cases, shipped_cases
from .documents import yaml_of
from .model import simulate
from .values import Doc

ENGLISH = LANGUAGES["en"]
BY_TIME = ("time", "ttl")
OPS_EXCLUDED = {
    "time_never": ("added", "removed", "updated"),
    "time_never_sets": ("added",),
    "time_never_ends": ("removed",),
}
"""By what is said: the changes that time cannot make."""


def excluded_changes(library: Library, tag: str) -> Iterator[str]:
    """The changes of the tag that its explanation denies to time."""
    said = {
        point.text
        for section in explain(library, tag, ENGLISH).sections
        if section.key == "time"
        for point in section.points
    }
    for phrase, ops in OPS_EXCLUDED.items():
        if ENGLISH.sentence(ENGLISH.say(phrase)) in said:
            yield from ops


def library_of(documents: list[Doc]) -> Library:
    texts = {f"{number}.yaml": yaml_of(pack) for number, pack in enumerate(documents)}
    loaded = load_texts(texts)
    assert [str(fault) for fault in loaded.faults if fault.is_error] == []
    return Library(loaded.packs)


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(generated_cases() | shipped_cases())
def test_time_never_does_what_is_said_it_never_does(case: Case) -> None:
    documents, events, _ = case
    by_hand = {event["tag"] for event in events if event["type"] == "command"}
    library = library_of(documents)
    excluded = {name: set(excluded_changes(library, name)) for name in library.tag_names}
    for change in simulate(*case).changes:
        if change["cause"] in BY_TIME and change["tag"] not in by_hand:
            assert change["op"] not in excluded[change["tag"]], change
