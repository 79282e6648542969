import json
from pathlib import Path
from typing import Any

import pytest

from tagger.codecs import schemas
from tagger.codecs.schema_ids import (
    NO_SCHEMA_IDS,
    KnownSchemaIds,
    SchemaIdsError,
    schema_ids_from,
)

PURCHASE = schemas.current("Purchase")
BROWSE = schemas.current("Browse")


def test_a_folder_of_ids(tmp_path: Path) -> None:
    (tmp_path / "17.avsc").write_text(json.dumps(PURCHASE))
    (tmp_path / "2147483647.avsc").write_text(json.dumps(BROWSE))
    (tmp_path / "notes.txt").write_text("not a schema")
    ids = schema_ids_from(tmp_path)
    assert ids.schema_of(17) == PURCHASE
    assert ids.schema_of(2147483647) == BROWSE
    assert ids.schema_of(1) is None
    assert ids.id_of(PURCHASE) == 17


def test_a_file_of_ids_with_schemas_text_and_paths(tmp_path: Path) -> None:
    (tmp_path / "Browse.avsc").write_text(json.dumps(BROWSE))
    file = tmp_path / "ids.json"
    file.write_text(json.dumps({"1": PURCHASE, "2": json.dumps(BROWSE), "3": "Browse.avsc"}))
    ids = schema_ids_from(file)
    assert [ids.schema_of(at) for at in (1, 2, 3)] == [PURCHASE, BROWSE, BROWSE]
    assert ids.id_of(BROWSE) == 2


def test_no_ids() -> None:
    assert NO_SCHEMA_IDS.schema_of(1) is None
    assert NO_SCHEMA_IDS.id_of(PURCHASE) is None


def test_the_same_schema_with_other_docs_has_the_same_id() -> None:
    assert KnownSchemaIds({5: PURCHASE}).id_of({**PURCHASE, "doc": "other"}) == 5


@pytest.mark.parametrize(
    ("entries", "where"),
    [
        ({"one": PURCHASE}, "'one'"),
        ({"-1": PURCHASE}, "'-1'"),
        ({"2147483648": PURCHASE}, "'2147483648'"),
        ({"7": {"type": "string"}}, "id 7"),
        ({"7": {**PURCHASE, "fields": [{"name": "a", "type": "nothing"}]}}, "id 7"),
        ({"7": "{broken"}, "id 7"),
        ({"7": "nowhere.avsc"}, "nowhere.avsc"),
        ({"7": 7}, "ids.json"),
        ([], "ids.json"),
    ],
)
def test_an_unusable_file_is_an_error_that_says_where(
    tmp_path: Path, entries: Any, where: str
) -> None:
    file = tmp_path / "ids.json"
    file.write_text(json.dumps(entries))
    with pytest.raises(SchemaIdsError, match=where):
        schema_ids_from(file)


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SchemaIdsError, match="none"):
        schema_ids_from(tmp_path / "none")
