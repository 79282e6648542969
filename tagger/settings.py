"""What an operator may choose: frozen settings from `TAGGER_*` environment variables.

Every variable is optional but `TAGGER_BROKERS`. A secret may stand in a file instead, named by
the variable with `_FILE` behind it. All faults are told at once, each with its variable and what
to write; no message and no `repr` ever shows a secret.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import msgspec

from tagger.environment import Reader, Secret, SettingsError
from tagger.registry_access import RegistryAccess, registry_access
from tagger.stream.changelog_record import READABLE
from tagger.stream.topics import Topics

GroupProtocol = Literal["classic", "consumer"]
SecurityProtocol = Literal["plaintext", "ssl", "sasl_plaintext", "sasl_ssl"]
SaslMechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]
Encoding = Literal["single-object", "registry", "json"]
Guarantee = Literal["exactly_once", "at_least_once"]
Compression = Literal["none", "lz4", "zstd", "snappy", "gzip"]

SASL_MECHANISMS: tuple[SaslMechanism, ...] = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")


@dataclass(frozen=True, kw_only=True)
class Security:
    """How to reach the brokers. Paths are PEM files; None leaves the choice to the client."""

    protocol: SecurityProtocol = "plaintext"
    mechanism: SaslMechanism | None = None
    username: str | None = None
    password: Secret | None = None
    ca_path: Path | None = None
    certificate_path: Path | None = None
    key_path: Path | None = None
    key_password: Secret | None = None


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All settings of a worker. Durations are milliseconds, sizes bytes.

    `grace_ms`: how far behind the newest record, or the clock, a shard's frontier stays.
    `max_skew_ms`: how far after its record's timestamp an event may say it happened.
    `exact_events`: over how many of the newest events of each kind a customer's sums are exact, the
    same for all workers. `schema_ids`, `registry`: who knows the ids of records in a registry's
    framing; the first is asked first.
    `strict_json`: unknown JSON fields are errors. `instance` makes the group member a static one
    (classic protocol only).
    `state_dir`: where the profiles of a worker are kept on disk, below the group's name.
    `cached_profiles`: how many of them are kept in memory, `block_cache_bytes`: how much of what is
    read from disk.
    `state_version`: what the state of each shard is at least written in, None for as it is.
    `guarantee` is no choice of an operator's: only the embedded broker, which has no transactions,
    gets less than exactly once.
    """

    brokers: str
    group: str = "tagger"
    group_protocol: GroupProtocol = "classic"
    instance: str | None = None
    security: Security = field(default_factory=Security)
    topics: Topics = field(default_factory=Topics)
    encoding: Encoding = "single-object"
    compression: Compression = "lz4"
    checkpoint_ms: int = 100
    grace_ms: int = 2_000
    max_skew_ms: int = 300_000
    max_record_bytes: int = 1_000_000
    exact_events: int = 512
    schema_ids: Path | None = None
    registry: RegistryAccess | None = None
    strict_json: bool = False
    state_dir: Path = Path("tagger-state")
    cached_profiles: int = 50_000
    block_cache_bytes: int = 134_217_728
    state_version: int | None = None
    web_host: str = "0.0.0.0"  # noqa: S104 - probes and scrapes come from other machines
    web_port: int = 8080
    guarantee: Guarantee = "exactly_once"

    @classmethod
    def from_environment(
        cls, environment: Mapping[str, str], brokers: str | None = None
    ) -> "Settings":
        """Settings of `environment`; `brokers` goes before its variable.

        Raises SettingsError with every fault.
        """
        read = Reader(environment)
        settings = cls.read(read, brokers)
        if read.faults:
            raise SettingsError(read.faults)
        return settings

    @classmethod
    def read(cls, read: Reader, brokers: str | None = None) -> "Settings":
        """Settings as `read` finds them, which is told every fault."""
        settings = cls(
            brokers=brokers or read.required("BROKERS", "host:port, several with commas between"),
            group=read.text("GROUP", cls.group),
            group_protocol=read.choice(
                "GROUP_PROTOCOL", ("classic", "consumer"), cls.group_protocol
            ),
            instance=read.optional("INSTANCE"),
            security=_security(read),
            topics=topics_of(read),
            encoding=read.choice("ENCODING", ("single-object", "registry", "json"), cls.encoding),
            compression=read.choice(
                "COMPRESSION", ("none", "lz4", "zstd", "snappy", "gzip"), cls.compression
            ),
            checkpoint_ms=read.whole("CHECKPOINT_MS", cls.checkpoint_ms, 10, 60_000),
            grace_ms=read.whole("GRACE_MS", cls.grace_ms, 0, 86_400_000),
            max_skew_ms=read.whole("MAX_SKEW_MS", cls.max_skew_ms, 0, 86_400_000),
            max_record_bytes=read.whole(
                "MAX_RECORD_BYTES", cls.max_record_bytes, 1_024, 500_000_000
            ),
            exact_events=read.whole("EXACT_EVENTS", cls.exact_events, 64, 8_192),
            schema_ids=read.path("SCHEMA_IDS", "a file or folder of schema ids"),
            registry=registry_access(read),
            strict_json=read.switch("STRICT_JSON", default=cls.strict_json),
            state_dir=Path(read.text("STATE_DIR", str(cls.state_dir))),
            cached_profiles=read.whole("CACHED_PROFILES", cls.cached_profiles, 100, 100_000_000),
            block_cache_bytes=read.whole(
                "BLOCK_CACHE_BYTES", cls.block_cache_bytes, 1_048_576, 1_099_511_627_776
            ),
            state_version=_state_version(read),
            web_host=read.text("WEB_HOST", cls.web_host),
            web_port=read.whole("WEB_PORT", cls.web_port, 0, 65_535),
        )
        if settings.instance is not None and settings.group_protocol == "consumer":
            read.faults.append(
                "TAGGER_INSTANCE: static members need TAGGER_GROUP_PROTOCOL=classic; "
                "remove one of the two"
            )
        if settings.encoding == "registry" and not (settings.schema_ids or settings.registry):
            read.faults.append(
                "TAGGER_REGISTRY_URL, TAGGER_SCHEMA_IDS: one of them is needed with "
                "TAGGER_ENCODING=registry"
            )
        return settings


def topics_of(read: Reader) -> Topics:
    """The names of the topics; faults go to `read`."""
    topics = Topics(
        **{
            role.name: read.text(f"TOPIC_{role.name.upper()}", str(role.default))
            for role in msgspec.structs.fields(Topics)
        }
    )
    read.faults += _shared_names(topics)
    return topics


def _state_version(read: Reader) -> int | None:
    found = read.choice("STATE_VERSION", tuple(map(str, READABLE)), None)
    return None if found is None else int(found)


def _shared_names(topics: Topics) -> list[str]:
    """A fault for each topic name that stands for several roles: a worker would read what it
    writes, without end."""
    roles: dict[str, list[str]] = {}
    for role, name in msgspec.structs.asdict(topics).items():
        roles.setdefault(name, []).append(f"TAGGER_TOPIC_{role.upper()}")
    return [
        f"{', '.join(variables)}: all are {name!r}; give each a topic of its own"
        for name, variables in roles.items()
        if len(variables) > 1
    ]


def _security(read: Reader) -> Security:
    security = Security(
        protocol=read.choice(
            "SECURITY_PROTOCOL",
            ("plaintext", "ssl", "sasl_plaintext", "sasl_ssl"),
            Security.protocol,
        ),
        mechanism=read.choice("SASL_MECHANISM", SASL_MECHANISMS, None),
        username=read.optional("SASL_USERNAME"),
        password=read.secret("SASL_PASSWORD"),
        ca_path=read.path("TLS_CA", "a PEM file"),
        certificate_path=read.path("TLS_CERT", "a PEM file"),
        key_path=read.path("TLS_KEY", "a PEM file"),
        key_password=read.secret("TLS_KEY_PASSWORD"),
    )
    if security.protocol.startswith("sasl"):
        needed = {
            "SASL_MECHANISM": security.mechanism,
            "SASL_USERNAME": security.username,
            "SASL_PASSWORD": security.password,
        }
        read.faults += [
            f"TAGGER_{name}: needed with TAGGER_SECURITY_PROTOCOL={security.protocol}"
            for name, value in needed.items()
            if value is None and not read.faulty(name)
        ]
    if (security.certificate_path is None) != (security.key_path is None):
        read.faults.append("TAGGER_TLS_CERT, TAGGER_TLS_KEY: give both or neither")
    return security
