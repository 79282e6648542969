"""Tests of rules on the real stream, for rule authors and application teams.

A test is a list of steps (records, time that passes, accidents) and a look at what came of them;
`run` carries it out with the product's own workers on a broker and a clock in memory. Needs no
test framework. How to write such tests: `docs/guides/testing-rules.md`.
"""

from tagger.testing.accidents import (
    BrokerAway,
    BrokerBack,
    Crash,
    HoldCommits,
    Leaderless,
    LetCommits,
    Rebalance,
    Start,
    StepClock,
    Stop,
)
from tagger.testing.errors import StepError
from tagger.testing.records import browse, chat, command, profile, purchase, refund
from tagger.testing.report import Report
from tagger.testing.running import rules_from, rules_in, run
from tagger.testing.steps import (
    Deliver,
    Feed,
    Hold,
    Raw,
    Release,
    Repeat,
    Settle,
    SkipOffsets,
    Step,
    Tick,
    Wait,
    WaitUntil,
    Write,
)

__all__ = [
    "BrokerAway",
    "BrokerBack",
    "Crash",
    "Deliver",
    "Feed",
    "Hold",
    "HoldCommits",
    "Leaderless",
    "LetCommits",
    "Raw",
    "Rebalance",
    "Release",
    "Repeat",
    "Report",
    "Settle",
    "SkipOffsets",
    "Start",
    "Step",
    "StepClock",
    "StepError",
    "Stop",
    "Tick",
    "Wait",
    "WaitUntil",
    "Write",
    "browse",
    "chat",
    "command",
    "profile",
    "purchase",
    "refund",
    "rules_from",
    "rules_in",
    "run",
]
