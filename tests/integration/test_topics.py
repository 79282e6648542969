"""`tagger topics` against a real cluster."""

import pytest
from click.testing import CliRunner, Result
from confluent_kafka.admin import AdminClient

from tagger.cli.main import cli
from tagger.stream.topics import Topics

from .kafka_server import KafkaServer
from .partitions import add_partitions

pytestmark = [pytest.mark.service, pytest.mark.xdist_group("kafka")]

PREFIX = "planned"
NAMES = {f"TAGGER_TOPIC_{role.upper()}": f"{PREFIX}.{role}" for role in Topics.__struct_fields__}


def run(server: KafkaServer, what: str, partitions: int = 3) -> Result:
    words = ["topics", what, "--brokers", server.brokers, "--replicas", "1"]
    return CliRunner().invoke(cli, [*words, "--partitions", str(partitions)], env=NAMES)


def test_a_plan_is_made_true_and_a_split_of_customers_is_refused(
    kafka_server: KafkaServer,
) -> None:
    planned = run(kafka_server, "plan")
    assert (planned.exit_code, planned.output.splitlines()[-1]) == (1, "13 to create")
    assert run(kafka_server, "apply").exit_code == 0
    again = run(kafka_server, "plan")
    assert (again.exit_code, again.output) == (0, "all topics are as they should be\n")

    for what, exit_code in (("plan", 1), ("apply", 0)):
        words = ["topics", what, "--brokers", kafka_server.brokers]
        bare = CliRunner().invoke(cli, words, env=NAMES)
        assert (bare.exit_code, bare.output.splitlines()[-1]) == (exit_code, "13 to see to")
        assert "has 1 of 3 copies" in bare.output

    admin = AdminClient({"bootstrap.servers": kafka_server.brokers})
    browse = f"{PREFIX}.browse"
    add_partitions(admin, 5, browse)
    refused = run(kafka_server, "apply")
    assert refused.exit_code == 1
    assert "it has 5 partitions, not 3" in refused.output
    assert refused.output.endswith("nothing was changed\n")


def test_an_unreachable_cluster_is_told_in_a_sentence() -> None:
    result = CliRunner().invoke(cli, ["topics", "plan", "--brokers", "127.0.0.1:1"])
    assert result.exit_code == 2
    assert "no answer from 127.0.0.1:1: " in result.output
