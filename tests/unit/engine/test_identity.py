"""Identities of inputs, held against their definition: a digest of type, source and id."""

from hashlib import blake2b

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tagger.domain.event_types import type_name
from tagger.domain.events import Event
from tagger.engine.identity import input_identity

from .packs import bought, commanded, looked, said, updated

TEXTS = st.text(st.characters(exclude_categories=()), max_size=200)


def digest_of(text: str) -> int:
    """64 bits of the text, half a surrogate pair like any other character."""
    data = text.encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(data, digest_size=8).digest(), signed=True)


@given(st.sampled_from([bought(0), looked(0), said(0, "hello"), updated(0)]), TEXTS, TEXTS)
def test_an_event_is_known_by_its_type_its_source_and_its_id(
    like: Event, source: str, event_id: str
) -> None:
    event = msgspec.structs.replace(like, source=source, event_id=event_id)
    assert input_identity(event) == digest_of(
        f"{type_name(event)} {len(source)} {source}{event_id}"
    )


@given(TEXTS)
def test_a_command_is_known_by_its_id(command_id: str) -> None:
    command = msgspec.structs.replace(commanded(0, "assign", "vip"), command_id=command_id)
    assert input_identity(command) == digest_of(f"command 0 {command_id}")
