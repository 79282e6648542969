"""Carries out accidents: on workers, and on the brokers while the feed waits or goes on."""

import random
import time

from tests.integration.kafka_server import KafkaServer

from .accidents import Accident
from .crew import Crew
from .feed import LiveFeed
from .orders import Order

FROZEN_S = 10.0
"""Longer than the session of 6 s and what others need to take the shards over."""
AWAY_S = (0.0, 0.0, 8.0)
"""How long a killed worker or broker stays away: mostly it is back before its session is over."""
ATTEMPTS = 3


class AccidentError(Exception):
    """An accident could not be made: no worker came to the point."""


class Scene:
    """Where accidents happen. `pauses` the feed while brokers are away: events that they take too
    late would not come in order."""

    def __init__(
        self,
        server: KafkaServer,
        crew: Crew,
        feed: LiveFeed,
        draw: random.Random,
        *,
        pauses: bool,
    ) -> None:
        self._server = server
        self._crew = crew
        self._feed = feed
        self._draw = draw
        self._pauses = pauses

    def make(self, accident: Accident) -> str:
        """Let it happen to a worker or broker that chance chooses, and begin what has ended anew.
        Gives its name. Raises AccidentError."""
        if accident.is_broker:
            return self._on_brokers(accident)
        for _ in range(ATTEMPTS):
            worker = self._draw.choice(self._crew.numbers)
            if self._on_worker(accident, worker):
                break
            self._crew.thaw(worker)
            self._crew.start_dead()
            self._crew.until_stable()
        else:
            raise AccidentError(f"{accident}: no worker came to it")
        if accident.kills:
            time.sleep(self._draw.choice(AWAY_S))
        self._crew.start_dead()
        return f"worker {worker}"

    def _on_worker(self, accident: Accident, worker: int) -> bool:
        crew = self._crew
        match accident.kind:
            case "die" if accident.point == "restoring":
                crew.kill(worker)
                order = Order("die", accident.point, self._draw.randrange(3))
                return crew.obeys(worker, order, begin=True)
            case "die" if accident.point is not None:
                return crew.obeys(worker, Order("die", accident.point))
            case "freeze at" if accident.point is not None:
                if not crew.obeys(worker, Order("freeze", accident.point)):
                    return False
                time.sleep(FROZEN_S)
                crew.thaw(worker)
            case "freeze":
                crew.freeze(worker)
                time.sleep(FROZEN_S)
                crew.thaw(worker)
            case _:
                crew.kill(worker)
        return True

    def _on_brokers(self, accident: Accident) -> str:
        server, chosen = self._server, [self._draw.choice(self._server.numbers)]
        if self._pauses:
            self._feed.pause()
        if accident.kind == "restart a broker":
            server.shut_down(chosen[0])
        else:
            if accident.kind == "kill all brokers":
                chosen = server.numbers
            server.kill(*chosen)
            time.sleep(self._draw.choice(AWAY_S))
        server.launch(*chosen)
        server.until_in_sync()
        if self._pauses:
            self._feed.resume()
        return f"broker {', '.join(map(str, chosen))}"
