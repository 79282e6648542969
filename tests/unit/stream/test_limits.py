"""What one part lets through the next one takes, whatever limit an operator chooses."""

from hypothesis import given
from hypothesis import strategies as st

from tagger.codecs import dead_letters
from tagger.domain.dead_letters import DeadLetter, DeadLetterCode
from tagger.stream.limits import input_topic_bytes, producer_bytes, written_topic_bytes
from tagger.stream.parts import StreamSettings
from tagger.stream.topic_plan import wanted_topics
from tagger.stream.topics import Topics

BATCH_BYTES = 70
"""What Kafka puts around the records of a batch, and around one record with its lengths."""

limits = st.integers(1_024, 500_000_000)


@given(limits)
def test_topics_take_what_is_produced(most: int) -> None:
    topics = Topics()
    for topic in wanted_topics(topics, 4, 3, most):
        room = int(topic.settings["max.message.bytes"])
        largest = most if topic.name in topics.inputs() else producer_bytes(most)
        assert room >= largest + BATCH_BYTES


@given(limits, st.text(max_size=2_000))
def test_a_record_that_is_just_small_enough_fits_as_a_dead_letter(most: int, detail: str) -> None:
    letter = DeadLetter(
        topic="t" * 249,
        partition=2**31,
        offset=2**63,
        timestamp=2**63,
        key=None,
        value=None,
        headers=(),
        code=DeadLetterCode.WRONG_PARTITION,
        detail=detail,
    )
    headers = dead_letters.headers_for(letter)
    around = sum(len(name) + len(value or b"") + 10 for name, value in headers)
    assert most + around + BATCH_BYTES <= producer_bytes(most)


@given(limits)
def test_a_profile_of_full_size_fits(most: int) -> None:
    profile_bytes = StreamSettings(partitions=1).max_profile_bytes
    assert profile_bytes * 2 < producer_bytes(most) < written_topic_bytes(most)


def test_the_brokers_own_limit_is_never_lowered() -> None:
    assert min(input_topic_bytes(1_024), written_topic_bytes(1_024)) >= 1_048_588
