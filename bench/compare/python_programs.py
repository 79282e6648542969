"""The peers in Python: how each is started, and what it does not do by itself."""

import sys
from collections.abc import Sequence

from bench.compare.errors import BenchError
from bench.compare.process import Command
from bench.compare.program import OF_THIS_CHECKOUT, Program, texts
from bench.compare.scene import Scene
from bench.peers import hand_loop, nightly_batch
from bench.peers.settings import bytewax, quix
from bench.results import ROOT

PYTHON = ROOT / ".cache/peers/python/bin/python"
"""Of the environment in which the peers are that are not the product's dependencies."""


def _module(python: str, name: str, scene: Scene, *more: str) -> Sequence[Command]:
    names = (scene.server.brokers, scene.name, scene.events, scene.changes, *more)
    return [Command((python, "-m", f"bench.peers.{name}", *names), OF_THIS_CHECKOUT)]


def _hand_loop(scene: Scene) -> Sequence[Command]:
    return _module(sys.executable, "hand_loop", scene)


def _nightly_batch(scene: Scene) -> Sequence[Command]:
    return _module(sys.executable, "nightly_batch", scene)


def _quix(scene: Scene) -> Sequence[Command]:
    return _module(_further(), "quix_state", scene, str(scene.folder / "state"))


def _bytewax(scene: Scene) -> Sequence[Command]:
    return _module(_further(), "bytewax_flow", scene, str(scene.folder / "state"))


def _further() -> str:
    if not PYTHON.exists():
        raise BenchError(f"{PYTHON.relative_to(ROOT)} is missing: run `make further-peers`")
    return str(PYTHON)


def _faust(scene: Scene) -> Sequence[Command]:
    variables = {
        "BENCH_BROKERS": scene.server.brokers,
        "BENCH_GROUP": scene.name,
        "BENCH_INPUT": scene.events,
        "BENCH_OUTPUT": scene.changes,
        "BENCH_FOLDER": str(scene.folder / "state"),
    }
    arguments = (sys.executable, "-m", "bench.peers.faust_table", "worker", "-l", "warn")
    return [Command(arguments, {**OF_THIS_CHECKOUT, **variables})]


HAND_LOOP = Program(
    "hand-loop",
    "loop in Python",
    "none",
    texts(hand_loop.CONSUMER, hand_loop.PRODUCER),
    _hand_loop,
)
FAUST = Program(
    "faust",
    "stock Faust",
    "at least once",
    {},
    _faust,
    note="Its records are not compressed: its client reads only that without further packages.",
    most_events=40_000,
    compression="none",
    is_live=False,
)
QUIX = Program(
    "quix",
    "Quix Streams",
    "exactly once",
    texts(quix.APPLICATION, quix.CONSUMER, quix.PRODUCER),
    _quix,
    note="Quix has state by key and no timers, so customers who never come back would be missed. "
    "Here all records of a partition have one key, and alarms are made by hand, in memory: a "
    "restart loses them.",
)
BYTEWAX = Program(
    "bytewax",
    "Bytewax",
    "at least once",
    texts(bytewax.DATAFLOW, bytewax.CONSUMER, bytewax.PRODUCER),
    _bytewax,
    note="Bytewax has timers by the wall clock only, so a backlog would miss customers who never "
    "come back. Here a partition is the key, with alarms made by hand; all of its state is in "
    "memory and in every snapshot.",
)
NIGHTLY_BATCH = Program(
    "duckdb",
    "DuckDB",
    "batch: no live delay",
    texts(nightly_batch.CONSUMER, hand_loop.PRODUCER),
    _nightly_batch,
    note="The topic is dumped once into a file, and SQL finds the changes of all time. A change is "
    "heard of the night after, and the next night begins from nothing.",
    is_live=False,
)
