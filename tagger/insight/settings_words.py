"""What each setting does, in sections, for the page of the settings. Variables stand without
`TAGGER_`."""

SECTIONS: dict[str, dict[str, str]] = {
    "Brokers and group": {
        "BROKERS": "Where to find the cluster.",
        "GROUP": "The consumer group of the workers; the transactional ids and the folder of the "
        "local state are named after it. The same for all workers and commands.",
        "GROUP_PROTOCOL": "Who shares out the partitions: a member of the group, or, with "
        "`consumer`, the brokers (Kafka 4). The same for all workers.",
        "INSTANCE": "The name of this worker, its own in the group. A worker that comes back under "
        "its name within 6 seconds keeps its partitions. With the classic protocol alone.",
        "COMPRESSION": "How what the worker writes is compressed.",
    },
    "Log-in": {
        "SECURITY_PROTOCOL": "Whether connections are encrypted, and whether we log in.",
        "SASL_MECHANISM": "How we log in; needed with both `sasl_` protocols.",
        "SASL_USERNAME": "As whom.",
        "SASL_PASSWORD": "The password.",
        "TLS_CA": "Who may sign the brokers' certificates; the machine's own list without it.",
        "TLS_CERT": "Our certificate, where the brokers want one.",
        "TLS_KEY": "The key of that certificate.",
        "TLS_KEY_PASSWORD": "The password of that key, where it has one.",
    },
    "Time": {
        "CHECKPOINT_MS": "How often a worker commits what it has: less often costs less, and a "
        "change can be read so much later.",
        "GRACE_MS": "How much later than it happened an event may come without being late; tags "
        "that end by time end so much later.",
        "MAX_SKEW_MS": "How far ahead of its record's timestamp an event may say it happened; "
        "beyond that it is a dead letter.",
    },
    "Records": {
        "ENCODING": "How the worker writes: Avro in single-object encoding, Avro in a schema "
        "registry's framing, or JSON. All of them are read.",
        "STRICT_JSON": "Whether a JSON event with a field that nobody knows is a dead letter, and "
        "not only counted.",
        "MAX_RECORD_BYTES": "How large an input record may be with its key and headers; the limits "
        "of topics follow from it ([security](../guides/security.md#how-large-things-may-be)).",
        "EXACT_EVENTS": "Over how many of the newest events of each kind a customer's sums, "
        "averages and distinct values are exact. The same for all workers.",
    },
    "State": {
        "STATE_DIR": "The folder in which the profiles are kept, below the group's name. What is "
        "lost of it is read from the changelog.",
        "CACHED_PROFILES": "How many profiles are kept in memory, of all shards of a worker.",
        "BLOCK_CACHE_BYTES": "How much of what is read from the disk is kept in memory.",
        "STATE_VERSION": "What state is at least written in; without it, whatever it is in "
        "([upgrading](../guides/upgrading.md#state-versions)).",
    },
    "Schema registry": {
        "REGISTRY_URL": "Where its API begins, with `http://` or `https://`. It is asked about ids "
        "that no file has, and our schemas are registered there.",
        "REGISTRY_USERNAME": "As whom we ask it; with the password, or neither.",
        "REGISTRY_PASSWORD": "The password.",
        "REGISTRY_CA": "Who may sign its certificate; the machine's own list without it.",
        "SCHEMA_IDS": "Ids of a registry, as files: they are asked first, and need no registry "
        "([schemas](../guides/schemas.md)).",
    },
    "Metrics and probes": {
        "WEB_HOST": "On which address `/metrics`, `/ready` and `/live` answer.",
        "WEB_PORT": "On which port; 0 takes a free one.",
    },
    "Topics": {
        "TOPIC_PROFILE": "Input: profile updates.",
        "TOPIC_BROWSE": "Input: what customers do on pages.",
        "TOPIC_CHAT": "Input: chat messages.",
        "TOPIC_PURCHASE": "Input: purchases and refunds.",
        "TOPIC_COMMAND": "Input: commands about tags.",
        "TOPIC_TAG_CHANGE": "Output: every change of a tag.",
        "TOPIC_CURRENT_TAGS": "Output: the tags that each customer has.",
        "TOPIC_WORKFLOW_ACTION": "Output: what is to be done, such as a coupon to be sent.",
        "TOPIC_COMMAND_OUTCOME": "Output: what came of each command.",
        "TOPIC_ACTION_OUTCOME": "For what came of each action. It is made, and workers neither "
        "read nor write it.",
        "TOPIC_RULE_PACK": "For the packs that are active. It is made, and workers neither read "
        "nor write it.",
        "TOPIC_DEAD_LETTER": "Output: records that cannot be used, with the reason.",
        "TOPIC_PROFILE_CHANGELOG": "The workers' own: every customer's stored profile.",
    },
}
