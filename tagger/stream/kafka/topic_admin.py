"""Looks at the topics of a cluster, and makes them what a plan says. Every call blocks."""

from collections.abc import Iterable, Mapping

from confluent_kafka import KafkaException
from confluent_kafka.admin import (  # type: ignore[attr-defined]
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewTopic,
)

from tagger.settings import Settings
from tagger.stream.kafka import clients
from tagger.stream.kafka.preflight import TopicsError
from tagger.stream.topic_plan import Action, Present

ANSWER_S = 15.0


class TopicAdmin:
    """An operator's view of one cluster. Methods raise TopicsError when it does not answer or
    refuses."""

    def __init__(self, settings: Settings) -> None:
        self._admin: AdminClient = clients.admin(settings)
        self._brokers = settings.brokers

    def present(self, names: Iterable[str]) -> dict[str, Present]:
        """Those of `names` that are there."""
        try:
            known = self._admin.list_topics(timeout=ANSWER_S).topics
            found = [name for name in names if name in known and known[name].error is None]
            resources = [ConfigResource(ConfigResource.Type.TOPIC, name) for name in found]
            answers = self._admin.describe_configs(resources) if resources else {}
            return {
                resource.name: Present(
                    partitions=len(known[resource.name].partitions),
                    settings=_values(answer.result(ANSWER_S)),
                    replicas=min(
                        len(each.replicas) for each in known[resource.name].partitions.values()
                    ),
                )
                for resource, answer in answers.items()
            }
        except (KafkaException, TimeoutError) as failure:
            raise self._error(failure) from failure

    def carry_out(self, action: Action, replicas: int) -> None:
        """Do what one action says; `replicas` is how many copies a new topic gets."""
        try:
            if action.kind == "create":
                topic = NewTopic(action.topic, action.partitions, replicas, config=action.settings)
                self._admin.create_topics([topic])[action.topic].result(ANSWER_S)
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

    def _error(self, failure: KafkaException | TimeoutError, where: str = "") -> TopicsError:
        if isinstance(failure, TimeoutError):
            return TopicsError([f"{where}no answer from {self._brokers}"])
        return TopicsError([f"{where}{self._brokers} says: {failure.args[0].str()}"])


def _values(entries: Mapping[str, ConfigEntry]) -> dict[str, str]:
    return {name: entry.value for name, entry in entries.items() if entry.value is not None}
