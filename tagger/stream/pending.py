"""What a shard has decided since its last checkpoint."""

from tagger.engine.step import Step
from tagger.stream.outputs import Result


class Pending:
    """Results in the order in which they came to be, and the customers they are about.

    `dirty` customers have a profile to write, `retagged` ones other tags than before; both keep
    the order in which they first changed, so that the same input gives the same records. `swept`
    counts the customers whose deadlines were run, `dropped_waits` and `shortened` what was given up
    of large profiles, as `Step` says.
    """

    __slots__ = ("dirty", "dropped_waits", "results", "retagged", "shortened", "swept")

    def __init__(self) -> None:
        self.dirty: dict[str, None] = {}
        self.retagged: dict[str, None] = {}
        self.results: list[Result] = []
        self.swept = 0
        self.dropped_waits = 0
        self.shortened = 0

    def __len__(self) -> int:
        """How many records a checkpoint would write, about."""
        return len(self.dirty) + len(self.retagged) + len(self.results)

    def add(self, customer_id: str, step: Step) -> None:
        """Take over what a step publishes, and that the customer's profile is another one."""
        self.dirty[customer_id] = None
        self.dropped_waits += step.dropped_waits
        self.shortened += step.shortened
        if step.changes:
            self.retagged[customer_id] = None
            self.results += step.changes
        if step.actions:
            self.results += step.actions
        if step.outcome is not None:
            self.results.append(step.outcome)
