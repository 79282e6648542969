"""Faults against exactly once: each as edits of the program, with the accidents it fails in."""

from argparse import ArgumentTypeError

from tests.oracle.faults import Fault

from .accidents import Accident
from .faulty import SeededFault
from .orders import Point

_PRODUCER = "tagger/stream/kafka/transaction_producer.py"
_RECORDS = "tagger/stream/kafka/transaction_records.py"
_TRANSACTIONS = "tagger/stream/kafka/transactions.py"

_FILL = "            await on_a_thread(partial(fill, producer, checkpoints, topics, receipts))\n"
_SEND = "            await within(ASK_S, send)\n"
_COMMIT = "            await within(END_S, partial(producer.commit_transaction, END_S))\n"
_BEGIN = "            await on_a_thread(producer.begin_transaction)\n"
_RESULT = "            produce(producer, output, receipts.of_record())\n"
_ROWS = "        _write_changelog(producer, topics.profile_changelog, checkpoint, receipts)\n"
_FLUSH = "        beside.flush(30)\n"


def _edit(file: str, text: str, instead: str) -> Fault:
    return Fault(f"an edit of {file}", file, text, instead)


def _added(file: str, text: str, more: str) -> Fault:
    return _edit(file, text, text + more)


def _dying(*points: Point) -> tuple[Accident, ...]:
    return tuple(Accident("die", point) for point in points)


_BESIDE = (
    _added(
        _PRODUCER,
        "        self._producer = clients.transactional_producer(settings, name)\n",
        "        self._beside = clients.producer(settings, linger_ms=3_000)\n",
    ),
    _edit(
        _PRODUCER,
        "partial(fill, producer, checkpoints, topics, receipts)",
        "partial(fill, producer, checkpoints, topics, receipts, self._beside)",
    ),
    _edit(_RECORDS, "topics: Topics, receipts: Receipts\n", "topics, receipts, beside: Producer\n"),
)
"""Gives `fill` a producer that is in no transaction."""

FAULTS = (
    SeededFault(
        "offsets first",
        (_edit(_PRODUCER, _FILL + _SEND, _BEGIN + _SEND + _COMMIT + _FILL),),
        3 * _dying("committed", "begun"),
    ),
    SeededFault(
        "commit before flush",
        (*_BESIDE, _edit(_RECORDS, _RESULT, _RESULT.replace("producer", "beside"))),
        _dying("committed", "committed", "committed"),
    ),
    SeededFault(
        "results beside the transaction",
        (*_BESIDE, _edit(_RECORDS, _RESULT, _RESULT.replace("producer", "beside") + _FLUSH)),
        _dying("produced", "offsets sent", "produced"),
    ),
    SeededFault(
        "changelog before commit",
        (
            *_BESIDE,
            _edit(_RECORDS, _ROWS, _ROWS.replace("producer", "beside") + _FLUSH),
        ),
        _dying("produced", "offsets sent", "produced"),
    ),
    SeededFault(
        "store before commit",
        (
            _edit(
                "tagger/stream/commits.py",
                "            reached = await self._log.commit(checkpoint)\n",
                "            store.committed(checkpoint.changelog, None, self._log.now())\n"
                "            reached = await self._log.commit(checkpoint)\n",
            ),
        ),
        2 * _dying("produced", "offsets sent"),
    ),
    SeededFault(
        "no generation",
        (
            _added(
                _TRANSACTIONS,
                "        self._reader = reader\n",
                "        from tagger.stream.kafka.clients import changelog_reader\n"
                "        self._nobody = changelog_reader(settings).consumer_group_metadata()\n",
            ),
            _edit(
                _TRANSACTIONS,
                "            has_generation = generation_of(metadata) >= 0\n",
                "            has_generation, metadata = True, self._nobody\n",
            ),
        ),
        3 * (Accident("freeze at", "begun"),),
    ),
    SeededFault(
        "a lost shard's checkpoint made again",
        (
            _edit(
                _TRANSACTIONS,
                "[tenure(each.checkpoint.shard) == each.tenure for each in taken]",
                "[tenure(each.checkpoint.shard) >= each.tenure for each in taken]",
            ),
            _edit(
                _TRANSACTIONS,
                "[not is_leaving(each.checkpoint.shard) for each in taken]",
                "[is_leaving is not None for each in taken]",
            ),
        ),
        3 * (Accident("freeze at", "begun"),),
    ),
    SeededFault(
        "aborted records restored",
        (
            _edit(
                "tagger/stream/kafka/clients.py",
                'isolation: Isolation = "read_committed"',
                'isolation: Isolation = "read_uncommitted"',
            ),
        ),
        _dying("produced", "offsets sent", "produced"),
    ),
    SeededFault(
        "nothing restored",
        (
            _edit(
                "tagger/stream/kafka/changelog.py",
                "        if self.reached >= self._end:\n            return None\n",
                "        if self.reached >= 0:\n            return None\n",
            ),
        ),
        2 * (Accident("freeze"),),
    ),
)


def fault_named(name: str) -> SeededFault:
    """The one fault whose name contains this. Raises ArgumentTypeError."""
    found = [fault for fault in FAULTS if name in fault.name]
    if len(found) != 1:
        names = "\n  ".join(fault.name for fault in FAULTS)
        raise ArgumentTypeError(f"{len(found)} faults are named {name!r}; there are:\n  {names}")
    return found[0]
