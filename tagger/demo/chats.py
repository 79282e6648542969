"""Chat messages: real sentences, given to customers and instants by stated draws.

Nobody knows what the households of the retail year wrote, so these choices are made up, and the
same each time (`draws`):

- A customer writes one language, English or Chinese, one half each.
- `SENTENCES_PER_LANGUAGE` sentences of each are taken. Sentences with a bad mood go to the steps
  at which the click log opens a support chat, one a step and at its instant, while there are any.
- Each of the others follows a basket by 10 minutes to 3 days; every other one is kept for
  customers who also click. Where that lies behind the end of the data, it precedes the basket.
- `SCRIPTED` product questions (`script`) precede baskets with vitamins by 10 minutes to 2 days.

All are inbound, Chinese by WeCom and English on the web; none has a rating, because what raters
thought of a sentence is not what a customer thought of a talk.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from tagger.demo import script
from tagger.demo.draws import choose, draw_below, shuffled
from tagger.demo.retail import Basket
from tagger.demo.sentences import Sentence
from tagger.domain.events import ChatMessage

SENTENCES_PER_LANGUAGE = 1_500
SCRIPTED = 240
LANGUAGES = ("en", "zh")
BAD_MOOD = -0.5
_CHANNELS = {"en": "web", "zh": "wecom"}
_MINUTE_MS = 60_000
_DAY_MS = 86_400_000


class SupportStep(NamedTuple):
    """A step of the click log that opened a support chat."""

    customer_id: str
    occurred_at: int
    session_id: str
    event_id: str


def language_of(customer_id: str) -> str:
    """The one language that the customer writes."""
    return choose(LANGUAGES, "language", customer_id)


def chat_messages(
    sentences: Sequence[Sentence],
    baskets: Sequence[Basket],
    support: Sequence[SupportStep],
    clicking: Collection[str],
) -> list[ChatMessage]:
    """All messages, in order of time. `clicking` are the customers in the click log."""
    if not baskets:
        return []
    span = (baskets[0].sold_at, baskets[-1].sold_at)
    messages: list[ChatMessage] = []
    for language in LANGUAGES:
        sample = _sample([each for each in sentences if each.language == language])
        mine = [each for each in baskets if language_of(each.customer_id) == language]
        steps = [each for each in support if language_of(each.customer_id) == language]
        spoken = dict(zip(steps, (each for each in sample if each.mood <= BAD_MOOD), strict=False))
        messages += (_at_support(sentence, step) for step, sentence in spoken.items())
        used = {each.key for each in spoken.values()}
        others = [each for each in sample if each.key not in used]
        messages += _near_baskets(others, mine, clicking, span)
        messages += _scripted(language, mine, span)
    return sorted(messages, key=lambda each: (each.occurred_at, each.event_id))


def _sample(sentences: Sequence[Sentence]) -> list[Sentence]:
    by_key = {each.key: each for each in sentences}
    return [by_key[key] for key in shuffled(by_key, "sentence")[:SENTENCES_PER_LANGUAGE]]


def _at_support(sentence: Sentence, step: SupportStep) -> ChatMessage:
    return _message(sentence, step.customer_id, step.occurred_at, step.session_id)


def _near_baskets(
    sentences: Sequence[Sentence],
    baskets: Sequence[Basket],
    clicking: Collection[str],
    span: tuple[int, int],
) -> Iterator[ChatMessage]:
    of_clicking = [each for each in baskets if each.customer_id in clicking]
    for index, sentence in enumerate(sentences):
        pool = (of_clicking if index % 2 else baskets) or baskets
        if pool:
            basket = choose(pool, "basket", sentence.key)
            wait = _wait(3 * _DAY_MS, sentence.key)
            after = basket.sold_at + wait
            at = after if after <= span[1] else max(span[0], basket.sold_at - wait)
            yield _message(sentence, basket.customer_id, at, f"talk-{sentence.key}")


def _scripted(
    language: str, baskets: Sequence[Basket], span: tuple[int, int]
) -> Iterator[ChatMessage]:
    pool = [each for each in baskets if each.has_vitamins] or baskets
    count = SCRIPTED // len(LANGUAGES) if pool else 0
    for number in range(1, count + 1):
        key = f"{language}-script-{number}"
        basket = choose(pool, "basket", key)
        question = choose(script.QUESTIONS[language], "question", key)
        at = max(span[0], basket.sold_at - _wait(2 * _DAY_MS, key))
        written = Sentence(key, question, language, 0.0, script.SOURCE)
        yield _message(written, basket.customer_id, at, f"talk-{key}")


def _wait(longest_ms: int, key: str) -> int:
    shortest_ms = 10 * _MINUTE_MS
    return shortest_ms + draw_below((longest_ms - shortest_ms) // 1_000, "wait", key) * 1_000


def _message(sentence: Sentence, customer_id: str, at: int, conversation: str) -> ChatMessage:
    return ChatMessage(
        event_id=f"chat-{sentence.key}",
        customer_id=customer_id,
        occurred_at=at,
        conversation_id=conversation,
        direction="inbound",
        text=sentence.text,
        source=sentence.source,
        channel=_CHANNELS[sentence.language],
        language=sentence.language,
    )
