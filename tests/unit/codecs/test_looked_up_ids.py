import asyncio
import json
from collections.abc import Iterator

import pytest

from tagger.codecs import schemas
from tagger.codecs.decode import RecordDecoder
from tagger.codecs.decode_outputs import OutputDecoder
from tagger.codecs.encode import Encoder
from tagger.codecs.framing import registry_header
from tagger.codecs.looked_up_ids import AskingIds, LookedUpIds, connection
from tagger.codecs.registry_client import RegistryAwayError
from tagger.codecs.schema_ids import NO_SCHEMA_IDS, KnownSchemaIds, SchemaIds, SchemaIdsError
from tagger.domain.dead_letters import DeadLetterCode, RecordError
from tagger.domain.tags import TagChange
from tagger.stream.schema_ids import subjects
from tagger.stream.topics import Topics
from tests.fake_registry import FakeRegistry, fake_registry

from .sample_records import A_CHANGE, A_PURCHASE, avro

PURCHASE = schemas.current("Purchase")
BROWSE = schemas.current("Browse")


@pytest.fixture
def registry() -> Iterator[FakeRegistry]:
    with fake_registry() as running:
        yield running


class Clock:
    """Stands still until it is moved; whoever sleeps moves it."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.slept = 0

    def __call__(self) -> float:
        return self.now_s

    async def sleep(self, seconds: float) -> None:
        self.now_s += seconds
        self.slept += 1


def looked_up(
    registry: FakeRegistry, clock: Clock | None = None, known: SchemaIds = NO_SCHEMA_IDS
) -> LookedUpIds:
    clock = clock or Clock()
    return LookedUpIds(connection(registry.access), known, clock_s=clock, sleep=clock.sleep)


def look_up(ids: LookedUpIds, *wanted: int) -> None:
    asyncio.run(ids.look_up(wanted))


def asked(registry: FakeRegistry) -> dict[str, int]:
    return {path.rpartition("/")[2]: count for path, count in registry.asked.items()}


def test_an_id_is_asked_for_once(registry: FakeRegistry) -> None:
    first, second = registry.add("a", PURCHASE), registry.add("b", BROWSE)
    ids = looked_up(registry)

    async def at_once() -> None:
        await asyncio.gather(*(ids.look_up([first, second]) for _ in range(4)))

    asyncio.run(at_once())
    look_up(ids, first, second)
    assert (ids.schema_of(first), ids.schema_of(second)) == (PURCHASE, BROWSE)
    assert asked(registry) == {"1": 1, "2": 1}


def test_an_id_of_the_file_is_not_asked_for(registry: FakeRegistry) -> None:
    ids = looked_up(registry, known=KnownSchemaIds({7: PURCHASE}))
    look_up(ids, 7)
    assert ids.schema_of(7) == PURCHASE
    assert asked(registry) == {}


def test_an_id_that_a_copy_of_the_registry_does_not_have_yet_is_found(
    registry: FakeRegistry,
) -> None:
    registry.add("a", PURCHASE)
    registry.lagging = {1}
    ids = looked_up(registry)
    look_up(ids, 1)
    assert ids.schema_of(1) == PURCHASE


def test_an_unknown_id_is_asked_for_again_after_a_minute(registry: FakeRegistry) -> None:
    clock = Clock()
    ids = looked_up(registry, clock)
    look_up(ids, 1)
    assert ids.schema_of(1) is None
    assert asked(registry) == {"1": 2}
    look_up(ids, 1)
    assert asked(registry) == {"1": 2}
    registry.add("a", PURCHASE)
    clock.now_s += 60
    look_up(ids, 1)
    assert ids.schema_of(1) == PURCHASE


@pytest.mark.parametrize("too_large", [2**31, 2**32 - 1])
def test_an_id_that_no_registry_gives_out_is_unknown_and_not_asked_for(
    registry: FakeRegistry, too_large: int
) -> None:
    ids = looked_up(registry)
    look_up(ids, 2**31 - 1, too_large)
    assert asked(registry) == {str(2**31 - 1): 2}
    with pytest.raises(RecordError) as caught:
        RecordDecoder(ids).decode("purchase", registry_header(too_large) + b"x")
    assert caught.value.code is DeadLetterCode.UNKNOWN_SCHEMA


def test_many_unknown_ids_make_nobody_wait(registry: FakeRegistry) -> None:
    clock = Clock()
    ids = looked_up(registry, clock)
    look_up(ids, *range(100, 120))
    assert clock.slept == 1
    look_up(ids, *range(200, 220))
    assert clock.slept == 1
    assert {ids.schema_of(id_) for id_ in (100, 119, 200, 219)} == {None}


def test_what_was_answered_before_the_registry_went_away_stays(registry: FakeRegistry) -> None:
    registry.add("a", PURCHASE)
    ids = looked_up(registry)
    look_up(ids, 1)
    registry.answer = (503, b"")
    with pytest.raises(RegistryAwayError):
        look_up(ids, 1, 2)
    assert ids.missing([1, 2]) == {2}
    assert ids.schema_of(1) == PURCHASE


def test_a_record_is_never_called_bad_because_nobody_asked(registry: FakeRegistry) -> None:
    decoder = RecordDecoder(looked_up(registry))
    with pytest.raises(LookupError, match="schema id 5"):
        decoder.decode("purchase", registry_header(5) + b"x")


def test_records_of_an_unknown_id_are_dead_letters(registry: FakeRegistry) -> None:
    ids = looked_up(registry)
    look_up(ids, 5)
    with pytest.raises(RecordError) as caught:
        RecordDecoder(ids).decode("purchase", registry_header(5) + b"x")
    assert caught.value.code == DeadLetterCode.UNKNOWN_SCHEMA


@pytest.mark.parametrize("kind", ["AVRO", "PROTOBUF"])
def test_records_of_a_schema_that_is_no_avro_record_are_a_mismatch(
    registry: FakeRegistry, kind: str
) -> None:
    registry.add("a", '"string"', kind)
    ids = looked_up(registry)
    look_up(ids, 1)
    with pytest.raises(RecordError, match="schema id 1: not an Avro record schema") as caught:
        RecordDecoder(ids).decode("purchase", registry_header(1) + b"x")
    assert caught.value.code == DeadLetterCode.SCHEMA_MISMATCH


def asking(registry: FakeRegistry, known: SchemaIds = NO_SCHEMA_IDS) -> AskingIds:
    return AskingIds(connection(registry.access), subjects(Topics()), known)


def test_what_is_written_names_the_registered_schema_and_is_read_by_it(
    registry: FakeRegistry,
) -> None:
    registry.add("other", PURCHASE)
    registry.add(f"{Topics().tag_change}-value", schemas.current("TagChange"))
    registry.add(f"{Topics().purchase}-value", PURCHASE)
    encoder = Encoder("registry", asking(registry), records=[TagChange, type(A_PURCHASE)])
    value = encoder.encode(A_CHANGE)
    assert value.startswith(registry_header(2))
    assert OutputDecoder(asking(registry)).decode(TagChange, value) == A_CHANGE
    value = encoder.encode(A_PURCHASE)
    assert RecordDecoder(asking(registry)).decode("purchase", value) == A_PURCHASE


def test_a_schema_with_other_docs_writes_the_same_records(registry: FakeRegistry) -> None:
    subject = f"{Topics().purchase}-value"
    registry.add(subject, '"string"')
    registry.add(subject, json.dumps(PURCHASE | {"doc": "as it was"}, indent=1))
    registry.add(subject, BROWSE)
    assert asking(registry).id_of(PURCHASE) == 2
    assert asking(registry).id_of(schemas.current("TagChange")) is None


def test_the_file_goes_before_the_registry(registry: FakeRegistry) -> None:
    registry.add(f"{Topics().purchase}-value", PURCHASE)
    ids = asking(registry, KnownSchemaIds({9: PURCHASE}))
    assert ids.id_of(PURCHASE) == 9
    assert ids.schema_of(9) == PURCHASE
    assert ids.schema_of(1) == PURCHASE


def test_commands_are_told_that_the_registry_is_away(registry: FakeRegistry) -> None:
    registry.answer = (503, b"")
    with pytest.raises(SchemaIdsError, match="answers 503"):
        asking(registry).schema_of(1)
    with pytest.raises(SchemaIdsError, match="answers 503"):
        asking(registry).id_of(PURCHASE)


def test_a_schema_that_is_looked_up_resolves_records_of_older_writers(
    registry: FakeRegistry,
) -> None:
    older = PURCHASE | {"fields": [f for f in PURCHASE["fields"] if f["name"] != "channel"]}
    registry.add("a", older)
    ids = looked_up(registry)
    look_up(ids, 1)
    fields = {name: getattr(A_PURCHASE, name) for name in A_PURCHASE.__struct_fields__}
    value = registry_header(1) + avro(older, fields | {"lines": []})
    decoded = RecordDecoder(ids).decode("purchase", value)
    assert decoded.customer_id == A_PURCHASE.customer_id
