"""What operators are told when no broker lets them in."""

from pathlib import Path

import pytest
from confluent_kafka import KafkaError

from tagger.environment import Secret
from tagger.settings import Security, Settings
from tagger.stream.kafka.complaints import Complaints

LOGIN = (
    "sasl_ssl://one:9093/bootstrap: SASL authentication error: Authentication failed "
    "(after 318ms in state AUTH_REQ)"
)
ALERT = (
    "ssl://one:9093/bootstrap: Receive failed: error:0A000412:SSL routines::ssl/tls alert bad "
    "certificate: SSL alert number 42 (after 6ms in state APIVERSION_QUERY)"
)
UNTRUSTED = "ssl://127.0.0.1:1/bootstrap: SSL handshake failed: certificate verify failed"
NO_NAME = "ssl://one:9093/bootstrap: Failed to resolve 'one:9093': Name or service not known"
REFUSED = (
    "ssl://one:9093/1: Connect to ipv4#127.0.0.1:1 failed: Connection refused "
    "(after 0ms in state CONNECT)"
)


def complaints(certificate: Path | None = None) -> Complaints:
    """Of a client with a log-in."""
    security = Security(
        protocol="sasl_ssl",
        mechanism="PLAIN",
        username="ann",
        password=Secret("hidden"),
        certificate_path=certificate,
    )
    return Complaints(Settings(brokers="one:9093", security=security))


@pytest.mark.parametrize(
    ("code", "text", "turned_away", "told"),
    [
        (
            KafkaError._AUTHENTICATION,
            LOGIN,
            True,
            (
                "one:9093: the log-in as TAGGER_SASL_USERNAME=ann is refused (SASL authentication "
                "error: Authentication failed); check it, TAGGER_SASL_PASSWORD or its file, and "
                "TAGGER_SASL_MECHANISM=PLAIN"
            ),
        ),
        (
            KafkaError._SSL,
            UNTRUSTED,
            True,
            (
                "one:9093: TLS fails (SSL handshake failed: certificate verify failed); check the "
                "TAGGER_TLS_... variables"
            ),
        ),
        (
            KafkaError._TRANSPORT,
            ALERT,
            True,
            (
                "one:9093: the broker wants a certificate from us (bad certificate); set "
                "TAGGER_TLS_CERT and TAGGER_TLS_KEY"
            ),
        ),
        (
            KafkaError._RESOLVE,
            NO_NAME,
            False,
            (
                "Failed to resolve 'one:9093': Name or service not known; check TAGGER_BROKERS or "
                "--brokers"
            ),
        ),
        (
            KafkaError._TRANSPORT,
            REFUSED,
            False,
            (
                "no answer from one:9093: Connect to ipv4#127.0.0.1:1 failed: Connection refused; "
                "check the address, that the brokers are up, and that this listener speaks "
                "TAGGER_SECURITY_PROTOCOL=sasl_ssl"
            ),
        ),
    ],
)
def test_a_complaint_names_the_setting_to_look_at(
    code: int, text: str, turned_away: bool, told: str
) -> None:
    heard = complaints()
    heard.hear(KafkaError(KafkaError._ALL_BROKERS_DOWN, "1/1 brokers are down"))
    heard.hear(KafkaError(code, text))
    assert (heard.is_turned_away, heard.told()) == (turned_away, told)


def test_a_certificate_that_is_not_taken_is_named() -> None:
    heard = complaints(Path("client.pem"))
    heard.hear(KafkaError(KafkaError._TRANSPORT, REFUSED))
    heard.hear(KafkaError(KafkaError._TRANSPORT, ALERT))
    assert "does not take the certificate of TAGGER_TLS_CERT=client.pem" in heard.told()


def test_silence_is_told_with_what_the_client_says_in_the_end() -> None:
    failure = KafkaError(KafkaError._TIMED_OUT, "Local: Timed out")
    assert complaints().told(failure).startswith("no answer from one:9093: Local: Timed out; ")
    assert complaints().told().startswith("no answer from one:9093; check")
