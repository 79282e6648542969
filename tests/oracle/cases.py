"""Packs, a history for them, and an end: what one comparison is drawn from."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from hypothesis import strategies as st

from .bodies import Setting
from .build import DAY, MINUTE, T0
from .eras import ERAS
from .inputs import input_at
from .material import AMOUNTS_MINOR, BASES, keys_in, texts_in
from .pack_strategies import Folder, folders
from .packs import load
from .strategies import histories, untils
from .values import Doc, duration, is_duration

Case = tuple[list[Doc], list[Doc], int | None]
History = tuple[list[Doc], int | None]
RULES = Path(__file__).parents[2] / "rules"

LONGEST_SPAN_MS = 10 * DAY
LONG_SPANS_MS = (0, *(n * DAY for n in (30, 7, 90, 60, 10, 14, 180)), 2 * MINUTE, 30 * MINUTE)
ASKED = {"attribute": "profile", "response_time": "chat", "of": "refund"}
"""Words that ask for events without naming them."""
COMMANDED = ("vip", "quiet", "bought")
"""A flag, a text and a number."""


def all_published(document: Doc) -> Doc:
    """The pack as `replay --all` takes it: experimental tags like the others."""
    tags = {
        name: {word: value for word, value in tag.items() if word != "status"}
        for name, tag in document["tags"].items()
    }
    return document | {"tags": tags}


SHIPPED = [
    all_published(load(path)) for path in sorted(RULES.glob("*.yaml")) if ".test." not in path.name
]
_SHIPPED_SETTING = Setting(
    starts=(T0,),
    spans_ms=LONG_SPANS_MS,
    themes=(
        ("purchase", "purchase", "browse", "cart_add", "chat", "refund", "profile"),
        ("purchase", "purchase", "refund"),
        ("cart_add", "purchase", "checkout_start"),
    ),
    currencies=("USD",),
    amounts_minor=(1000, 0, 9999, 10_000, 25_000, 30_000, 50_000, 100_000),
    tags={name: tag for document in SHIPPED for name, tag in document["tags"].items()},
    dates=("2000-02-29", "1990-03-01", "1960-08-01"),
)


def setting_of(folder: Folder) -> Setting:
    """What makes histories meet the rules of these packs."""
    documents = folder.packs
    said = {text for document in documents for text in texts_in(document)}
    spans = {duration(text) for text in said if is_duration(text)}
    currencies = [document["currency"] for document in documents if "currency" in document]
    return Setting(
        starts=folder.era.starts,
        spans_ms=(0, 0, MINUTE, *sorted(ms for ms in spans if ms <= LONGEST_SPAN_MS), MINUTE),
        themes=tuple(_themes_in(documents)),
        currencies=currencies or ("EUR",),
        amounts_minor=AMOUNTS_MINOR,
        tags={name: tag for document in documents for name, tag in document["tags"].items()},
        dates=_birthdays(folder),
    )


def _themes_in(documents: list[Doc]) -> Iterator[tuple[str, ...]]:
    """For each tag the built-in events that its rule comes down to."""
    named: Doc = {}
    for document in documents:
        for section in ("events", "conditions", "tags"):
            named |= document.get(section, {})
    for document in documents:
        for tag in document["tags"]:
            reached = _reached(named, tag)
            said = {text for doc in reached for text in texts_in(doc)}
            asked = {ASKED[word] for doc in reached for word in keys_in(doc) if word in ASKED}
            if "purchase" not in said:
                asked.discard("refund")
            yield tuple(name for name in BASES if name in said | asked) or ("purchase",)


def _reached(named: Doc, name: str) -> list[Doc]:
    """The document of a name and those of all that it names, through others too."""
    found: dict[str, Doc] = {}
    pending = [name]
    while pending:
        one = pending.pop()
        if one in named and one not in found:
            found[one] = named[one]
            pending += texts_in(named[one])
    return list(found.values())


def _birthdays(folder: Folder) -> tuple[str, ...]:
    """Days on which something turns while the history goes on, and 29 February."""
    common = [day for day in folder.era.dates if (day.month, day.day) != (2, 29)]
    days = [day.replace(year=day.year - 18) for day in common]
    near: Iterable[str] = ((days[0] + timedelta(days=n)).isoformat() for n in (1, 2, 7, -1))
    return ("2008-02-29", *(day.isoformat() for day in days), "2008-02-29", *near)


@st.composite
def _history(draw: st.DrawFn, setting: Setting) -> History:
    events = draw(histories(setting))
    return events, draw(untils(setting, max(map(input_at, events))))


@st.composite
def generated_folders(draw: st.DrawFn, histories_each: int) -> tuple[list[Doc], list[History]]:
    """Random packs with so many histories."""
    folder = draw(folders())
    history = _history(setting_of(folder))
    return folder.packs, [draw(history) for _ in range(histories_each)]


@st.composite
def generated_cases(draw: st.DrawFn) -> Case:
    """Random packs with one history."""
    folder = draw(folders())
    return folder.packs, *draw(_history(setting_of(folder)))


def corner_cases() -> st.SearchStrategy[Case]:
    """A pack whose rules meet where readings could differ."""
    folder = Folder([load(Path(__file__).with_name("corners.yaml"))], ERAS[0])
    return _history(setting_of(folder)).map(lambda history: (folder.packs, *history))


def commanded_histories() -> tuple[list[Doc], st.SearchStrategy[History]]:
    """The pack of `corner_cases`, with histories of hardly anything but commands on a few of its
    tags, of all forms."""
    pack = load(Path(__file__).with_name("corners.yaml"))
    setting = setting_of(Folder([pack], ERAS[0]))
    tags = {name: setting.tags[name] for name in COMMANDED}
    themes = (("command", "command", "command", "command", "purchase"),)
    return [pack], _history(replace(setting, tags=tags, themes=themes))


def shipped_cases() -> st.SearchStrategy[Case]:
    """The packs that are shipped, together."""
    return _history(_SHIPPED_SETTING).map(lambda history: (SHIPPED, *history))
