"""What a client complains about while it reaches no broker, as sentences for the operator.

The client says what it saw; which setting that comes from is said here. Its words about
certificates are the same for whatever is wrong with one, so the broker is asked for it once more,
by the standard library, which knows the reason. Usernames are shown, secrets never.
"""

import re
import socket
import ssl

from confluent_kafka import KafkaError

from tagger.settings import Settings

PROBE_S = 3.0

_AUTHENTICATION = KafkaError._AUTHENTICATION  # noqa: SLF001 - how the client spells its own codes
_TLS = KafkaError._SSL  # noqa: SLF001
_RESOLVE = KafkaError._RESOLVE  # noqa: SLF001
_TRANSPORT = KafkaError._TRANSPORT  # noqa: SLF001
_ADDRESS = re.compile(r"^\w+://(?P<host>[^\s/]+):(?P<port>\d+)(/\w+)?: ")
_WHEN = re.compile(r" \(after \d+ms in state \w+\)$")
_ALERT = re.compile(r"tls alert (?P<what>[\w ]+)")


class Complaints:
    """Give `hear` to a client as its `error_cb`, and poll it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._heard: dict[int, str] = {}
        self._alert: str | None = None

    def hear(self, error: KafkaError) -> None:
        """Keep the first of its kind; what a broker says of our certificate is a kind by itself."""
        alert = _ALERT.search(error.str())
        if alert is None:
            self._heard.setdefault(error.code(), error.str())
        else:
            self._alert = self._alert or alert["what"]

    @property
    def is_turned_away(self) -> bool:
        """Whether a broker answered and there is no agreement: time alone will not mend it."""
        return bool(self._heard.keys() & {_AUTHENTICATION, _TLS}) or self._alert is not None

    def told(self, failure: KafkaError | None = None) -> str:
        """A sentence: who does not answer, why, and where to look. `failure` is what the client
        says in the end, where it says anything."""
        brokers = self._settings.brokers
        if _AUTHENTICATION in self._heard:
            return f"{brokers}: {self._of_login(self._heard[_AUTHENTICATION])}"
        if _TLS in self._heard:
            return f"{brokers}: {self._of_certificate(self._heard[_TLS])}"
        if self._alert is not None:
            return f"{brokers}: {self._of_alert(self._alert)}"
        if _RESOLVE in self._heard:
            return f"{_plain(self._heard[_RESOLVE])}; check TAGGER_BROKERS or --brokers"
        why = _plain(self._heard[_TRANSPORT]) if _TRANSPORT in self._heard else ""
        why = why or (failure.str() if failure is not None else "")
        protocol = self._settings.security.protocol
        return (
            f"no answer from {brokers}{f': {why}' if why else ''}; check the address, that the "
            f"brokers are up, and that this listener speaks TAGGER_SECURITY_PROTOCOL={protocol}"
        )

    def _of_login(self, text: str) -> str:
        security = self._settings.security
        return (
            f"the log-in as TAGGER_SASL_USERNAME={security.username} is refused ({_plain(text)}); "
            f"check it, TAGGER_SASL_PASSWORD or its file, and "
            f"TAGGER_SASL_MECHANISM={security.mechanism}"
        )

    def _of_certificate(self, text: str) -> str:
        address = _ADDRESS.match(text)
        reason = self._probed(address["host"], int(address["port"])) if address else None
        if reason is None:
            return f"TLS fails ({_plain(text)}); check the TAGGER_TLS_... variables"
        path = self._settings.security.ca_path
        trusted = (
            f"TAGGER_TLS_CA={path}" if path else "this machine's own list, for no TAGGER_TLS_CA"
        )
        return (
            f"the broker's certificate is not trusted ({reason}); it must be signed by an "
            f"authority of {trusted}, be valid today and name the host of TAGGER_BROKERS"
        )

    def _of_alert(self, alert: str) -> str:
        path = self._settings.security.certificate_path
        if path is None:
            return (
                f"the broker wants a certificate from us ({alert}); "
                "set TAGGER_TLS_CERT and TAGGER_TLS_KEY"
            )
        return (
            f"the broker does not take the certificate of TAGGER_TLS_CERT={path} ({alert}); it "
            "must be signed by an authority that the brokers trust, and be valid today"
        )

    def _probed(self, host: str, port: int) -> str | None:
        """What is wrong with the certificate that a broker shows; None when that cannot be said."""
        path = self._settings.security.ca_path
        try:
            context = ssl.create_default_context(
                cafile=None if path is None or path.is_dir() else path,
                capath=path if path is not None and path.is_dir() else None,
            )
            with (
                socket.create_connection((host, port), timeout=PROBE_S) as plain,
                context.wrap_socket(plain, server_hostname=host),
            ):
                return None
        except ssl.SSLCertVerificationError as error:
            return error.verify_message.rstrip(".")
        except OSError:
            return None


def _plain(text: str) -> str:
    """The client's words without its address and its timing."""
    return _WHEN.sub("", _ADDRESS.sub("", text))
