"""Apache Kafka that trusts nobody: TLS on every listener, log-in, and rights by ACLs.

Clients log in by SCRAM-SHA-512 or PLAIN on one listener, by a certificate on the other. Without an
ACL nobody may do anything but the broker itself and the certificate of the test's own
administrator.
"""

import secrets
import time
from collections.abc import Iterable
from pathlib import Path

from confluent_kafka import KafkaException
from confluent_kafka.admin import (  # type: ignore[attr-defined]
    AclBinding,
    AclBindingFilter,
    AdminClient,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialAlteration,
    UserScramCredentialUpsertion,
)

from .certificates import Authority
from .kafka_node import START_S, KafkaNode, KafkaServerError, free_places
from .kafka_server import CLUSTER_ID, free_port

HOST = "localhost"
PLAIN_USER = "plain-worker"
PROPERTIES = """
process.roles=broker,controller
node.id=1
listeners=SASL_SSL://{host}:{port},SSL://{host}:{tls_port},CONTROLLER://{controller}
advertised.listeners=SASL_SSL://{host}:{port},SSL://{host}:{tls_port}
listener.security.protocol.map=SASL_SSL:SASL_SSL,SSL:SSL,CONTROLLER:SSL
controller.listener.names=CONTROLLER
inter.broker.listener.name=SSL
controller.quorum.bootstrap.servers={controller}
log.dirs={folder}/data
auto.create.topics.enable=false
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:CN=broker;User:CN=root
ssl.keystore.type=PEM
ssl.keystore.location={folder}/broker-store.pem
ssl.truststore.type=PEM
ssl.truststore.location={authority}
ssl.client.auth=required
listener.name.sasl_ssl.ssl.client.auth=none
listener.name.controller.ssl.endpoint.identification.algorithm=
sasl.enabled.mechanisms=SCRAM-SHA-512,PLAIN
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=\
org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.sasl_ssl.plain.sasl.jaas.config=\
org.apache.kafka.common.security.plain.PlainLoginModule required \
user_{plain_user}="{plain_password}";
num.network.threads=2
num.io.threads=4
offsets.topic.replication.factor=1
offsets.topic.num.partitions=2
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=2
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
"""
HEAP_MB = 512


class SecureKafka:
    """Runs between `start` and `stop`, with everything it keeps under `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._authority = Authority(folder / "trusted")
        self._stranger = Authority(folder / "strange", "stranger")
        self._passwords = {PLAIN_USER: secrets.token_hex(12)}
        (place,) = free_places(1)
        self.brokers = f"{HOST}:{place.port}"
        tls_port = free_port()
        self._tls_brokers = f"{HOST}:{tls_port}"
        broker = self._authority.certificate("broker", HOST)
        store = folder / "broker-store.pem"
        store.write_bytes(broker.key.read_bytes() + broker.certificate.read_bytes())
        properties = PROPERTIES.format(
            host=HOST,
            port=place.port,
            tls_port=tls_port,
            controller=place.controller,
            folder=folder,
            authority=self._authority.path,
            plain_user=PLAIN_USER,
            plain_password=self._passwords[PLAIN_USER],
        )
        self._node = KafkaNode(place, folder, properties, [place], HEAP_MB)
        self._root = self._authority.certificate("root")

    def start(self) -> None:
        """Return when it answers. Raises KafkaServerError."""
        self._node.format(CLUSTER_ID)
        self._node.launch()
        self.admin = AdminClient(
            {
                "bootstrap.servers": self._tls_brokers,
                "security.protocol": "ssl",
                "ssl.ca.location": str(self._authority.path),
                "ssl.certificate.location": str(self._root.certificate),
                "ssl.key.location": str(self._root.key),
                "log_level": 0,
            }
        )
        deadline_s = time.monotonic() + START_S
        while True:
            try:
                self.admin.list_topics(timeout=1)
            except KafkaException as failure:
                if time.monotonic() > deadline_s or not self._node.runs:
                    log = (self._folder / "server.log").read_text(errors="replace")[-2_000:]
                    raise KafkaServerError(f"no answer; it wrote: {log}") from failure
            else:
                return

    def stop(self) -> None:
        """End the broker's process."""
        self._node.kill()

    @property
    def secrets(self) -> list[str]:
        """All passwords that there are."""
        return list(self._passwords.values())

    def add_users(self, names: Iterable[str]) -> None:
        """Have users of SCRAM, each with a password of its own."""
        info = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4_096)
        wanted: list[UserScramCredentialAlteration] = []
        for name in names:
            self._passwords[name] = secrets.token_hex(12)
            password = self._passwords[name].encode()
            wanted.append(UserScramCredentialUpsertion(name, info, password))
        for answer in self.admin.alter_user_scram_credentials(wanted).values():
            answer.result(30)

    def allow(self, added: Iterable[AclBinding]) -> None:
        """Give rights; returns when they count."""
        wanted = list(dict.fromkeys(added))
        for answer in self.admin.create_acls(wanted).values():
            answer.result(30)
        deadline_s = time.monotonic() + START_S
        while not all(self._counts(each) for each in wanted):
            assert time.monotonic() < deadline_s, "the rights do not count"

    def _counts(self, right: AclBinding) -> bool:
        same = AclBindingFilter(
            right.restype,
            right.name,
            right.resource_pattern_type,
            right.principal,
            right.host,
            right.operation,
            right.permission_type,
        )
        return bool(self.admin.describe_acls(same).result(30))

    def by_password(self, user: str, mechanism: str = "SCRAM-SHA-512") -> dict[str, str]:
        """Variables for `user`, whose password stands in a file."""
        return {
            "TAGGER_BROKERS": self.brokers,
            "TAGGER_SECURITY_PROTOCOL": "sasl_ssl",
            "TAGGER_TLS_CA": str(self._authority.path),
            "TAGGER_SASL_MECHANISM": mechanism,
            "TAGGER_SASL_USERNAME": user,
            "TAGGER_SASL_PASSWORD_FILE": str(self._password_file(user)),
        }

    def _password_file(self, user: str) -> Path:
        file = self._folder / f"{user}.password"
        file.write_text(self._passwords[user])
        return file

    def by_certificate(self, name: str, *, trusted: bool = True) -> dict[str, str]:
        """Variables for the principal `User:CN=name`, whose key has a password."""
        self._passwords[f"key-{name}"] = secrets.token_hex(12)
        password = self._password_file(f"key-{name}")
        made = (self._authority if trusted else self._stranger).certificate(name, None, password)
        return {
            "TAGGER_BROKERS": self._tls_brokers,
            "TAGGER_SECURITY_PROTOCOL": "ssl",
            "TAGGER_TLS_CA": str(self._authority.path),
            "TAGGER_TLS_CERT": str(made.certificate),
            "TAGGER_TLS_KEY": str(made.key),
            "TAGGER_TLS_KEY_PASSWORD_FILE": str(password),
        }

    @property
    def strange_authority(self) -> Path:
        """The certificate of an authority that has signed nothing here."""
        return self._stranger.path
