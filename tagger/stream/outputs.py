"""Decisions as records to publish.

The key is the customer id, a dead letter's the original one. Every id is made of the cause and
not of the run, so that a consumer can drop a repeat; headers come from `codecs`. A dead letter
carries the original bytes, except for a record that was too large: that one is only pointed at.
"""

from collections.abc import Iterable
from typing import Protocol

import msgspec

from tagger.codecs import dead_letters
from tagger.codecs.cloudevents import CloudEvents
from tagger.domain.actions import WorkflowAction
from tagger.domain.commands import CommandOutcome
from tagger.domain.dead_letters import DeadLetter, DeadLetterCode
from tagger.domain.tags import CurrentTags, TagChange
from tagger.stream.log import Output
from tagger.stream.topics import Topics

_MAX_LARGE_KEY_BYTES = 1_024
"""Of the key of a record that is too large; what a customer id may have in characters."""

Decided = TagChange | WorkflowAction | CommandOutcome
Result = Decided | DeadLetter


class Encoder(Protocol):
    """Published structs to bytes, in one encoding."""

    def encode(self, record: Decided | CurrentTags) -> bytes:
        """The value of the record."""


class Publisher:
    """Makes records out of what was decided. `source` names the application in their headers."""

    def __init__(self, topics: Topics, encoder: Encoder, *, source: str = "/tagger") -> None:
        self._dead_letter_topic = topics.dead_letter
        self._current_tags_topic = topics.current_tags
        self._topic_of: dict[type[Decided], str] = {
            TagChange: topics.tag_change,
            WorkflowAction: topics.workflow_action,
            CommandOutcome: topics.command_outcome,
        }
        self._encode = encoder.encode
        self._headers = CloudEvents(source)

    def results(self, results: Iterable[Result]) -> list[Output]:
        """One record each, in the same order."""
        return [
            self._dead_letter(result)
            if type(result) is DeadLetter
            else self._record(self._topic_of[type(result)], result)
            for result in results
        ]

    def current_tags(self, current: CurrentTags) -> Output:
        """The record that replaces the customer's earlier one."""
        return self._record(self._current_tags_topic, current)

    def _record(self, topic: str, record: Decided | CurrentTags) -> Output:
        headers = self._headers.headers_for(record)
        return Output(topic, record.customer_id.encode(), self._encode(record), headers)

    def _dead_letter(self, letter: DeadLetter) -> Output:
        """The original bytes, untouched, unless they are too many for a broker."""
        if letter.code is DeadLetterCode.TOO_LARGE:
            letter = _cut(letter)
        headers = dead_letters.headers_for(letter)
        return Output(self._dead_letter_topic, letter.key, letter.value, headers)


def _cut(letter: DeadLetter) -> DeadLetter:
    """The letter of a record that stays at its origin: no value, no headers, the key's beginning.
    A broker would not take it again."""
    key = None if letter.key is None else letter.key[:_MAX_LARGE_KEY_BYTES]
    detail = f"{letter.detail}; value and headers, and a key's end, were left at the origin"
    return msgspec.structs.replace(letter, key=key, value=None, headers=(), detail=detail)
