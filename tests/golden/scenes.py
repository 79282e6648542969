"""The runs of which the golden logs were made. Each gives the same recording every time, unless the
stream itself has changed; what is kept is the recording."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from random import Random
from typing import Any

import msgspec

from tagger.demo.datasets import RETAIL, archive_path, default_cache_dir
from tagger.demo.retail import open_retail_year, retail_year
from tagger.domain.event_types import type_name
from tagger.domain.events import Event, ProfileUpdate, Purchase
from tagger.domain.times import parse_instant
from tagger.stream.log import Host, Log
from tagger.stream.recorder import Recorder
from tagger.stream.recording import Recording
from tagger.stream.script import (
    Advance,
    Deliver,
    Drain,
    Duplicate,
    Feed,
    Outage,
    Produce,
    Rebalance,
    SkipOffsets,
    Step,
    Tick,
    Withhold,
    run,
)
from tagger.stream.simulated import SimulatedLog
from tagger.stream.topics import InputKind
from tagger.stream.worker import Worker

from .playing import TOPICS, parts

SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000
TOPIC_OF: dict[InputKind, str] = {kind: topic for topic, kind in TOPICS.inputs().items()}
BEGIN: list[Step] = [Rebalance({0: "a"}), Drain(rounds=3, by_ms=50)]


def recorded(script: Iterable[Step], now: int) -> Recording:
    """What one worker is given in a run that begins at the wall clock `now`."""
    log = SimulatedLog(partitions=1, now=now)
    made: list[Recorder] = []

    def host_for(port: Log) -> Host:
        made.append(Recorder(port, _worker, parts().settings))
        return made[-1]

    run(script, log, host_for)
    return made[0].recording()


def _worker(port: Log) -> Host:
    return Worker(port, parts())


class Scribe:
    """Writes records; `now` follows the wall clock of the run, `steps` are its steps so far."""

    def __init__(self, now: int) -> None:
        self.now = now
        self.steps: list[Step] = []
        self.written: list[Produce] = []

    def writes(self, kind: InputKind, customer: str, at: int, fields: Mapping[str, Any]) -> None:
        """A record of something that happened at the instant `at`, written now."""
        identity, instant = ("event_id", "occurred_at")
        if kind == "command":
            identity, instant = ("command_id", "issued_at")
        head = {identity: f"{kind}-{len(self.written)}", "customer_id": customer, instant: at}
        self.does(self._record(TOPIC_OF[kind], customer, msgspec.json.encode({**head, **fields})))

    def writes_again(self, record: Produce) -> None:
        """A record with bytes that were written before."""
        self.does(msgspec.structs.replace(record, timestamp=self.now))

    def does(self, *steps: Step) -> None:
        """Other steps; how the wall clock goes on in them is followed."""
        for step in steps:
            self.steps.append(step)
            match step:
                case Advance(by_ms):
                    self.now += by_ms
                case Drain(rounds=rounds, by_ms=by_ms):
                    self.now += rounds * by_ms
                case Produce():
                    self.written.append(step)

    def _record(self, topic: str, customer: str, value: bytes) -> Produce:
        return Produce(topic, 0, customer.encode(), value, self.now)


def accidents() -> Recording:
    """Nine hours in which records come late, again, out of order and broken, topics are held and
    answers fail; then three quiet days."""
    random, scribe = Random(7), Scribe(parse_instant("2026-03-02T08:00:00Z"))
    scribe.does(*BEGIN)
    for lap in range(240):
        for _ in range(random.choice((0, 1, 1, 2, 4))):
            _write_something(random, scribe)
        if lap % 40 in (10, 25):
            held = random.choice(TOPICS.events())
            scribe.does(Withhold(held))
        if lap % 40 in (18, 30):
            scribe.does(*(Withhold(topic, released=True) for topic in TOPICS.events()))
        if lap % 60 in (44, 47):
            scribe.does(Outage(over=lap % 60 == 47))
        _read_something(random, scribe)
        scribe.does(Advance(random.choice((300, 5 * SECOND, MINUTE, 3 * MINUTE, 6 * MINUTE))))
    for _ in range(6):
        scribe.does(Drain(rounds=4, by_ms=50), Advance(DAY // 2))
    scribe.does(Drain(rounds=4, by_ms=50))
    return recorded(scribe.steps, parse_instant("2026-03-02T08:00:00Z"))


def _write_something(random: Random, scribe: Scribe) -> None:
    customer = f"c-{random.randrange(9)}"
    lag_ms = random.choices(
        (random.randrange(1_500), random.randrange(2 * MINUTE), random.randrange(40 * MINUTE),
         random.randrange(3 * DAY)),
        (70, 15, 10, 5),
    )[0]  # fmt: skip
    dice = random.random()
    if dice < 0.06 and scribe.written:
        scribe.writes_again(random.choice(scribe.written))
    elif dice < 0.08:
        twice = {"event_id": "twice", "attributes": {"kids_count": str(random.randrange(3))}}
        scribe.writes("profile", customer, scribe.now, twice)
    elif dice < 0.09:
        scribe.does(Produce(TOPICS.chat, 0, b"c-1", b"{broken", scribe.now))
    else:
        kind, fields = _anything(random, len(scribe.written))
        scribe.writes(kind, customer, scribe.now - lag_ms, fields)


def _anything(random: Random, number: int) -> tuple[InputKind, Mapping[str, Any]]:
    kind: InputKind = random.choices(
        ("browse", "purchase", "chat", "profile", "command"), (50, 22, 16, 6, 6)
    )[0]
    if kind == "browse":
        action = random.choice(("product_view", "cart_add", "cart_add", "page_view", "search"))
        return kind, {"action": action, "cart_id": f"k-{random.randrange(4)}"}
    if kind == "purchase":
        return kind, _sale(random, number)
    if kind == "chat":
        said = random.choice(("help me", "帮助", "thank you", "where is it"))
        direction = random.choice(("inbound", "inbound", "outbound"))
        return kind, {"conversation_id": "v", "direction": direction, "text": said}
    if kind == "profile":
        return kind, {"attributes": {"kids_count": random.choice(("0", "1", "2", None))}}
    op = random.choice(("assign", "assign", "remove", "release"))
    role = random.choice(("agent", "agent", "agent", "nobody"))
    return kind, {"op": op, "tag": random.choice(("vip", "buys")), "actor": "ann", "role": role}


def _sale(random: Random, number: int) -> dict[str, Any]:
    refund = random.random() < 0.15
    order = random.randrange(max(number, 1)) if refund else number
    return {
        "order_id": f"o-{order}",
        "kind": "refund" if refund else "sale",
        "amount_minor": random.choice((500, 1_999, 2_500, 12_000)),
        "currency": "USD" if random.random() < 0.95 else "EUR",
        "cart_id": f"k-{random.randrange(4)}",
        "lines": [{"product_id": "p", "category": random.choice(("shoes", "hats", "bags"))}],
    }


def _read_something(random: Random, scribe: Scribe) -> None:
    topic = random.choice(list(TOPICS.inputs()))
    reads: list[list[Step]] = [
        [Drain(batch=random.randrange(1, 12), rounds=1, by_ms=40)],
        [Deliver(topic, 0, random.randrange(1, 5)), Tick()],
        [Tick(), Tick(), Deliver(topic, 0, 2)],
        [Duplicate(topic, 0, 3), Drain(rounds=2, by_ms=60)],
        [SkipOffsets(topic, 0, 2), Drain(batch=2, rounds=2, by_ms=30)],
    ]
    scribe.does(*random.choice(reads))


def midnight() -> Recording:
    """An evening in Shanghai at the end of a month, a midnight at which something of everybody
    falls due while customers go on, and the midnight after it."""
    random, begin = Random(3), parse_instant("2026-02-28T13:00:00Z")
    due_at, scribe = begin + 3 * HOUR, Scribe(begin)
    scribe.does(*BEGIN)
    for number in range(120):
        customer, at = f"c-{number % 40:02}", scribe.now - random.randrange(900)
        _looks_or_buys(scribe, customer, at, random, buys=number % 3 > 0)
        scribe.does(Drain(rounds=1, by_ms=40), Advance(89_000))
    scribe.does(Advance(due_at - 2 * SECOND - scribe.now))
    for lap in range(60):
        if lap % 3 == 0:
            at = due_at if lap == 30 else scribe.now - random.randrange(60)
            _looks_or_buys(scribe, f"c-{lap % 40:02}", at, random, buys=lap % 2 > 0)
        scribe.does(Drain(rounds=1, by_ms=70))
    for _ in range(30):
        scribe.does(Advance(HOUR), Drain(rounds=4, by_ms=50))
    return recorded(scribe.steps, begin)


def _looks_or_buys(scribe: Scribe, customer: str, at: int, random: Random, *, buys: bool) -> None:
    if buys:
        scribe.writes("purchase", customer, at, _sale(random, len(scribe.written)))
    else:
        scribe.writes("browse", customer, at, {"action": "product_view"})


def retail() -> Recording:
    """Ten weeks of eight households of the published retail year, fed as history, two of the days
    withheld until they are two days old. Needs the archive in the cache."""
    archive = archive_path(default_cache_dir(), RETAIL)
    with open_retail_year(archive) as year:
        events = list(retail_year(year))
    begin = min(event.occurred_at for event in events) // DAY * DAY
    chosen = _small_households(each for each in events if each.occurred_at < begin + 70 * DAY)
    script: list[Step] = [Feed(begin), *BEGIN]
    for day in range(73):
        of_day = [e for e in chosen if begin + day * DAY <= e.occurred_at < begin + (day + 1) * DAY]
        late = [e for e in chosen if day in (30, 52) and _day(e, begin) == day - 2]
        written = [e for e in of_day if _day(e, begin) not in (28, 50)]
        script += [_record(e, e.occurred_at) for e in written]
        script += [_record(e, begin + (day + 1) * DAY - 1) for e in late]
        script += [Feed(begin + (day + 1) * DAY), Drain(batch=50, rounds=3, by_ms=60)]
    return recorded(script, parse_instant("2026-03-02T08:00:00Z"))


def _small_households(events: Iterable[Event]) -> list[Event]:
    """The events of the eight households with the fewest lines among those that buy often."""
    found = list(events)
    baskets = Counter(e.customer_id for e in found if isinstance(e, Purchase))
    lines = Counter[str]()
    for event in found:
        if isinstance(event, Purchase):
            lines[event.customer_id] += len(event.lines)
    regular = [name for name, count in baskets.items() if 12 <= count <= 40]
    chosen = sorted(regular, key=lambda name: (lines[name], name))[:8]
    return sorted(
        (e for e in found if e.customer_id in chosen),
        key=lambda e: (e.occurred_at, not isinstance(e, ProfileUpdate), e.event_id),
    )


def _day(event: Event, begin: int) -> int:
    return (event.occurred_at - begin) // DAY


def _record(event: Event, timestamp: int) -> Produce:
    fields = {name: value for name, value in msgspec.to_builtins(event).items() if name != "type"}
    value = msgspec.json.encode(fields)
    return Produce(TOPIC_OF[type_name(event)], 0, event.customer_id.encode(), value, timestamp)


SCENES: dict[str, Callable[[], Recording]] = {
    "accidents": accidents,
    "midnight": midnight,
    "retail": retail,
}
