"""Whether the soak would notice: `python -m tests.soak.faults`.

Each fault of `seeded` is put into a copy of the program, whose workers are then run for a short
time under load and meet the accidents in which the fault matters. First the program as it is meets
all of them, which has to do no harm. Exit code 1 tells that a fault was not caught, or that harm
was done without one.
"""

import argparse
import sys
from contextlib import AbstractContextManager
from pathlib import Path
from shutil import rmtree

import msgspec

from tests.integration.kafka_server import KafkaServer

from .accidents import Accident
from .crew import NotStableError
from .faulty import StaleFaultError, copied
from .seeded import FAULTS
from .soaking import Plan, named_topics, prepare, soak
from .verdict import Verdict

FOLDER = Path(".cache/soak-faults")


class Trial(msgspec.Struct, frozen=True):
    """A short run: its name, the accidents of it, and whether something has to come to light."""

    name: str
    accidents: tuple[Accident, ...]
    tree: AbstractContextManager[Path]
    is_faulty: bool = True


def main() -> int:
    """Run what the command line asks for."""
    asked = _asked()
    prepare()
    rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    faults = [fault for fault in FAULTS if asked.fault in fault.name]
    each = dict.fromkeys(accident for fault in faults for accident in fault.accidents)
    trials = [Trial("no fault", tuple(each), copied(), is_faulty=False)]
    trials += [Trial(fault.name, fault.accidents, copied(fault)) for fault in faults]
    server = KafkaServer(FOLDER / "kafka", asked.brokers)
    try:
        server.start()
        wrong = sum(not _is_as_expected(server, trial, asked) for trial in trials)
    finally:
        server.stop()
    _say(f"{len(faults)} faults, {wrong} trials that did not end as they should")
    return 1 if wrong else 0


def _is_as_expected(server: KafkaServer, trial: Trial, asked: argparse.Namespace) -> bool:
    name = trial.name.replace(" ", "-").replace("'", "")
    plan = Plan(
        list(trial.accidents),
        minutes=0,
        name=name,
        customers=400,
        rate=80.0,
        protocol=asked.protocol,
        seed=asked.seed,
        calm_s=(2.0, 4.0),
        tail_s=12.0,
    )
    try:
        with trial.tree as tree:
            outcome = soak(server, FOLDER / name, msgspec.structs.replace(plan, tree=tree), _mute)
    except (NotStableError, StaleFaultError) as error:
        _say(f"{trial.name}: could not be tried: {error}")
        return False
    server.delete_topics(msgspec.structs.astuple(named_topics(name)))
    verdict = outcome.verdict
    if outcome.failed:
        _say(f"{trial.name}: could not be tried: {', '.join(outcome.failed)}")
        return False
    found = "right" if verdict.is_right else f"caught: {_told(verdict)}"
    if trial.is_faulty and verdict.is_right:
        found = "NOT caught"
    _say(f"{trial.name}: {found}; {outcome.kills} kills, {outcome.records} records committed")
    return verdict.is_right is not trial.is_faulty


def _told(verdict: Verdict) -> str:
    counts = {name: value for name, value in msgspec.structs.asdict(verdict).items() if value}
    counts.pop("examples", None)
    return ", ".join(f"{number} {name}" for name, number in counts.items())


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soak.faults", description=__doc__)
    parser.add_argument("--fault", default="", help="only faults whose names contain this")
    parser.add_argument("--brokers", type=int, choices=[1, 3], default=3)
    parser.add_argument("--protocol", choices=["classic", "consumer"], default="classic")
    parser.add_argument("--seed", type=int, default=0, help="other accidents and events")
    return parser.parse_args()


def _mute(_: str) -> None:
    """Progress of a short run is not worth a line."""


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
