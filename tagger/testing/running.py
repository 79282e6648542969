"""From rules and steps to what came of them."""

import asyncio
from collections.abc import Iterable, Sequence
from pathlib import Path

from tagger.rules.build import build_plan
from tagger.rules.compiling.compile import compile_packs
from tagger.rules.faults import PackRefusedError
from tagger.rules.loader import load_texts
from tagger.rules.plan import Plan
from tagger.testing.broker import Broker
from tagger.testing.errors import StepError
from tagger.testing.report import Report
from tagger.testing.stage import Stage
from tagger.testing.steps import Step
from tagger.testing.times import instant_ms

STARTS_AT = "2026-03-02T09:00:00Z"
"""A Monday morning."""

Rules = Plan | str | Path | Sequence[str | Path]
"""Packs that were loaded before, or the files and folders that they are in."""


def rules_in(*paths: str | Path) -> Plan:
    """The packs of files and folders together, loaded once for many runs.

    Raises PackRefusedError with every error, RuleFolderError for paths that cannot be used.
    """
    plan, _ = build_plan(*map(Path, paths))
    return plan


def rules_from(*texts: str) -> Plan:
    """Packs that stand in the test. Raises PackRefusedError with every error."""
    loaded = load_texts({f"pack {number}": text for number, text in enumerate(texts, 1)})
    if any(fault.is_error for fault in loaded.faults):
        raise PackRefusedError(loaded.faults)
    return compile_packs(loaded.packs)


def run(
    rules: Rules,
    steps: Iterable[Step],
    *,
    shards: int = 1,
    workers: int = 1,
    starts_at: str = STARTS_AT,
    transactional: bool = True,
) -> Report:
    """Let the steps happen on a new stage, then let everything come in until the clock of every
    shard stands at the instant of the last step.

    `shards` is the number of partitions of each topic, `workers` how many share them at first.
    Without `transactional`, a checkpoint can be published and then not count, as on the embedded
    broker. Raises StepError for a step that is wrong, and what makes a worker fail.
    """
    plan = _plan_of(rules)
    log = Broker(partitions=shards, now=instant_ms(starts_at, 0), transactional=transactional)
    stage = Stage(plan, log, workers=workers)
    ends_at = asyncio.run(carry_out(stage, steps))
    return Report(plan, stage, ends_at)


async def carry_out(stage: Stage, steps: Iterable[Step]) -> int:
    """Let the steps happen, and everything come in; the instant of the last step. An error tells
    in which step it came up."""
    await stage.crew.begin()
    for number, step in enumerate(steps, 1):
        try:
            await step.happen(stage)
        except StepError as error:
            raise StepError(f"step {number}, {step}: {error}") from None
        except Exception as error:
            error.add_note(f"in step {number}, {step}")
            raise
    ends_at = stage.log.now
    await stage.finish()
    return ends_at


def _plan_of(rules: Rules) -> Plan:
    if isinstance(rules, Plan):
        return rules
    return rules_in(rules) if isinstance(rules, str | Path) else rules_in(*rules)
