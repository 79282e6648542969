import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tagger.codecs import schemas
from tests.fake_registry import FakeRegistry, fake_registry

from .kit import run

SUBJECTS = (
    "crm.purchase.v1-value",
    "crm.browse.v1-value",
    "crm.chat.v1-value",
    "crm.profile.v1-value",
    "crm.tag-command.v1-value",
    "tagger.tag-change.v1-value",
    "tagger.current-tags.v1-value",
    "tagger.workflow-action.v1-value",
    "tagger.command-outcome.v1-value",
    "tagger.action-outcome.v1-value",
)
PURCHASE = SUBJECTS[0]


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeRegistry]:
    with fake_registry() as running:
        monkeypatch.setenv("TAGGER_REGISTRY_URL", f"{running.url}/")
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the schemas, to be changed."""
    return Path(shutil.copytree(schemas.folder(), tmp_path / "avro"))


def change(path: Path, **fields: Any) -> None:
    """Replace the types of fields; a field that is not there yet is added without a default."""
    schema = json.loads(path.read_text("utf-8"))
    for name, type_ in fields.items():
        found = next((field for field in schema["fields"] if field["name"] == name), None)
        if found is None:
            schema["fields"].append({"name": name, "type": type_, "doc": "New."})
        else:
            found["type"] = type_
    path.write_text(json.dumps(schema), "utf-8")


def test_the_schemas_of_the_program_keep_their_promise() -> None:
    result = run("schemas", "check")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "each reads all others" in result.stdout


def test_a_schema_that_breaks_the_promise_is_told_with_field_and_version(folder: Path) -> None:
    change(folder / "Purchase.avsc", amount_minor="int", size="int")
    result = run("schemas", "check", folder)
    assert (result.exit_code, result.stderr) == (1, "")
    narrow, fresh, unpublished, advice = result.stdout.splitlines()
    path = folder / "Purchase.avsc"
    told = "version 1: it cannot be read any more"
    assert narrow == f"{path}: {told}: amount_minor: the writer's long is no int of the reader"
    assert fresh.startswith(f"{path}: {told}: size: ")
    assert f"cp {path} {folder / 'history' / 'Purchase' / '2.avsc'}" in unpublished
    assert "give a new field a default" in advice


def test_all_versions_count_and_not_the_newest_alone(folder: Path) -> None:
    history = folder / "history" / "Purchase"
    schema = json.loads((folder / "Purchase.avsc").read_text("utf-8"))
    for number, default in ((2, "0"), (3, "")):
        field = {"name": "size", "type": "string", "default": default}
        if number == 3:
            field = {"name": "size", "type": "int", "default": 0}  # type: ignore[dict-item]
        text = json.dumps(schema | {"fields": [*schema["fields"], field]})
        (history / f"{number}.avsc").write_text(text, "utf-8")
    shutil.copy(history / "3.avsc", folder / "Purchase.avsc")
    result = run("schemas", "check", folder)
    assert result.exit_code == 1
    assert "version 2: it cannot be read any more: size: the writer's string" in result.stdout
    assert "version 2: its readers cannot read this one: size: the writer's int" in result.stdout
    assert "version 1:" not in result.stdout


def test_other_docs_need_no_new_version(folder: Path) -> None:
    path = folder / "Purchase.avsc"
    schema = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(schema | {"doc": "In other words."}), "utf-8")
    assert run("schemas", "check", folder).exit_code == 0


@pytest.mark.parametrize(
    ("break_", "told"),
    [
        (lambda at: (at / "Purchase.avsc").unlink(), "Purchase.avsc: missing"),
        (lambda at: (at / "Purchase.avsc").write_text("{"), "Purchase.avsc: cannot be read"),
        (lambda at: shutil.rmtree(at / "history" / "Purchase"), "never published"),
        (lambda at: shutil.copy(at / "Purchase.avsc", at / "Order.avsc"), "Order.avsc: no record"),
        (lambda at: shutil.copy(at / "Browse.avsc", at / "Purchase.avsc"), "is called Browse"),
        (
            lambda at: (at / "history/Purchase/1.avsc").rename(at / "history/Purchase/2.avsc"),
            "1.avsc, 2.avsc and so on",
        ),
        (
            lambda at: change(
                at / "Purchase.avsc",
                occurred_at={"type": "long", "logicalType": "timestamp-micros"},
            ),
            "occurred_at: a timestamp-millis would be taken for a timestamp-micros",
        ),
    ],
)
def test_every_way_to_break_the_folder_is_told(folder: Path, break_: Any, told: str) -> None:
    break_(folder)
    result = run("schemas", "check", folder)
    assert (result.exit_code, result.stderr) == (1, "")
    assert told in result.stdout


def test_the_list_names_what_single_object_records_begin_with() -> None:
    lines = run("schemas", "list").stdout.splitlines()
    assert [line.split()[3] for line in lines[1:]] == list(SUBJECTS)
    number = schemas.fingerprint(schemas.current("Purchase"))
    assert lines[1].split()[:3] == ["Purchase", "1", f"{number:016x}"]


def test_registering_once_or_twice_is_the_same(registry: FakeRegistry) -> None:
    first = run("schemas", "register")
    assert (first.exit_code, first.stderr) == (0, "")
    rows = [line.split(maxsplit=3) for line in first.stdout.splitlines()]
    assert [row[:3] for row in rows[1:]] == [
        [subject, "1", str(number)] for number, subject in enumerate(SUBJECTS, 1)
    ]
    assert rows[1][3] == "first version; compatibility FULL_TRANSITIVE, was the default"
    assert registry.levels == dict.fromkeys(SUBJECTS, "FULL_TRANSITIVE")
    assert list(registry.subjects) == list(SUBJECTS)
    posted = {f"POST /subjects/{subject}/versions" for subject in SUBJECTS}
    assert posted <= set(registry.asked)
    registry.asked.clear()
    second = run("schemas", "register")
    assert [line.split(maxsplit=3)[3] for line in second.stdout.splitlines()[1:]] == [
        "there already"
    ] * len(SUBJECTS)
    assert not [asked for asked in registry.asked if asked.startswith("PUT")]
    assert not [asked for asked in registry.asked if asked in posted]


def test_a_dry_run_changes_nothing(registry: FakeRegistry) -> None:
    result = run("schemas", "register", "--dry-run")
    assert result.exit_code == 0
    assert "nothing was changed" in result.stdout
    assert (registry.subjects, registry.levels) == ({}, {})


def test_a_new_version_says_what_it_changes(registry: FakeRegistry) -> None:
    schema = schemas.current("Purchase")
    older = schema | {"fields": [f for f in schema["fields"] if f["name"] != "channel"]}
    registry.add(PURCHASE, older)
    registry.levels[PURCHASE] = "BACKWARD"
    result = run("schemas", "register")
    row = next(line for line in result.stdout.splitlines() if line.startswith(PURCHASE))
    what = "new version: adds channel; compatibility FULL_TRANSITIVE, was BACKWARD"
    assert row.split(maxsplit=3) == [PURCHASE, "2", "2", what]
    assert len(registry.subjects[PURCHASE]) == 2
    assert registry.levels[PURCHASE] == "FULL_TRANSITIVE"


def test_an_incompatible_schema_is_refused_and_nothing_is_registered(
    registry: FakeRegistry,
) -> None:
    registry.add(SUBJECTS[5], schemas.current("TagChange") | {"name": "Tagged"})
    registry.add(SUBJECTS[6], '"string"')
    result = run("schemas", "register")
    assert (result.exit_code, result.stderr) == (1, "")
    assert f"{SUBJECTS[5]}: version 1: it cannot be read any more: " in result.stdout
    assert f"{SUBJECTS[6]}: version 1: it: not an Avro record schema" in result.stdout
    assert "nothing was registered" in result.stdout
    assert (len(registry.subjects), registry.levels) == (2, {})


def test_the_registrys_own_refusal_is_told(
    registry: FakeRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        registry, "_register", lambda *_: (409, {"error_code": 409, "message": "no more today"})
    )
    result = run("schemas", "register")
    assert result.exit_code == 1
    assert f"{PURCHASE}: no more today" in result.stdout
    assert "nothing more was registered" in result.stdout


def test_a_registry_that_is_away_or_not_named_is_told(
    registry: FakeRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry.answer = (503, b"")
    result = run("schemas", "register")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"error: the schema registry at {registry.url} answers 503")
    monkeypatch.delenv("TAGGER_REGISTRY_URL")
    result = run("schemas", "register")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "TAGGER_REGISTRY_URL: missing" in result.stderr


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"TAGGER_REGISTRY_URL": "registry:8081"}, "TAGGER_REGISTRY_URL: not an address"),
        ({"TAGGER_REGISTRY_URL": "https://"}, "TAGGER_REGISTRY_URL: not an address"),
        ({"TAGGER_REGISTRY_URL": "http://a:hidden@b"}, "TAGGER_REGISTRY_URL: not an address"),
        ({"TAGGER_REGISTRY_URL": "http://b?x=hidden"}, "TAGGER_REGISTRY_URL: not an address"),
        ({"TAGGER_REGISTRY_PASSWORD": "hidden"}, "give both or neither"),
        ({"TAGGER_REGISTRY_CA": "/nowhere"}, "TAGGER_REGISTRY_CA: nothing at"),
    ],
)
def test_settings_of_the_registry_that_do_not_do_are_told(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], told: str
) -> None:
    for name, value in ({"TAGGER_REGISTRY_URL": "http://b"} | variables).items():
        monkeypatch.setenv(name, value)
    result = run("schemas", "register")
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in result.stderr
    assert "hidden" not in result.stderr
