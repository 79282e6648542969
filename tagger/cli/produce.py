"""`tagger produce`: event files into the input topics."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator

import click
import msgspec

from tagger.cli.arguments import Instant, brokers_option
from tagger.cli.cluster import ids_needed, ids_of, on_stop, quiet_client, settings_of
from tagger.cli.console import DONE, FINDINGS, CommandError, columns, metered, output
from tagger.cli.inputs import EventInput
from tagger.codecs.encode import Encoder
from tagger.codecs.event_files import STDIN
from tagger.codecs.json_fields import TIMES
from tagger.codecs.wire import STRUCTS, Input
from tagger.engine.driver import instant_of
from tagger.environment import SettingsError
from tagger.settings import Settings
from tagger.stream.kafka.feed import Feed, FeedError, FeedRecord, feed_records
from tagger.stream.kafka.preflight import TopicsError, input_partitions

_STOPPED = 130


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--rate", type=click.FloatRange(min=0, min_open=True), help="Events per second.")
@click.option(
    "--end-at",
    type=Instant(allow_now=True),
    help="Move all times by one distance, so that the last event is at this instant or now.",
)
@brokers_option
@click.pass_context
def produce(
    ctx: click.Context,
    files: tuple[str, ...],
    rate: float | None,
    end_at: int | None,
    brokers: str | None,
) -> None:
    """Write event files into the input topics, in the order of files, then lines.

    A bad line is reported and left out, and the exit code is 1. FILE may be - for standard input.

    \b
    Example, last year's events as if they ended now, 500 a second:
      tagger produce --brokers localhost:9092 --rate 500 --end-at now events.jsonl.zst
    """
    settings = settings_of(brokers)
    quiet_client()
    producing = _Producing(settings, rate)
    by_ms = 0 if end_at is None else _distance(files, end_at)
    events = EventInput(files)
    with metered("Sending") as meter:
        producing.send(moved(record, by_ms) for record in events.read(meter))
    for line in columns(("topic", "records"), producing.table(), right=("records",)):
        output().print(line)
    ctx.exit(_STOPPED if producing.stopped else FINDINGS if events.bad_lines else DONE)


class _Producing:
    """Writes events, and counts them by topic; Ctrl-C and SIGTERM end it between two events."""

    def __init__(self, settings: Settings, rate: float | None) -> None:
        """Raises CommandError when the topics are not as they have to be."""
        try:
            input_partitions(settings, "producer")
        except (TopicsError, SettingsError) as error:
            raise CommandError(str(error)) from error
        self.stopped = False
        self._settings = settings
        with ids_needed():
            inputs = tuple(STRUCTS.values())
            self._encoder = Encoder(settings.encoding, ids_of(settings), records=inputs)
        self._feed = Feed(settings, rate=rate)
        self._feed.end_history()
        self._written: Counter[str] = Counter()

    def send(self, records: Iterable[Input]) -> None:
        """Returns when all are acknowledged. Raises CommandError."""
        try:
            with on_stop(self._stop):
                self._feed.write(self._stamped(records))
        except FeedError as error:
            raise CommandError(f"{self._settings.brokers}: {error}") from error

    def table(self) -> Iterator[tuple[str, str]]:
        """Topics with the number of their records."""
        for topic, count in sorted(self._written.items()):
            yield topic, f"{count:,}"

    def _stamped(self, records: Iterable[Input]) -> Iterator[FeedRecord]:
        """Records with the time of writing: by that of old events a topic's retention would
        remove them at once."""
        for record in feed_records(records, self._settings.topics, self._encoder):
            yield msgspec.structs.replace(record, at=time.time_ns() // 1_000_000)
            self._written[record.topic] += 1

    def _stop(self) -> None:
        self.stopped = True
        self._feed.halt()


def moved(record: Input, by_ms: int) -> Input:
    """`record` with all its times moved by `by_ms`."""
    if by_ms == 0:
        return record
    times = {name: getattr(record, name) for (name,) in TIMES[type(record)]}
    later = {name: at + by_ms for name, at in times.items() if at is not None}
    return msgspec.structs.replace(record, **later)


def _distance(files: tuple[str, ...], end_at: int) -> int:
    """By how much all times are to be moved. Reads the files once."""
    if STDIN in files:
        raise CommandError("--end-at reads the events twice; give it files, not standard input")
    with metered("Reading") as meter:
        last_at = max(map(instant_of, EventInput(files, quiet=True).read(meter)), default=end_at)
    return end_at - last_at
