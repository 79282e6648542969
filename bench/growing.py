"""How long customers take to move to more partitions: `python -m bench.growing`, or `make growing`.

A broker is filled with profiles as a worker would have left them, then `tagger topics migrate` does
its work: it copies them in one transaction and reads them back. Tag changes stand still for that
long, and for the restart of the workers.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from confluent_kafka import TopicPartition

from bench.machine import machine_text
from tagger.engine.profile import Profile, SeriesState
from tagger.engine.profile_codec import encode_profile
from tagger.settings import Settings
from tagger.stream import changelog_record
from tagger.stream.kafka import clients
from tagger.stream.kafka.migration import Migration
from tagger.stream.kafka.migration_look import look
from tagger.stream.kafka.sender import Sender
from tagger.stream.kafka.topic_admin import TopicAdmin
from tagger.stream.log import Output
from tagger.stream.metadata import ClockMetadata
from tagger.stream.murmur2 import partition_of
from tagger.stream.repartition import topics_after
from tagger.stream.topic_plan import actions, successors, wanted_topics
from tests.integration.kafka_server import KafkaServer, KafkaServerError

TIMEOUT_MS = 900_000
BATCH = 20_000
PURCHASES = 12
DAY_MS = 86_400_000


def fill(settings: Settings, profiles: int, partitions: int) -> int:
    """Write profiles and the group's positions; gives the bytes of a record."""
    admin = TopicAdmin(settings)
    wanted = wanted_topics(settings.topics, partitions, 1, settings.max_record_bytes)
    for action in actions(wanted, {}):
        admin.carry_out(action)
    sender, size = Sender(settings), 0
    for start in range(0, profiles, BATCH):
        batch = list(_records(settings, range(start, min(start + BATCH, profiles)), partitions))
        sender.send(batch)
        size = len(batch[-1].value or b"")
    metadata = ClockMetadata(frontier=PURCHASES * DAY_MS, partitions=partitions).encode()
    consumer = clients.changelog_reader(settings)
    for topic in settings.topics.inputs():
        positions = [TopicPartition(topic, n, 0, metadata=metadata) for n in range(partitions)]
        consumer.commit(offsets=positions, asynchronous=False)
    consumer.close()
    return size


def _records(settings: Settings, numbers: range, partitions: int) -> Iterator[Output]:
    offsets = changelog_record.encode_offsets({})
    for number in numbers:
        times = [DAY_MS * each + number for each in range(PURCHASES)]
        series = SeriesState(times=times, values=[*range(1_000, 1_000 + PURCHASES)])
        profile = Profile(
            f"customer-{number}", times[0], times[-1], sequence=7, series={"spend": series}
        )
        key = profile.customer_id.encode()
        yield Output(
            settings.topics.profile_changelog,
            key,
            changelog_record.encode(profile, encode_profile(profile), offsets),
            partition=partition_of(key, partitions),
        )


class Measured(NamedTuple):
    """How many profiles were moved, in how many seconds, and with how much processor time of this
    process, the brokers' left out."""

    profiles: int
    seconds: float
    cpu_s: float


def move(settings: Settings, after: int) -> Measured:
    """Move everybody."""
    new = topics_after(settings.topics, f"-p{after}")
    began_s, began_cpu_s = time.monotonic(), time.process_time()
    migration, admin = Migration(settings, TIMEOUT_MS), TopicAdmin(settings)
    migration.begin()
    found = look(settings, new, after)
    present = admin.present([*found.old_names(), *found.new_names()])
    made = successors(found.old, new, after, present, settings.max_record_bytes)
    for action in made:
        admin.carry_out(action)
    moved = migration.carry_out(found)
    return Measured(moved.profiles, time.monotonic() - began_s, time.process_time() - began_cpu_s)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure once. 1 when profiles are missing afterwards, 2 when nothing could be measured."""
    parser = argparse.ArgumentParser(prog="python -m bench.growing", description=__doc__)
    parser.add_argument("--profiles", type=int, default=1_000_000)
    parser.add_argument("--before", type=int, default=8, help="partitions")
    parser.add_argument("--after", type=int, default=32, help="partitions")
    options = parser.parse_args(arguments)
    with TemporaryDirectory() as folder:
        server = KafkaServer(Path(folder))
        try:
            server.start()
            settings = Settings(brokers=server.brokers)
            size = fill(settings, options.profiles, options.before)
            measured = move(settings, options.after)
        except KafkaServerError as error:
            sys.stderr.write(f"{error}\n")
            return 2
        finally:
            server.stop()
    profiles, seconds, cpu_s = measured
    sys.stdout.write(
        f"{machine_text()}\n{profiles} profiles of {size} bytes, from {options.before} to "
        f"{options.after} partitions: {seconds:.1f} s, {profiles / seconds:.0f} profiles/s, "
        f"{1e6 * cpu_s / profiles:.0f} us of processor time each\n"
    )
    return 0 if profiles == options.profiles else 1


if __name__ == "__main__":
    sys.exit(main())
