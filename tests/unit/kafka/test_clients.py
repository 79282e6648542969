"""What clients are given: secrets that nobody else sees, and room for every record."""

import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from tagger.environment import Secret, SettingsError
from tagger.settings import GroupProtocol, Security, Settings
from tagger.stream.kafka import changelog_calls, clients, handover, reader
from tagger.stream.limits import producer_bytes

HIDDEN = "hidden-in-the-client"


def make_group_member(settings: Settings) -> object:
    """The subscribed consumer."""
    return clients.group_member(clients.group_config(settings))


def make_lone_reader(settings: Settings) -> object:
    """A reader of a command."""
    return clients.lone_reader(settings, "name", {"enable.partition.eof": True})


def make_transactional(settings: Settings) -> object:
    """The producer of checkpoints."""
    return clients.transactional_producer(settings, "name")


MAKERS = [
    make_group_member,
    make_lone_reader,
    make_transactional,
    clients.producer,
    clients.changelog_reader,
    clients.admin,
]


def secure(ca_path: Path | None = None) -> Settings:
    """Settings with a log-in."""
    security = Security(
        protocol="sasl_ssl",
        mechanism="PLAIN",
        username="ann",
        password=Secret(HIDDEN),
        ca_path=ca_path,
    )
    return Settings(brokers="localhost:1", security=security)


@pytest.mark.parametrize("make", MAKERS)
def test_no_variable_of_a_failure_holds_a_secret(
    make: Callable[[Settings], object], tmp_path: Path
) -> None:
    junk = tmp_path / "ca.pem"
    junk.write_text("junk")
    with pytest.raises(SettingsError) as raised:
        make(secure(ca_path=junk))
    whole = traceback.TracebackException.from_exception(raised.value, capture_locals=True)
    text = "".join(whole.format())
    assert "Secret(***)" in text
    assert HIDDEN not in text


@pytest.mark.parametrize("make", MAKERS)
def test_a_client_takes_its_secret(make: Callable[[Settings], object]) -> None:
    """It refuses whatever is no text."""
    assert make(secure()) is not None


def test_what_hears_why_brokers_are_away_keeps_the_log_quiet(
    caplog: pytest.LogCaptureFixture,
) -> None:
    heard: list[str] = []
    admin = clients.admin(Settings(brokers="127.0.0.1:1"), lambda error: heard.append(error.name()))
    while "_ALL_BROKERS_DOWN" not in heard:
        admin.poll(0.1)
    assert caplog.records == []


def test_a_reader_takes_the_largest_record_that_may_be_set() -> None:
    largest = producer_bytes(500_000_000)
    settings = Settings(brokers="one:9092")
    config = clients.group_config(settings)
    assert int(str(config["receive.message.max.bytes"])) > largest
    assert clients.group_member(config) is not None


@pytest.mark.parametrize("protocol", ["classic", "consumer"])
def test_a_member_is_waited_for_longer_than_it_ever_takes_between_polls_and_not_much_longer(
    protocol: GroupProtocol,
) -> None:
    config = clients.group_config(Settings(brokers="b", group_protocol=protocol))
    assert clients.group_member(config) is not None
    interval_ms = config["max.poll.interval.ms"]
    assert isinstance(interval_ms, int)
    longest_s = reader.LONGEST_STOP_S + handover.GIVE_AWAY_S + changelog_calls.BREAK_OFF_S
    assert 3 * longest_s <= interval_ms / 1_000 <= 60
