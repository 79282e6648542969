"""The program on a Kafka that trusts nobody: who is who, and commands run as one of them.

Whatever a command says is searched for every password there is.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import msgspec
from click.testing import CliRunner, Result
from confluent_kafka import Message

from tagger.cli.main import cli
from tagger.settings import Settings
from tagger.stream.access import ROLES
from tagger.stream.kafka import clients
from tagger.stream.topics import Topics

from .acl_lines import acl_lines, bindings
from .secure_kafka import PLAIN_USER, SecureKafka
from .working import DEADLINE_S

PARTITIONS = 2
MOVED_TO_PARTITIONS = 3
GROUP = "guarded"
CONSUMER_GROUP = "mailer"
CERTIFIED = "certified-worker"
TOPICS = Topics(
    **{role: f"guarded.{name}" for role, name in msgspec.structs.asdict(Topics()).items()}
)


class Guarded:
    """A cluster whose users have the rights that `tagger acls` prints for them, and no others:
    each role has one of its name. Its topics are made by the administrator."""

    def __init__(self, server: SecureKafka, folder: Path) -> None:
        self.server = server
        self._folder = folder
        server.add_users(ROLES)
        granted = {role: [f"User:{role}"] for role in ROLES}
        granted["worker"] += [f"User:{PLAIN_USER}", f"User:CN={CERTIFIED}"]
        for line in self.printed(granted):
            server.allow(bindings(line))
        made = self.run(self.user("administrator"), *topics_words("apply"))
        assert made.exit_code == 0, made.output

    def printed(
        self, principals: Mapping[str, Iterable[str]], variables: Mapping[str, str] | None = None
    ) -> list[str]:
        """The lines of `tagger acls` for principals by role; `variables` may name other topics and
        another group than ours."""
        words = [w for role, names in principals.items() for n in names for w in (f"--{role}", n)]
        if "consumer" in principals:
            words += ["--consumer-group", CONSUMER_GROUP]
        if "migrator" in principals:
            words += ["--to-partitions", str(MOVED_TO_PARTITIONS)]
        named = self._common() | {"TAGGER_BROKERS": "unused:1"} | dict(variables or {})
        result = self.run(named, "acls", *words)
        assert result.exit_code == 0, result.output
        return acl_lines(result.output)

    def user(self, name: str) -> dict[str, str]:
        """Variables for one who logs in by SCRAM."""
        return self._common() | self.server.by_password(name)

    def plain_worker(self) -> dict[str, str]:
        """Variables for a worker that logs in by PLAIN, in a group of the newer protocol."""
        logged_in = self.server.by_password(PLAIN_USER, "PLAIN")
        return self._common() | logged_in | {"TAGGER_GROUP_PROTOCOL": "consumer"}

    def certified_worker(self) -> dict[str, str]:
        """Variables for a worker that shows a certificate."""
        return self._common() | self.server.by_certificate(CERTIFIED)

    def user_without(self, role: str, number: int) -> dict[str, str]:
        """Variables for a new user who has all that `role` needs but one grant."""
        name = f"{role}-without-{number}"
        self.server.add_users([name])
        lines = self.printed({role: [f"User:{name}"]})
        for at, line in enumerate(lines):
            if at != number:
                self.server.allow(bindings(line))
        return self.user(name)

    def password_file(self, password: str) -> str:
        """A file with a password that nobody has."""
        file = self._folder / "nobody.password"
        file.write_text(password)
        return str(file)

    def run(self, variables: Mapping[str, str], *words: str) -> Result:
        """`tagger` with these words, in this process."""
        result = CliRunner().invoke(cli, words, env=dict(variables))
        self.assert_silent(result.output)
        return result

    def consumed(self, topic: str, enough: Callable[[list[Message]], bool]) -> list[Message]:
        """What an application reads that acts on what is published, as soon as it is `enough`."""
        consumer = clients.group_member(
            clients.connection(settings_of(self.user("consumer")))
            | {
                "group.id": CONSUMER_GROUP,
                "auto.offset.reset": "earliest",
                "enable.auto.commit": False,
            }
        )
        consumer.subscribe([topic])
        found: list[Message] = []
        deadline_s = time.monotonic() + DEADLINE_S
        try:
            while not enough(found):
                assert time.monotonic() < deadline_s, f"only {len(found)} records in {topic}"
                for message in consumer.consume(100, 0.1):
                    assert message.error() is None, message.error()
                    found.append(message)
        finally:
            consumer.close()
        return found

    def wait_for_change_of(self, customer: str) -> None:
        """Return when a tag of the customer has changed."""
        self.consumed(
            TOPICS.tag_change, lambda found: any(m.key() == customer.encode() for m in found)
        )

    def assert_silent(self, said: str) -> None:
        """No password stands in it."""
        assert [each for each in self.server.secrets if each in said] == []

    def _common(self) -> dict[str, str]:
        names = msgspec.structs.asdict(TOPICS).items()
        return {f"TAGGER_TOPIC_{role.upper()}": name for role, name in names} | {
            "TAGGER_GROUP": GROUP,
            "TAGGER_STATE_DIR": str(self._folder / "state"),
            "TAGGER_WEB_HOST": "127.0.0.1",
            "TAGGER_WEB_PORT": "0",
        }


def topics_words(what: str) -> list[str]:
    """Of `tagger topics`, for one broker."""
    return ["topics", what, "--partitions", str(PARTITIONS), "--replicas", "1"]


def settings_of(variables: Mapping[str, str]) -> Settings:
    """As a command reads them."""
    return Settings.from_environment(variables)
