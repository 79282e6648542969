"""Every private part of Faust and mode that the transport relies on, and why.

The versions are pinned exactly. `RELIED_ON` names what the code here was written against; a test
compares its fingerprints, so that an upgrade cannot change it unseen.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import faust
from faust.app.base import BootStrategy
from faust.types import TP, AppT, ServiceT
from mode.supervisors import CrashingSupervisor

VERSIONS = {"faust-streaming": "0.15.3", "mode-streaming": "0.7.1"}

RELIED_ON = {
    "faust.app.base:App.on_started": "c03627f2dc44a1dd",
    "faust.app.base:App.on_stop": "bfe5a933defb2324",
    "faust.app.base:App._stop_consumer": "55854a5de12c3f52",
    "faust.app.base:App._create_directories": "a9f571c3b04abec3",
    "faust.app.base:App._new_consumer": "bff6ccd646b71ea9",
    "faust.app.base:BootStrategy.server": "97e47ea1dec34b55",
    "faust.types.settings.settings:Settings._init_env_prefix": "d142d19d3720a099",
    "faust.types.settings.base:SettingsRegistry._init_settings": "73b1705b4f9d5d6a",
    "faust.tables.manager:TableManager.wait_until_tables_registered": "e9bed5b158eeba36",
    "faust.tables.manager:TableManager.wait_until_recovery_completed": "e0f224aba177e99d",
    "faust.transport.base:Transport": "0b345940700ef976",
    "faust.transport.conductor:Conductor.on_partitions_assigned": "616e9729131cf0bb",
    "faust.transport.conductor:Conductor._compile_message_handler": "9fbc0538097aa4ec",
    "faust.transport.conductor:Conductor._subscriber.fun": "2a79085834048049",
    "faust.transport.consumer:Consumer.__init__": "302410d59e6972d1",
    "faust.transport.consumer:Consumer.on_stop": "45b1d2210ce2b526",
    "faust.transport.consumer:Consumer._commit_handler.fun": "4e5da5df073082d6",
    "faust.transport.producer:Producer.__init__": "5c53a4b47aa1372b",
    "mode.services:Service.stop": "e17cd2b6bd01e861",
    "mode.services:Service._actually_start": "def664241401b666",
}
"""Private or undocumented parts by `module:name`, with a fingerprint of their source."""

COMPILED = {
    "faust._cython:streams.pyx": "0041622f4a251188",
    "faust.transport._cython:conductor.pyx": "dde1f974267881cf",
}
"""The same for modules that Faust ships compiled, by `package:file`."""


SAFE: Mapping[str, Any] = {
    "env": {},
    "processing_guarantee": "at_least_once",
    "producer_threaded": False,
    "table_standby_replicas": 0,
    "stream_buffer_maxsize": 10**9,
    "stream_wait_empty": False,
    "stream_publish_on_commit": False,
    "consumer_auto_offset_reset": "earliest",
    "agent_supervisor": CrashingSupervisor,
    "topic_disable_leader": True,
    "topic_allow_declare": False,
    "web_enabled": False,
    "store": "memory:",
}
"""Faust's own settings. It would let variables of the environment, such as `PRODUCER_THREADED`, go
before what is given here, so it gets an empty one. Off are: its exactly once, which loses state and
offsets in recovery; threads and standby replicas of its own; agents that are started anew after an
exception, without the batch that raised it; waiting for acknowledgements, which it never gets;
topics, tables and pages of its own. Its buffers have no bound to speak of, for when the one of a
topic is full all topics wait: the reader bounds what is outstanding."""


class ConsumerOnly(BootStrategy):
    """Starts the consumer, the agents and the conductor. Offsets, state and outputs are the
    log's, so Faust's producer, tables, reply consumer and leader election stay down."""

    def server(self) -> Iterable[ServiceT]:
        """What starts, in this order."""
        return [self.app.consumer, self.app.agents, self.app.topics]


class BareApp(faust.App):
    """A Faust app that writes nothing to the disk and waits for no table."""

    BootStrategy = ConsumerOnly

    def _create_directories(self) -> None:
        return


def open_gates(app: faust.App) -> None:
    """Let the conductor subscribe and the streams flow: the table manager would say so, but there
    are no tables and it is not started."""
    app.tables._tables_registered.set()  # type: ignore[attr-defined]  # noqa: SLF001
    app.flow_control.resume()


async def route(app: faust.App, partitions: Iterable[tuple[str, int]]) -> None:
    """Tell the conductor which partitions go to which agents; it wants all of them each time."""
    await app.topics.on_partitions_assigned({TP(*partition) for partition in partitions})


def generation(app: AppT) -> int:
    """What a message must carry: streams drop those of another generation in silence."""
    return app.consumer_generation_id
