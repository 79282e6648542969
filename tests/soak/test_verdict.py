"""The verdict of the soak sees what it is there to see: each fault is put into what a right run
would have published."""

from collections.abc import Callable

import msgspec
import pytest

from tagger.codecs.json_events import JsonEvents
from tagger.domain.commands import CommandOutcome
from tagger.domain.tags import CurrentTags, TagChange, fold
from tagger.engine.driver import replay
from tagger.rules.build import build_plan
from tagger.workflows.pipeline import Pipeline

from .published import Published
from .traffic import Traffic
from .verdict import History, Verdict, expected_of, judge
from .worker import RULES

BEGIN = 1_700_000_000_000
UNTIL = BEGIN + 120_000


@pytest.fixture(scope="module")
def history() -> History:
    """A minute of five customers who do things in order."""
    traffic = Traffic("in-order", 5, seed=3)
    written = list(traffic.first_words(BEGIN))
    written += [
        each for at in range(BEGIN, BEGIN + 60_000, 500) if (each := traffic.draw(at)) is not None
    ]
    lines = [each.line for each in written if each.line is not None]
    broken = [each.value for each in written if each.is_broken] or [b'{"broken"']
    return History(lines, broken, {line["customer_id"] for line in lines}, UNTIL)


@pytest.fixture
def published(history: History) -> Published:
    """What a worker without accidents would have made of it."""
    decode = JsonEvents().decode
    records = [decode(msgspec.json.encode(line)) for line in history.lines]
    plan, _ = build_plan(RULES)
    changes = replay(Pipeline(plan), records, until=UNTIL).changes
    current: dict[str, CurrentTags] = {}
    for change in changes:
        current[change.customer_id] = fold(current.get(change.customer_id), change)
    outcomes = [
        CommandOutcome(line["command_id"], line["customer_id"], "done", "done", "", UNTIL)
        for line in history.lines
        if line["type"] == "command"
    ]
    return Published(changes, current, outcomes, list(history.broken), unread=0, records=0)


def verdict_on(history: History, published: Published) -> Verdict:
    """The oracle's."""
    return judge(expected_of(RULES, history), history, published)


def of_events(published: Published) -> int:
    """The place of a change that an event made, with another of the same customer behind it."""
    customers = [change.customer_id for change in published.changes]
    return next(
        place
        for place, change in enumerate(published.changes)
        if change.cause == "event" and change.customer_id in customers[place + 1 :]
    )


def test_a_right_run_is_right(history: History, published: Published) -> None:
    verdict = verdict_on(history, published)
    assert verdict.examples == []
    assert verdict.is_right
    by_tags_alone = msgspec.structs.replace(history, in_order=())
    assert verdict_on(by_tags_alone, published).is_right


def lose(published: Published) -> None:
    """A change is missing."""
    del published.changes[of_events(published)]


def double(published: Published) -> None:
    """A change comes twice."""
    place = of_events(published)
    published.changes.insert(place, published.changes[place])


def delay(published: Published) -> None:
    """A change happens later than it should."""
    place = of_events(published)
    change = published.changes[place]
    later = msgspec.structs.replace(change, effective_at=change.effective_at + 1)
    published.changes[place] = later


def skip_a_number(published: Published) -> None:
    """A customer's sequence has a gap, and nothing is missing."""
    customer_id = published.changes[-1].customer_id
    for place, change in enumerate(published.changes):
        if change.customer_id == customer_id and change.sequence > 1:
            higher = msgspec.structs.replace(change, sequence=change.sequence + 1)
            published.changes[place] = higher


def swap(published: Published) -> None:
    """Two changes of a customer stand in the wrong order."""
    place = of_events(published)
    change = published.changes.pop(place)
    behind = next(
        number
        for number, other in enumerate(published.changes[place:], place)
        if other.customer_id == change.customer_id
    )
    published.changes.insert(behind + 1, change)


def forget_tags(published: Published) -> None:
    """The current tags of a customer were not written."""
    published.current.popitem()


def answer_twice(published: Published) -> None:
    """A command has two answers."""
    published.outcomes.append(published.outcomes[0])


def lose_a_letter(published: Published) -> None:
    """A record that nobody can use is gone."""
    published.letters.pop()


def leave_unread(published: Published) -> None:
    """An input record was not done."""
    published.unread = 1


@pytest.mark.parametrize(
    ("fault", "counted"),
    [
        (lose, "lost"),
        (double, "doubled"),
        (delay, "lost"),
        (skip_a_number, "gaps"),
        (swap, "misplaced"),
        (forget_tags, "unfolded"),
        (answer_twice, "doubled"),
        (lose_a_letter, "lost"),
        (leave_unread, "unread"),
    ],
)
def test_each_fault_is_seen(
    history: History, published: Published, fault: Callable[[Published], None], counted: str
) -> None:
    fault(published)
    verdict = verdict_on(history, published)
    assert not verdict.is_right
    assert getattr(verdict, counted) > 0


def test_other_tags_at_the_end_are_seen(history: History, published: Published) -> None:
    """Of customers whose events did not come in order."""
    last: dict[tuple[str, str], TagChange] = {
        (change.customer_id, change.tag): change for change in published.changes
    }
    held = next(change for change in last.values() if change.op == "added")
    published.changes.remove(held)
    by_tags_alone = msgspec.structs.replace(history, in_order=())
    assert verdict_on(by_tags_alone, published).lost > 0
