#!/bin/bash
# Makes the topics of topics.txt that are missing, and changes none that is there.
# Wants BROKERS, and Kafka's own kafka-topics.sh in PATH.
set -euo pipefail

list="$(dirname "$0")/topics.txt"
while read -r topic settings; do
    case "$topic" in "" | "#"*) continue ;; esac
    options=()
    IFS=, read -r -a pairs <<<"$settings"
    for pair in "${pairs[@]}"; do
        options+=(--config "$pair")
    done
    kafka-topics.sh --bootstrap-server "$BROKERS" --create --if-not-exists --topic "$topic" \
        --partitions "${PARTITIONS:-4}" --replication-factor "${REPLICATION:-1}" \
        "${options[@]}" </dev/null
done <"$list"
