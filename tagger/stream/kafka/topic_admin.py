"""Looks at the topics of a cluster, and makes them what a plan says. Every call blocks."""

import time
from collections.abc import Iterable, Mapping

from confluent_kafka import KafkaException
from confluent_kafka.admin import (  # type: ignore[attr-defined]
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    ConfigSource,
    NewTopic,
)

from tagger.settings import Settings
from tagger.stream.access import Grant
from tagger.stream.kafka import clients
from tagger.stream.kafka.contact import ContactError, FoundTopic, look
from tagger.stream.kafka.preflight import TopicsError, denied, rights_of
from tagger.stream.kafka.refusals import is_denied
from tagger.stream.topic_plan import Action, Present

ANSWER_S = 15.0
PAUSE_S = 0.05


class TopicAdmin:
    """An operator's view of one cluster; `role`, of `tagger acls`, is whose rights it has.
    Methods raise TopicsError when it does not answer or refuses."""

    def __init__(self, settings: Settings, role: str = "administrator") -> None:
        self._admin: AdminClient = clients.admin(settings)
        self._settings = settings
        self._brokers = settings.brokers
        self._role = role

    def present(self, names: Iterable[str]) -> dict[str, Present]:
        """Those of `names` that are there."""
        found = self._found(tuple(names))
        try:
            resources = [ConfigResource(ConfigResource.Type.TOPIC, name) for name in found]
            answers = self._admin.describe_configs(resources) if resources else {}
            return {
                resource.name: _present(found[resource.name], answer.result(ANSWER_S))
                for resource, answer in answers.items()
            }
        except (KafkaException, TimeoutError) as failure:
            raise self._error(failure) from failure

    def carry_out(self, action: Action) -> None:
        """Do what one action says. A topic that was made is there for the next question."""
        try:
            if action.kind == "create":
                topic = NewTopic(
                    action.topic, action.partitions, action.replicas, config=action.settings
                )
                self._admin.create_topics([topic])[action.topic].result(ANSWER_S)
                self._wait_for(action.topic, action.partitions)
            elif action.kind == "configure":
                resource = ConfigResource(
                    ConfigResource.Type.TOPIC,
                    action.topic,
                    incremental_configs=[
                        ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET)
                        for name, value in action.settings.items()
                    ],
                )
                self._admin.incremental_alter_configs([resource])[resource].result(ANSWER_S)
        except (KafkaException, TimeoutError) as failure:
            raise self._error(failure, f"topic {action.topic}: ") from failure

    def _wait_for(self, name: str, partitions: int) -> None:
        """Return when the brokers, who hear of a new topic one by one, show it."""
        deadline_s = time.monotonic() + ANSWER_S
        while time.monotonic() < deadline_s:
            known = self._admin.list_topics(timeout=ANSWER_S).topics.get(name)
            if known is not None and len(known.partitions) == partitions:
                return
            time.sleep(PAUSE_S)
        raise TimeoutError

    def _found(self, names: tuple[str, ...]) -> dict[str, FoundTopic]:
        try:
            seen = look(self._settings, names, ANSWER_S)
        except ContactError as failure:
            raise TopicsError([str(failure)]) from failure
        grants = [Grant(("Describe",), "topic", names)]
        if faults := denied(self._settings, self._role, grants, seen):
            raise TopicsError(faults)
        return seen.found

    def _error(self, failure: KafkaException | TimeoutError, where: str = "") -> TopicsError:
        if isinstance(failure, TimeoutError):
            return TopicsError([f"{where}no answer from {self._brokers}"])
        error = failure.args[0]
        hint = f"; {rights_of(self._settings, self._role)}" if is_denied(error) else ""
        return TopicsError([f"{where}{self._brokers} says: {error.str()}{hint}"])


def _present(topic: FoundTopic, entries: Mapping[str, ConfigEntry]) -> Present:
    values = {name: entry.value for name, entry in entries.items() if entry.value is not None}
    own = ConfigSource.DYNAMIC_TOPIC_CONFIG
    return Present(
        partitions=topic.partitions,
        settings=values,
        replicas=topic.replicas,
        own={
            name: value
            for name, value in values.items()
            if ConfigSource(entries[name].source) is own
        },
    )
