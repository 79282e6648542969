"""Makes the file of the version that this program writes by itself."""

from random import Random

from tagger.stream.log import Host, Log
from tagger.stream.script import CrashInCommit, Rebalance, run
from tagger.stream.simulated import SimulatedLog
from tagger.stream.worker import Worker

from .history import BEGIN, PARTITIONS, READ_MS, history, quiet_months, steps
from .kept import Kept
from .running import changes, parts, plan_of, shipped_rules

_SEED = 4
_BOTH = Rebalance({0: "a", 1: "b"})


def made() -> Kept:
    """The middle of the history, where the worker of shard 1 dies with profiles written and
    offsets not yet, and that of shard 0 leaves in order."""
    random = Random(_SEED)
    settled = history(random, 320, in_order=False)
    written = [*settled, *history(random, 8, in_order=True, behind=settled)]
    later = history(random, 160, in_order=True, behind=written)
    rules = shipped_rules()
    plan = plan_of(rules)

    def host_for(port: Log) -> Host:
        return Worker(port, parts(plan))

    def begun() -> SimulatedLog:
        return SimulatedLog(partitions=PARTITIONS, now=BEGIN, transactional=False)

    whole, log = begun(), begun()
    run([_BOTH, *steps([*written, *later], BEGIN), *quiet_months()], whole, host_for)
    last = steps(written[len(settled) :], settled[-1].at + READ_MS)
    stop = [CrashInCommit("b", "between"), *last, Rebalance({})]
    run([_BOTH, *steps(settled, BEGIN), *stop], log, host_for)
    published = dict(changes(log.published).keys())
    return Kept(
        now=log.now,
        rules=rules,
        written=written,
        published=published,
        committed=log.committed,
        changelogs={shard: list(dict(rows).items()) for shard, rows in log.changelogs.items()},
        later=later,
        changes=[
            line
            for (customer, sequence), line in changes(whole.published).items()
            if sequence > published.get(customer, 0)
        ],
    )
