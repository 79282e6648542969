"""Steps are data, and a wrong one says what is wrong with it."""

import msgspec
import pytest

from tagger import testing
from tagger.testing import (
    Crash,
    Deliver,
    Feed,
    Hold,
    Leaderless,
    Raw,
    Rebalance,
    Release,
    Repeat,
    SkipOffsets,
    Start,
    Step,
    StepClock,
    StepError,
    Wait,
    WaitUntil,
    Write,
    browse,
    purchase,
    rules_from,
    run,
)

from .rules import RULES

SAID = {
    Write: purchase("ann", amount_minor=1, ago="-1m"),
    Wait: Wait("1h"),
    WaitUntil: WaitUntil("+1d"),
    Hold: Hold("chat"),
    Release: Release("chat"),
    Deliver: Deliver("chat", 3, 1),
    Repeat: Repeat("chat", 3),
    SkipOffsets: SkipOffsets("chat", 3),
    Leaderless: Leaderless("chat", over=True),
    Rebalance: Rebalance({0: 2, 1: 1}, orderly=False),
    Crash: Crash(in_commit="between"),
    StepClock: StepClock("-1h", worker=2),
    Raw: Raw("browse", "ann", b"\xff{"),
    Feed: Feed(None),
}
KINDS = [
    each
    for name in testing.__all__
    for each in [getattr(testing, name)]
    if isinstance(each, type) and issubclass(each, Step)
]


@pytest.mark.parametrize("kind", KINDS)
def test_a_step_goes_through_json_unchanged(kind: type[Step]) -> None:
    step = SAID[kind] if kind in SAID else kind()
    assert msgspec.json.decode(msgspec.json.encode(step), type=kind) == step


@pytest.mark.parametrize(
    ("step", "complaint"),
    [
        (Wait("-5m"), "time does not go back"),
        (Wait("5 minutes"), "not a duration; write it like 30d"),
        (
            WaitUntil("2026-03-01T00:00:00Z"),
            "time does not go back: it is 2026-03-02T09:00:00.000Z",
        ),
        (WaitUntil("tomorrow"), "'tomorrow' is no instant"),
        (Hold("purchases"), "did you mean 'purchase'?"),  # type: ignore[arg-type]
        (Deliver("chat", 1, shard=2), "shards are counted from 0 to 1, not 2"),
        (Rebalance({0: 3}), "there is no worker 3; the run has 1, 2"),
        (Rebalance({5: 1}), "shards are counted from 0 to 1, not 5"),
        (Crash(worker=9), "there is no worker 9"),
        (Start(worker=0), "workers are counted from 1"),
        (browse("ann", "cart_ad"), "invalid enum value 'cart_ad'"),  # type: ignore[arg-type]
        (browse("ann", colour="red"), "colour: not in the schema"),
        (purchase("ann", amount_minor="much"), "amount_minor: expected `int`"),
    ],
)
def test_a_wrong_step_is_named_with_what_is_wrong(step: Step, complaint: str) -> None:
    with pytest.raises(StepError) as caught:
        run(RULES, [Wait("0s"), step], shards=2, workers=2)
    assert str(caught.value).startswith(f"step 2, {step}: ")
    assert complaint in str(caught.value)


def test_of_packs_in_two_currencies_a_purchase_has_to_name_one() -> None:
    counted = "assign: {when: {sum: {event: purchase, of: amount, within: 1d}, gte: 1}}"
    head = "defaults: {owner: me}\ntags:"
    texts = [
        f"pack: p{money}\ncurrency: {money}\n{head}\n  t{money}:\n    {counted}\n"
        for money in ("EUR", "USD")
    ]
    both = rules_from(*texts)
    with pytest.raises(StepError, match="the packs are in EUR, USD: say `currency`"):
        run(both, [purchase("ann", amount_minor=100)])
    report = run(both, [purchase("ann", amount_minor=100, currency="USD")])
    assert report.tags("ann") == {"tUSD": True}


def test_the_same_steps_are_the_same_run() -> None:
    steps = [purchase("ann"), browse("ben", "cart_add"), Crash(), Wait("1h"), purchase("ann")]
    first, second = (run(RULES, steps).log.published for _ in range(2))
    assert first == second
    assert len(first) > 3
