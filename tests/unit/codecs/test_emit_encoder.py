"""The generator of encoders refuses what it could only write wrongly."""

from typing import Any, Literal

import msgspec
import pytest

from tagger.codecs import emit_encoder
from tagger.codecs.emit_encoder import module


def _record(name: str, **fields: Any) -> dict[str, Any]:
    return {
        "type": "record",
        "name": name,
        "fields": [{"name": field, "type": kind} for field, kind in fields.items()],
    }


def _struct(name: str, **fields: Any) -> type[msgspec.Struct]:
    return msgspec.defstruct(name, list(fields.items()), frozen=True)


AT = _struct("At", at=int)
AN_AT = _record("At", at="long")
OP = {"type": "enum", "name": "Op", "symbols": ["added", "removed"]}


def _made(schema: dict[str, Any], struct: type) -> str:
    return module(schema, struct, "encode", "A module.")


@pytest.mark.parametrize(
    ("kind", "annotated"),
    [
        ("string", int),
        ("string", str | None),
        ("long", str),
        ("int", float),
        ("double", int),
        ("boolean", int),
        (OP, Literal["added"]),
        (OP, str),
        (AN_AT, int),
        ({"type": "array", "items": "string"}, list[str]),
        ({"type": "array", "items": "string"}, tuple[int, ...]),
        ({"type": "map", "values": "string"}, dict[str, int]),
        (["null", "string"], str),
        (["null", "string"], int | None),
        (["null", "long", "string"], int | str | None),
        (["boolean", "long", "double", "string"], bool | bytes),
        ("bytes", bytes),
    ],
)
def test_a_field_of_another_type_than_the_schemas_is_refused(kind: Any, annotated: Any) -> None:
    with pytest.raises(ValueError, match="field"):
        _made(_record("R", field=kind), _struct("R", field=annotated))


def test_a_field_that_one_side_lacks_is_refused() -> None:
    with pytest.raises(ValueError, match="not those of the struct"):
        _made(_record("R", one="string"), _struct("R", other=str))


@pytest.mark.parametrize(
    "fields",
    [
        {"place": (AN_AT, AT), "place_at": ("long", int)},
        {
            "places": ({"type": "array", "items": "long"}, tuple[int, ...]),
            "places_item": ("long", int),
        },
        {
            "places": ({"type": "map", "values": "long"}, dict[str, int]),
            "places_key": ("long", int),
        },
        {"out": ("long", int)},
        {"record": ("long", int)},
    ],
    ids=" and ".join,
)
def test_two_values_never_share_a_variable(fields: dict[str, tuple[Any, Any]]) -> None:
    schema = _record("R", **{name: kind for name, (kind, _) in fields.items()})
    struct = _struct("R", **{name: annotated for name, (_, annotated) in fields.items()})
    with pytest.raises(ValueError, match="two values"):
        _made(schema, struct)


def test_only_the_keys_of_a_map_of_names_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(emit_encoder, "NAMES", ("R.texts",))
    schema = _record("R", texts={"type": "map", "values": "string"})
    code = _made(schema, _struct("R", texts=dict[str, str]))
    assert "put_name(out, texts_key)" in code
    assert "put_text(out, texts_item)" in code
