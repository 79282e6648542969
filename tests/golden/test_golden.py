"""The recorded logs give the changes that were written down, in whatever way they are played."""

import json

import pytest

from .logs import changes_of, log_of, names
from .playing import changes, difference, variations

WAYS = list(variations(log_of(names()[0])))


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("way", WAYS)
def test_a_recorded_log_gives_the_changes_that_were_written_down(name: str, way: str) -> None:
    recording = log_of(name)
    told = difference(changes_of(name), changes(recording, variations(recording)[way]))
    if told:
        pytest.fail(
            f"{name}, played {way}, gives other changes; if that is meant, run"
            f" python -m tests.golden --write\n{told}",
            pytrace=False,
        )


def test_the_logs_are_about_all_that_can_set_off_a_change() -> None:
    causes = {json.loads(line)["cause"] for name in names() for line in changes_of(name)}
    assert causes >= {"event", "time", "ttl", "manual", "correction"}


def test_a_difference_names_the_change_and_what_is_other_about_it() -> None:
    expected = changes_of("midnight")[:2]
    other = json.loads(expected[1])
    other["effective_at"] = "2026-01-01T00:00:00.000Z"
    told = difference(expected, [expected[0], json.dumps(other)]).splitlines()
    lost = [line for line in told if line.startswith("-") and other["customer_id"] in line]
    new = [line for line in told if line.startswith("+") and "at 2026-01-01T00:00:00.000Z" in line]
    assert (len(lost), len(new)) == (1, 1)
    assert difference(expected, expected) == ""
