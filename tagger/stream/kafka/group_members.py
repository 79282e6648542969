"""Who belongs to a consumer group. Every call blocks."""

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient

ANSWER_S = 15.0


def members_of(admin: AdminClient, group: str) -> list[str]:
    """The members by client and host, none of a group that nobody knows.

    Only for a group whose coordinator has answered before: the client does not survive this
    question while the coordinator is loading. Raises KafkaException.
    """
    try:
        answers = admin.describe_consumer_groups([group], request_timeout=ANSWER_S)
        found = answers[group].result(ANSWER_S)
    except KafkaException as failure:
        if failure.args[0].code() == KafkaError.GROUP_ID_NOT_FOUND:
            return []
        raise
    return sorted(f"{each.client_id} at {each.host}" for each in found.members)
