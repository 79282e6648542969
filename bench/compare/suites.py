"""Which programs are compared with one another, and what each has to reach."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bench.compare import java_programs as java
from bench.compare import python_programs as python
from bench.compare import tagger_programs as own
from bench.compare.program import Program
from bench.job.rule import LEAST, WITHIN_DAYS
from bench.results import FOLDER, ROOT


@dataclass(frozen=True)
class Suite:
    """`base` is the program that the others are compared with, by key; `against` names another one
    for some of them, `targets` the greatest ratio that is wanted. `page` is written for people."""

    key: str
    title: str
    explanation: str
    programs: tuple[Program, ...]
    base: str
    page: Path
    against: Mapping[str, str] = field(default_factory=dict)
    targets: Mapping[str, float] = field(default_factory=dict)

    @property
    def figures(self) -> Path:
        """The same for programs."""
        return FOLDER / f"{self.key}.json"


_JOB = f"At least {LEAST} purchases within {WITHIN_DAYS} days make a customer active. "
_PEERS = (
    own.TAGGER,
    java.STREAMS_EXACTLY_ONCE,
    java.STREAMS_AT_LEAST_ONCE,
    python.HAND_LOOP,
    python.FAUST,
)
PEERS = Suite(
    "peers",
    "A year of purchases",
    _JOB + "The ratio is to Kafka Streams, exactly once.",
    _PEERS,
    java.STREAMS_EXACTLY_ONCE.key,
    ROOT / "bench/RESULTS.md",
    targets={own.TAGGER.key: 0.25},
)
FULL = Suite(
    "full",
    "A year of purchases, all programs",
    PEERS.explanation,
    (*_PEERS, java.FLINK, python.BYTEWAX, python.QUIX, python.NIGHTLY_BATCH),
    PEERS.base,
    ROOT / "bench/RESULTS-FULL.md",
    targets=PEERS.targets,
)
RULES = Suite(
    "rules",
    "More workers, more rules",
    _JOB + "tagger does this with one worker and with two, then under the core packs with one kind "
    "of business instead, then with further rules that no purchase touches. The ratio is to one "
    f"worker with the one rule; that of {10 * own.UNTOUCHED} rules is to {own.UNTOUCHED}.",
    (own.TAGGER, own.TWO_WORKERS, own.PACKS, own.FEW_UNTOUCHED, own.MANY_UNTOUCHED),
    own.TAGGER.key,
    ROOT / "bench/RULES.md",
    against={own.MANY_UNTOUCHED.key: own.FEW_UNTOUCHED.key},
    targets={
        own.TWO_WORKERS.key: 1.18,
        own.PACKS.key: 3.0,
        own.MANY_UNTOUCHED.key: 1.1,
    },
)
SUITES = {suite.key: suite for suite in (PEERS, FULL, RULES)}
