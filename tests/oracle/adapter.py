"""The one door from these tests to the product.

`replay` is its command, in this process: packs are written as YAML and events as JSON Lines, and
changes and tags are read back from its files. `Product` takes the same way without files, from the
packs' texts to the changes' lines, for many histories of the same packs.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from click.testing import CliRunner

from tagger.cli.main import cli
from tagger.cli.replay import final_tags
from tagger.codecs.json_events import JsonEvents
from tagger.codecs.json_lines import change_line, tags_line
from tagger.domain.tags import CurrentTags, TagChange
from tagger.engine.driver import Decider, Driver, Replayed
from tagger.engine.driver import replay as run_replay
from tagger.engine.profile import UNLIMITED, Profile
from tagger.engine.profile_codec import decode_profile, encode_profile
from tagger.engine.step import BEFORE_TIME, Clock, Input, Step
from tagger.rules.compiling.compile import compile_packs
from tagger.rules.loader import load_texts
from tagger.rules.plan import Plan
from tagger.workflows.pipeline import Pipeline

from .documents import yaml_of
from .inputs import in_order, input_at
from .model import OracleResult
from .strategies import spelled
from .values import Doc, instant

COMPARED = (
    *("effective_at", "customer_id", "sequence", "tag", "op", "value", "previous_value"),
    *("cause", "source", "expires_at"),
)


class RefusedError(Exception):
    """The product does not take a generated pack; the message says why."""


class Product:
    """The product with these packs loaded. Raises RefusedError where it finds an error."""

    def __init__(self, packs: list[Doc]) -> None:
        texts = {f"{number}.yaml": yaml_of(pack) for number, pack in enumerate(packs)}
        loaded = load_texts(texts)
        errors = [str(fault) for fault in loaded.faults if fault.is_error]
        if errors:
            raise RefusedError("\n".join([*errors, *texts.values()]))
        self.plan = compile_packs(loaded.packs)

    def replay(self, events: list[Doc], until: int | None) -> OracleResult:
        """What the product says of these events, in the oracle's words. Profiles are written down
        and read back after every step, as a worker does."""
        found = play(_Stored(self.plan), events, until)
        tags = (json.loads(tags_line(*of)) for of in final_tags(self.plan, found.profiles))
        return OracleResult(
            [told(change) for change in found.changes],
            {line["customer_id"]: line["tags"] for line in tags},
        )


def play(decider: Decider, events: list[Doc], until: int | None) -> Replayed:
    """A replay of these events, with commands at the instants at which they are read."""
    decode = JsonEvents().decode
    if all("read_at" not in event for event in events):
        records = [decode(json.dumps(event).encode()) for event in events]
        return run_replay(decider, records, until=until)
    reading = _Reading(decider)
    driver, found = Driver(reading), Replayed()
    last_at = max(map(input_at, events)) if until is None else until
    for event in in_order(events):
        reading.at = input_at(event)
        if reading.at <= last_at:
            found.add(driver.advance(reading.at))
            found.add(driver.feed(decode(json.dumps(event).encode())))
    found.add(driver.advance(last_at))
    found.profiles = driver.profiles
    found.changes.sort(key=lambda each: (each.effective_at, each.customer_id, each.sequence))
    return found


class _Reading:
    """A decider for whom it is `at` when a record comes, whatever the record says."""

    def __init__(self, decider: Decider) -> None:
        self.at = BEFORE_TIME
        self._decider = decider
        self.run_deadlines = decider.run_deadlines

    def step(self, profile: Profile | None, record: Input, clock: Clock) -> Step:
        return self._decider.step(profile, record, Clock(self.at))


class _Stored:
    """A decider that hands on nothing but what can be written down."""

    def __init__(self, plan: Plan) -> None:
        self._pipeline = Pipeline(plan, UNLIMITED)

    def step(self, profile: Profile | None, record: Input, clock: Clock) -> Step:
        return _written_down(self._pipeline.step(profile, record, clock))

    def run_deadlines(self, profile: Profile, clock: Clock) -> Step:
        return _written_down(self._pipeline.run_deadlines(profile, clock))


def _written_down(step: Step) -> Step:
    if step.profile is not None:
        step.profile = decode_profile(encode_profile(step.profile))
    return step


def replay(packs: list[Doc], events: list[Doc], until: int | None) -> OracleResult:
    """What the product's command says, in the oracle's words. Raises AssertionError where it
    refuses."""
    with TemporaryDirectory() as folder:
        root = Path(folder)
        rules = root / "rules"
        rules.mkdir()
        for number, pack in enumerate(packs):
            (rules / f"{number}.yaml").write_text(yaml_of(pack), encoding="utf-8")
        source = root / "events.jsonl"
        source.write_text("".join(f"{json.dumps(event)}\n" for event in events), encoding="utf-8")
        return replay_files(rules, [source], until, root)


def replay_files(
    rules: Path, sources: Iterable[Path], until: int | None, scratch: Path, *options: str
) -> OracleResult:
    """What the product says of these files; results are written below `scratch`."""
    changes, tags = scratch / "changes.jsonl", scratch / "tags.jsonl"
    words = ["replay", "--rules", str(rules), "--changes", str(changes), "--tags", str(tags)]
    words += options
    for source in sources:
        words += ["--events", str(source)]
    if until is not None:
        words += ["--until", str(spelled(until, 1))]
    result = CliRunner().invoke(cli, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return OracleResult(
        [_in_oracle_words(line) for line in _lines(changes)],
        {line["customer_id"]: line["tags"] for line in _lines(tags)},
    )


def _lines(path: Path) -> list[Doc]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def told(change: TagChange) -> Doc:
    """A change in the oracle's words."""
    return _in_oracle_words(json.loads(change_line(change)))


def told_tags(current: CurrentTags) -> Doc:
    """The tags that a customer holds, in the oracle's words."""
    values = {name: tag.value for name, tag in current.tags.items()}
    tags: Doc = json.loads(tags_line(current.customer_id, values))["tags"]
    return tags


def _in_oracle_words(change: Doc) -> Doc:
    expires_at = change["expires_at"]
    told = change | {
        "effective_at": instant(change["effective_at"]),
        "expires_at": None if expires_at is None else instant(expires_at),
    }
    return {word: told[word] for word in COMPARED}
