"""Folders of rule files."""

from pathlib import Path

import pytest

from tagger.rules.loader import (
    MOST_FILES,
    RuleFolderError,
    load_case_files,
    load_folder,
)

PACK = "pack: {}\n"


def test_packs_are_read_in_order_of_their_names_and_cases_are_not(tmp_path: Path) -> None:
    for name in ("b.yaml", "a.yml", "a.test.yaml", "notes.txt"):
        (tmp_path / name).write_text(PACK.format(name.replace(".", "-")))
    loaded = load_folder(tmp_path)
    assert [pack.name for pack in loaded.packs] == ["a-yml", "b-yaml"]
    assert [Path(file).name for file in load_case_files(tmp_path)] == ["a.test.yaml"]


def test_faults_of_all_files_come_at_once_by_place(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text("pack: b\ntgas: {}\n")
    (tmp_path / "a.yaml").write_text("pack: a\n\tb: c\n")
    (tmp_path / "c.yaml").write_text("pack: c\n")
    loaded = load_folder(tmp_path)
    found = [(Path(each.at.file).name, each.at.line, each.code) for each in loaded.faults]
    assert found == [("a.yaml", 2, "E-YAML"), ("b.yaml", 2, "E-UNKNOWN-WORD")]
    assert [pack.name for pack in loaded.packs] == ["c"]


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xef\xbb\xbfpack: a\n")
    assert load_folder(tmp_path).faults == ()


def test_a_large_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("#" * 300_000)
    assert [fault.code for fault in load_folder(tmp_path).faults] == ["E-LIMIT"]


def test_a_folder_that_cannot_be_used_is_the_operators_business(tmp_path: Path) -> None:
    with pytest.raises(RuleFolderError, match="nowhere: No such file"):
        load_folder(tmp_path / "nowhere")
    with pytest.raises(RuleFolderError, match="has no rule packs"):
        load_folder(tmp_path)
    (tmp_path / "a.yaml").mkdir()
    with pytest.raises(RuleFolderError, match=r"a\.yaml: Is a directory"):
        load_folder(tmp_path)


def test_too_many_files_are_refused(tmp_path: Path) -> None:
    for number in range(MOST_FILES + 1):
        (tmp_path / f"{number}.yaml").touch()
    with pytest.raises(RuleFolderError, match="more than 200 rule files"):
        load_folder(tmp_path)
