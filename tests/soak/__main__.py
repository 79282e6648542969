"""Kills workers of a real Kafka cluster under load, and looks whether anything was lost or doubled:
`python -m tests.soak`.

Three workers, live traffic in order on all event topics, tags that come and go within seconds.
Again and again, when the group is stable: a worker is killed after 5 to 15 seconds, or dies at a
chosen point of its next checkpoint or restore, or is frozen beyond its session, or the broker is
killed and comes back. Afterwards every committed change is compared with the oracle's. Exit code 1
when they differ.
"""

import argparse
import logging
import random
import signal
import sys
import time
from pathlib import Path
from shutil import rmtree

import msgspec

from tagger.settings import Settings
from tagger.stream.topics import Topics
from tests.integration.kafka_server import KafkaServer

from .crew import Crew
from .feed import LiveFeed
from .verdict import Verdict, judge
from .worker import POINTS, RULES

FOLDER = Path(".cache/soak")
FROZEN_S = 9.0
TAIL_S = 30.0
"""Without traffic at the end, so that time alone has work."""


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=15.0, help="of traffic")
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--partitions", type=int, default=6)
    parser.add_argument("--customers", type=int, default=300)
    parser.add_argument("--rate", type=float, default=40.0, help="events a second")
    parser.add_argument("--seed", type=int, default=0, help="other accidents and events")
    parser.add_argument("--protocol", choices=["classic", "consumer"], default="classic")
    asked = parser.parse_args()
    logging.getLogger("tagger.kafka").addHandler(logging.NullHandler())
    rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    server = KafkaServer(FOLDER)
    server.start()
    try:
        verdict = run(server, asked)
    finally:
        server.stop()
    return 0 if verdict.is_right else 1


def run(server: KafkaServer, asked: argparse.Namespace) -> Verdict:
    """Traffic, accidents, and the verdict."""
    settings = Settings(brokers=server.brokers, group="soak", group_protocol=asked.protocol)
    server.create_topics(msgspec.structs.astuple(Topics()), asked.partitions)
    crew = Crew(settings, asked.workers, FOLDER)
    feed = LiveFeed(settings, asked.customers, asked.rate, asked.seed)
    try:
        for number in range(asked.workers):
            crew.start(number)
        crew.until_stable()
        feed.start()
        accidents(server, crew, feed, asked)
        for number in crew.dead():
            crew.start(number)
        crew.until_stable()
        feed.stop()
        until = max(event["occurred_at"] for event in feed.events) + round(TAIL_S * 1_000)
        say(f"traffic ends after {len(feed.events):,} events; {TAIL_S:.0f} s of time alone")
        time.sleep(max(0.0, until / 1_000 + 5 - time.time()))
    finally:
        crew.stop()
        feed.stop()
    events = sorted(feed.events, key=lambda event: int(event["occurred_at"]))
    verdict = judge(settings, asked.partitions, RULES, events, until)
    for line in verdict.examples:
        say(line)
    say(
        f"{crew.kills + crew.deaths} kills ({crew.deaths} at armed points), "
        f"{crew.ends} ends by themselves, {len(feed.events):,} events, "
        f"{verdict.committed:,} records committed: {verdict.lost} lost, {verdict.doubled} doubled, "
        f"{verdict.gaps} gaps, {verdict.unfolded} customers with other current tags"
    )
    return verdict


def accidents(server: KafkaServer, crew: Crew, feed: LiveFeed, asked: argparse.Namespace) -> None:
    """One after the other, until the time is over."""
    draw = random.Random(asked.seed)
    end_s = time.monotonic() + asked.minutes * 60
    while time.monotonic() < end_s:
        crew.until_stable()
        time.sleep(draw.uniform(5, 15))
        victim = draw.randrange(asked.workers)
        kind = draw.choices(("kill", "point", "freeze", "broker"), (4, 4, 1, 1))[0]
        if kind == "freeze":
            crew.signal(victim, signal.SIGSTOP)
            time.sleep(FROZEN_S)
            crew.signal(victim, signal.SIGCONT)
        elif kind == "broker":
            feed.pause()
            server.restart()
            feed.resume()
        else:
            crew.signal(victim, signal.SIGKILL)
        time.sleep(draw.choice((0.0, 0.0, 8.0)))
        for number in crew.dead():
            point = draw.choice(POINTS) if kind == "point" else ""
            crew.start(
                number, point, draw.randrange(3) if point == "restoring" else draw.randrange(80)
            )
        left_s = max(0.0, end_s - time.monotonic())
        say(
            f"{kind} of {victim}; {crew.kills + crew.deaths} kills, {len(feed.events):,} events, "
            f"{left_s:.0f} s left"
        )


def say(line: str) -> None:
    """Print, whoever reads."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
