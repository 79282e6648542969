"""The program itself: under the job's one rule, with more workers, and with more rules."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import msgspec

from bench.compare.errors import BenchError
from bench.compare.packs_check import SAMPLED, complaints
from bench.compare.process import Command, clean_environment
from bench.compare.program import MEASURED, Program
from bench.compare.scene import Scene
from bench.job.purchases import PARTITIONS
from bench.job.rule import PACK, WITHIN_DAYS
from bench.results import ROOT
from tagger.stream.topics import Topics
from tests.integration.kafka_server import free_port

SHIPPED = (ROOT / "rules", ROOT / "rules/business/online_retail.yaml")
"""The core packs and those of one kind of business."""
UNTOUCHED = 60
"""Rules that no purchase touches; another program has ten times as many."""
_TAGGER = (sys.executable, "-m", "tagger")


def untouched_pack(number: int) -> str:
    """A pack of so many rules; each counts visits to a shelf of its own."""
    tags = "".join(
        f"  shelf_{each}:\n"
        f"    title: {{en: Shelf {each}}}\n"
        f"    assign:\n"
        f"      when:\n"
        f"        count:\n"
        f"          {{event: browse, where: {{category: shelf-{each}}}, within: {WITHIN_DAYS}d}}\n"
        f"        gte: 3\n"
        for each in range(number)
    )
    return f"pack: shelves\ndefaults: {{owner: bench}}\ntags:\n{tags}"


def _run(rules_of: Callable[[Scene], Sequence[Path]], workers: int, scene: Scene) -> list[Command]:
    """`tagger topics apply`, then `tagger run` for each of the workers, all in one group."""
    variables = _variables(scene)
    apply = (*_TAGGER, "topics", "apply", "--partitions", str(PARTITIONS), "--replicas", "1")
    environment = clean_environment() | variables
    made = subprocess.run(apply, env=environment, capture_output=True, text=True, check=False)
    if made.returncode:
        raise BenchError(f"tagger topics apply: {made.stderr or made.stdout}")
    rules = [word for path in rules_of(scene) for word in ("--rules", str(path))]
    return [
        Command((*_TAGGER, "run", *rules), {**variables, "TAGGER_WEB_PORT": str(free_port())})
        for _ in range(workers)
    ]


def _variables(scene: Scene) -> dict[str, str]:
    own = {role: f"{scene.name}.{name}" for role, name in msgspec.structs.asdict(Topics()).items()}
    names = {**own, "purchase": scene.events, "tag_change": scene.changes}
    return {
        "PYTHONPATH": str(MEASURED),
        "TAGGER_BROKERS": scene.server.brokers,
        "TAGGER_GROUP": scene.name,
        "TAGGER_WEB_HOST": "127.0.0.1",
        **{f"TAGGER_TOPIC_{role.upper()}": name for role, name in names.items()},
    }


def _one_rule(scene: Scene) -> list[Path]:
    return [_written(scene, "bench.yaml", PACK)]


def _with_untouched(number: int, scene: Scene) -> list[Path]:
    return [*_one_rule(scene), _written(scene, "shelves.yaml", untouched_pack(number))]


def _shipped(_: Scene) -> Sequence[Path]:
    return SHIPPED


def _written(scene: Scene, name: str, pack: str) -> Path:
    file = scene.folder / name
    file.write_text(pack, "utf-8")
    return file


TAGGER = Program("tagger", "tagger", "exactly once", {}, partial(_run, _one_rule, 1))
TWO_WORKERS = Program(
    "tagger-two", "tagger, two workers", "exactly once", {}, partial(_run, _one_rule, 2)
)
PACKS = Program(
    "tagger-packs",
    "tagger, core packs and online retail",
    "exactly once",
    {},
    partial(_run, _shipped, 1),
    note=f"The changes of {SAMPLED} customers are compared with the tests' oracle; of all "
    "customers it is seen that changes have no gap, never go back in time, and that each starts "
    "from the value that the one before it left.",
    most_events=200_000,
    is_live=False,
    check=partial(complaints, SHIPPED),
)
FEW_UNTOUCHED = Program(
    "tagger-untouched",
    f"tagger, {UNTOUCHED} more rules, not touched",
    "exactly once",
    {},
    partial(_run, partial(_with_untouched, UNTOUCHED), 1),
    note="The job's rule, and rules that count visits, of which there are none.",
)
MANY_UNTOUCHED = Program(
    "tagger-untouched-10",
    f"tagger, {10 * UNTOUCHED} more rules, not touched",
    "exactly once",
    {},
    partial(_run, partial(_with_untouched, 10 * UNTOUCHED), 1),
)
