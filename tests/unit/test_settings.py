"""What operators may set, and what they are told when it does not do."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tagger.environment import Secret, SettingsError
from tagger.settings import Security, Settings
from tagger.stream.changelog_record import READABLE
from tagger.stream.kafka.clients import (
    admin,
    changelog_reader,
    connection,
    group_config,
    producer,
)

BROKERS = {"TAGGER_BROKERS": "one:9092"}
SASL = BROKERS | {
    "TAGGER_SECURITY_PROTOCOL": "sasl_ssl",
    "TAGGER_SASL_MECHANISM": "SCRAM-SHA-512",
    "TAGGER_SASL_USERNAME": "ann",
}


def _faults(environment: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as raised:
        Settings.from_environment(environment)
    return raised.value.faults


def test_brokers_are_enough() -> None:
    assert Settings.from_environment(BROKERS) == Settings(brokers="one:9092")


def test_an_argument_goes_before_its_variable() -> None:
    assert Settings.from_environment(BROKERS, "two:9092").brokers == "two:9092"


def test_all_faults_are_told_at_once_with_variable_and_remedy() -> None:
    assert _faults(
        {
            "TAGGER_GROUP_PROTOCOL": "streams",
            "TAGGER_CHECKPOINT_MS": "fast",
            "TAGGER_TLS_CA": "no/such/file",
            "TAGGER_WEB_PORT": "70000",
        }
    ) == [
        "TAGGER_BROKERS: missing; write host:port, several with commas between",
        "TAGGER_GROUP_PROTOCOL: 'streams' is unknown; write classic or consumer",
        "TAGGER_TLS_CA: nothing at 'no/such/file'; write the path of a PEM file",
        "TAGGER_CHECKPOINT_MS: 'fast' does not do; write a whole number from 10 to 60000",
        "TAGGER_WEB_PORT: '70000' does not do; write a whole number from 0 to 65535",
    ]


def test_the_state_version_is_one_that_the_program_reads() -> None:
    variable = "TAGGER_STATE_VERSION"
    told = [BROKERS | {variable: f"{version}"} for version in READABLE]
    assert [Settings.from_environment(each).state_version for each in told] == [*READABLE]
    (fault,) = _faults(BROKERS | {variable: "1"})
    assert fault == "TAGGER_STATE_VERSION: '1' is unknown; write 2 or 3"


def test_topic_names_are_settings() -> None:
    settings = Settings.from_environment(BROKERS | {"TAGGER_TOPIC_TAG_CHANGE": "mine"})
    assert settings.topics.tag_change == "mine"
    assert settings.topics.purchase == "crm.purchase.v1"


def test_one_topic_name_for_two_roles_is_refused() -> None:
    (fault,) = _faults(BROKERS | {"TAGGER_TOPIC_DEAD_LETTER": "crm.purchase.v1"})
    variables, _, told = fault.partition(":")
    assert set(variables.split(", ")) == {"TAGGER_TOPIC_PURCHASE", "TAGGER_TOPIC_DEAD_LETTER"}
    assert "'crm.purchase.v1'" in told


def test_records_may_be_as_large_as_the_client_takes() -> None:
    variable = "TAGGER_MAX_RECORD_BYTES"
    producer(Settings.from_environment(BROKERS | {variable: "500000000"}))
    (fault,) = _faults(BROKERS | {variable: "500000001"})
    assert fault.startswith(f"{variable}: ")


@pytest.mark.parametrize("make", [producer, admin, changelog_reader])
def test_what_the_client_refuses_names_the_variables_to_check(
    make: Callable[[Settings], object], tmp_path: Path
) -> None:
    junk = tmp_path / "ca.pem"
    junk.write_text("junk")
    settings = Settings(brokers="b", security=Security(protocol="ssl", ca_path=junk))
    with pytest.raises(SettingsError, match=r"ssl\.ca\.location failed.*TAGGER_TLS_"):
        make(settings)


@pytest.mark.parametrize("from_file", [True, False])
def test_a_secret_reaches_the_client_and_nobody_else(tmp_path: Path, from_file: bool) -> None:
    hidden = "s3cr\u00e9t value"
    file = tmp_path / "password"
    file.write_text(hidden + "\n", encoding="utf-8")
    given = (
        {"TAGGER_SASL_PASSWORD_FILE": str(file)} if from_file else {"TAGGER_SASL_PASSWORD": hidden}
    )
    settings = Settings.from_environment(SASL | given)
    assert hidden not in repr(settings)
    assert hidden not in str(settings)
    config = connection(settings)
    assert hidden not in repr(config)
    password = config["sasl.password"]
    assert isinstance(password, Secret)
    assert password.reveal() == hidden


def test_faults_never_quote_a_secret(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_bytes(b"\xff\xfe")
    both = {"TAGGER_SASL_PASSWORD": "hidden", "TAGGER_SASL_PASSWORD_FILE": str(file)}
    faults = _faults(SASL | both)
    assert [fault.partition(":")[0] for fault in faults] == [
        "TAGGER_SASL_PASSWORD, TAGGER_SASL_PASSWORD_FILE",
        "TAGGER_SASL_PASSWORD_FILE",
    ]
    assert "hidden" not in "".join(faults)


def test_sasl_names_what_is_missing() -> None:
    assert _faults(SASL) == ["TAGGER_SASL_PASSWORD: needed with TAGGER_SECURITY_PROTOCOL=sasl_ssl"]


@pytest.mark.parametrize(
    ("more", "variable"),
    [
        ({"TAGGER_INSTANCE": "w1", "TAGGER_GROUP_PROTOCOL": "consumer"}, "TAGGER_INSTANCE"),
        ({"TAGGER_ENCODING": "registry"}, "TAGGER_REGISTRY_URL, TAGGER_SCHEMA_IDS"),
    ],
)
def test_settings_that_do_not_go_together_are_refused(more: dict[str, str], variable: str) -> None:
    (fault,) = _faults(BROKERS | more)
    assert fault.startswith(f"{variable}: ")


def test_both_group_protocols_assign_by_range() -> None:
    classic = group_config(Settings(brokers="b", instance="w1"))
    assert classic["partition.assignment.strategy"] == "range"
    assert classic["group.instance.id"] == "w1"
    modern = group_config(Settings(brokers="b", group_protocol="consumer"))
    assert (modern["group.protocol"], modern["group.remote.assignor"]) == ("consumer", "range")
    assert "session.timeout.ms" not in modern
