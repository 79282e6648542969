"""What `tagger topics` ends with: a job that applies must not fail for what needs no mending."""

import msgspec
import pytest
from click.testing import CliRunner, Result

from tagger.cli.main import cli
from tagger.stream.topic_plan import Action, Present, wanted_topics
from tagger.stream.topics import Topics

TOPICS = Topics()
PARTITIONS = 3


class Cluster:
    """Topics as they are, and what was done to them."""

    def __init__(self, copies: int) -> None:
        wanted = wanted_topics(TOPICS, PARTITIONS, copies, max_record_bytes=1_000_000)
        self.topics = {
            each.name: Present(each.partitions, each.settings, each.replicas) for each in wanted
        }
        self.done: list[str] = []

    def present(self, names: tuple[str, ...]) -> dict[str, Present]:
        return {name: self.topics[name] for name in names if name in self.topics}

    def carry_out(self, action: Action) -> None:
        self.done.append(action.topic)


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Cluster:
    """A cluster whose topics have one copy of each record."""
    found = Cluster(copies=1)
    monkeypatch.setattr("tagger.cli.topics.TopicAdmin", lambda _: found)
    return found


def topics(what: str, *, copies: int) -> Result:
    words = ["topics", what, "--brokers", "localhost:1", "--partitions", str(PARTITIONS)]
    return CliRunner().invoke(cli, [*words, "--replicas", str(copies)])


def test_nothing_to_do_is_well(cluster: Cluster) -> None:
    assert [topics(what, copies=1).exit_code for what in ("plan", "apply")] == [0, 0]
    assert cluster.done == []


def test_a_warning_is_a_finding_of_the_plan_and_no_failure_of_the_job(cluster: Cluster) -> None:
    planned, applied = (topics(what, copies=3) for what in ("plan", "apply"))
    assert (planned.exit_code, applied.exit_code) == (1, 0)
    count = f"{len(msgspec.structs.astuple(TOPICS))} to see to"
    for result in (planned, applied):
        assert "has 1 of 3 copies" in result.output
        assert result.output.splitlines()[-1] == count
    assert cluster.done == []


def test_what_can_be_done_is_done_beside_a_warning(cluster: Cluster) -> None:
    del cluster.topics[TOPICS.dead_letter]
    applied = topics("apply", copies=3)
    assert applied.exit_code == 0
    assert cluster.done == [TOPICS.dead_letter]
    assert applied.output.splitlines()[-1] == f"{TOPICS.dead_letter}: done"


def test_a_refusal_fails_the_job_and_nothing_is_done(cluster: Cluster) -> None:
    del cluster.topics[TOPICS.dead_letter]
    grown = msgspec.structs.replace(cluster.topics[TOPICS.browse], partitions=PARTITIONS + 1)
    cluster.topics[TOPICS.browse] = grown
    refused = topics("apply", copies=3)
    assert refused.exit_code == 1
    assert refused.output.splitlines()[-1] == "nothing was changed"
    assert cluster.done == []
