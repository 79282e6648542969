"""One run: workers of a cluster under load, accidents, and what came of it."""

import logging
import random
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import msgspec
from click.testing import CliRunner

from tagger.cli.main import cli
from tagger.settings import GroupProtocol, Settings
from tagger.stream.topics import Topics
from tests.integration.kafka_server import KafkaServer
from tests.oracle.inputs import input_at

from .accidents import Accident, another
from .crew import ROOT, Crew, NotStableError
from .feed import LiveFeed
from .published import read_published, unread
from .scene import AccidentError, Scene
from .traffic import Order, Traffic
from .verdict import History, Verdict, expected_of, judge
from .worker import RULES

READ_S = 60.0
"""So long the workers may take for the first words of all customers."""
LAST_S = 5.0
"""After the end of the time that is compared, until the workers are stopped."""


class Plan(msgspec.Struct, frozen=True):
    """What a run is made of. Accidents are met in turn, each `calm_s` (from, to) seconds after the
    group is stable; if `minutes` are not over by then, more of them. `tail_s` seconds without
    traffic follow, so that time alone has work. `name` parts the run's topics and group from those
    of others."""

    accidents: list[Accident]
    minutes: float
    name: str = "soak"
    workers: int = 3
    partitions: int = 6
    customers: int = 300
    rate: float = 40.0
    order: Order = "in-order"
    protocol: GroupProtocol = "classic"
    calm_s: tuple[float, float] = (5.0, 15.0)
    tail_s: float = 30.0
    seed: int = 0
    tree: Path = ROOT


class Outcome(msgspec.Struct, frozen=True):
    """What came of a run. `failed` names accidents that could not be made."""

    verdict: Verdict
    kills: int
    deaths: int
    ends: int
    records: int
    written: int
    in_order: int
    failed: list[str]
    stable_s: dict[str, list[float]]
    """By accident, how long the group took each time to be stable again."""


def prepare() -> None:
    """Let a signal end the run as an error does, with all that it has started."""
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    logging.getLogger("tagger.kafka").addHandler(logging.NullHandler())


def soak(server: KafkaServer, folder: Path, plan: Plan, say: Callable[[str], None]) -> Outcome:
    """Run the plan on a cluster; logs go under `folder`. Raises NotStableError, FeedError."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = _settings(server, plan)
    _make_topics(server, settings, plan)
    crew = Crew(settings, plan.workers, plan.partitions, folder, plan.tree)
    feed = LiveFeed(settings, Traffic(plan.order, plan.customers, plan.seed), plan.rate)
    failed: list[str] = []
    stable_s: dict[str, list[float]] = {}
    try:
        crew.start_dead()
        say(f"{plan.workers} workers are ready after {crew.until_stable():.1f} s")
        feed.introduce()
        _until_read(settings, plan.partitions)
        feed.start()
        failed, stable_s = _meet(server, crew, feed, plan, say)
        feed.stop()
        until = _last_at(feed) + round(plan.tail_s * 1_000)
        say(f"traffic ends after {feed.count:,} records; {plan.tail_s:.0f} s of time alone")
        time.sleep(max(0.0, until / 1_000 + LAST_S - time.time()))
    finally:
        crew.stop()
    customers = {line["customer_id"] for line in feed.lines}
    in_order = customers - feed.tardy if plan.order == "in-order" else set()
    history = History(feed.lines, feed.broken, in_order, until)
    published = read_published(settings, plan.partitions)
    return Outcome(
        verdict=judge(expected_of(RULES, history), history, published),
        kills=crew.kills + crew.deaths,
        deaths=crew.deaths,
        ends=crew.ends,
        records=published.records,
        written=feed.count,
        in_order=len(in_order),
        failed=failed,
        stable_s=stable_s,
    )


def named_topics(name: str) -> Topics:
    """The topics of the run of this name."""
    roles = msgspec.structs.asdict(Topics()).items()
    return Topics(**{role: f"{name}.{topic}" for role, topic in roles})


def facts(outcome: Outcome) -> Iterator[str]:
    """What there is to say of a run, the sentence that sums it up last."""
    verdict = outcome.verdict
    yield from verdict.examples
    yield from (f"this accident could not be made: {accident}" for accident in outcome.failed)
    for accident, took_s in sorted(outcome.stable_s.items()):
        yield (
            f"{accident}: {len(took_s)} times, stable again after {median(took_s):.1f} s (median), "
            f"{max(took_s):.1f} s (worst)"
        )
    yield (
        f"{outcome.written:,} records written; the changes of {outcome.in_order} customers "
        "compared one by one, of the others their tags at the end; "
        f"{outcome.deaths} kills at armed points; {outcome.ends} workers ended by themselves and "
        "were begun anew"
    )
    yield (
        f"customers with changes out of order: {verdict.misplaced}, with current tags that their "
        f"changes do not add up to: {verdict.unfolded}; input records not done: {verdict.unread}"
    )
    yield (
        f"{outcome.kills} kills, {outcome.records} records committed: {verdict.lost} lost, "
        f"{verdict.doubled} doubled, {verdict.gaps} gaps"
    )


def _meet(
    server: KafkaServer, crew: Crew, feed: LiveFeed, plan: Plan, say: Callable[[str], None]
) -> tuple[list[str], dict[str, list[float]]]:
    """One accident after the other; gives those that could not be made, and how long the group
    took after each."""
    draw = random.Random(plan.seed)
    scene = Scene(server, crew, feed, draw, pauses=plan.order == "in-order")
    end_s = time.monotonic() + plan.minutes * 60
    dealt = list(plan.accidents)
    failed: list[str] = []
    stable_s: defaultdict[str, list[float]] = defaultdict(list)
    crew.until_stable()
    while dealt or time.monotonic() < end_s:
        time.sleep(draw.uniform(*plan.calm_s))
        accident = dealt.pop(0) if dealt else another(draw)
        try:
            victim = scene.make(accident)
        except AccidentError as error:
            failed.append(str(error))
            victim = "nobody"
        took_s = crew.until_stable()
        stable_s[str(accident)].append(took_s)
        say(
            f"{accident}, {victim}: stable again after {took_s:.1f} s; "
            f"{crew.kills + crew.deaths} kills ({crew.deaths} at armed points), {feed.count:,} "
            f"records, {len(dealt)} accidents and {max(0.0, end_s - time.monotonic()):.0f} s to go"
        )
    return failed, stable_s


def _settings(server: KafkaServer, plan: Plan) -> Settings:
    return Settings(
        brokers=server.brokers,
        group=plan.name,
        group_protocol=plan.protocol,
        topics=named_topics(plan.name),
    )


def _make_topics(server: KafkaServer, settings: Settings, plan: Plan) -> None:
    """As an operator does."""
    names = msgspec.structs.asdict(settings.topics).items()
    words = ["topics", "apply", "--brokers", server.brokers, "--partitions", str(plan.partitions)]
    made = CliRunner().invoke(
        cli,
        [*words, "--replicas", str(server.replicas)],
        env={f"TAGGER_TOPIC_{role.upper()}": name for role, name in names},
        catch_exceptions=False,
    )
    if made.exit_code:
        raise RuntimeError(f"the topics were not made: {made.output}")
    server.until_in_sync()


def _until_read(settings: Settings, partitions: int) -> None:
    deadline_s = time.monotonic() + READ_S
    while unread(settings, partitions):
        if time.monotonic() > deadline_s:
            raise NotStableError("the workers do not read what was written")
        time.sleep(0.2)


def _last_at(feed: LiveFeed) -> int:
    return max(map(input_at, feed.lines))
