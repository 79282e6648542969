"""Kills workers of a real Kafka cluster under load, and looks whether anything was lost or doubled:
`python -m tests.soak`.

Live traffic on all input topics, tags that come and go within seconds. Again and again, 5 to 15
seconds after the group is stable: a worker is killed, or dies at a chosen point of a checkpoint or
restore, or is frozen beyond its session, or brokers are shut down or killed and come back. What was
committed is compared with the oracle, see `verdict`. Exit code 1 when they differ, or when there
were fewer kills than asked for; what workers and brokers wrote stays in `.cache/soak`.
"""

import argparse
import random
import sys
import time
from pathlib import Path
from shutil import rmtree

from tests.integration.kafka_server import KafkaServer, KafkaServerError

from .accidents import deck
from .crew import NotStableError
from .faulty import StaleFaultError, copied
from .feed import FeedError
from .seeded import fault_named
from .soaking import Outcome, Plan, facts, prepare, soak

FOLDER = Path(".cache/soak")


def main() -> int:
    """Run what the command line asks for."""
    asked = _asked()
    prepare()
    rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    server = KafkaServer(FOLDER / "kafka", asked.brokers)
    try:
        server.start()
        with copied(asked.fault) as tree:
            outcome = soak(server, FOLDER, _plan(asked, tree), say)
    except (KafkaServerError, NotStableError, FeedError, StaleFaultError) as error:
        say(f"the run broke off: {error}")
        return 1
    finally:
        server.stop()
    for line in facts(outcome):
        sys.stdout.write(f"{line}\n")
    return 0 if _is_good(outcome, asked) else 1


def say(line: str) -> None:
    """Print, whoever reads."""
    sys.stdout.write(f"{time.strftime('%H:%M:%S')}  {line}\n")
    sys.stdout.flush()


def _plan(asked: argparse.Namespace, tree: Path) -> Plan:
    return Plan(
        deck(random.Random(asked.seed), asked.kills, asked.armed),
        asked.minutes,
        workers=asked.workers,
        partitions=asked.partitions,
        customers=asked.customers,
        rate=asked.rate,
        order=asked.feed,
        protocol=asked.protocol,
        seed=asked.seed,
        tree=tree,
    )


def _is_good(outcome: Outcome, asked: argparse.Namespace) -> bool:
    enough = outcome.kills >= asked.kills and outcome.deaths >= asked.armed
    return outcome.verdict.is_right and enough and not outcome.failed


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=15.0, help="of traffic at least")
    parser.add_argument("--kills", type=int, default=40, help="of workers at least")
    parser.add_argument("--armed", type=int, default=15, help="of these, at chosen points")
    parser.add_argument("--brokers", type=int, choices=[1, 3], default=3)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--partitions", type=int, default=6)
    parser.add_argument("--customers", type=int, default=300)
    parser.add_argument("--rate", type=float, default=40.0, help="records a second")
    parser.add_argument("--feed", choices=["in-order", "disordered"], default="in-order")
    parser.add_argument("--protocol", choices=["classic", "consumer"], default="classic")
    parser.add_argument("--seed", type=int, default=0, help="other accidents and events")
    parser.add_argument("--fault", type=fault_named, help="put this fault into the workers")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
