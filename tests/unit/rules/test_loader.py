"""Rule packs in folders and files."""

import os
from pathlib import Path

import pytest

from tagger.rules.loader import (
    MOST_FILES,
    RuleFolderError,
    load_case_files,
    load_rules,
)

PACK = "pack: {}\n"


def test_packs_are_read_in_order_of_their_names_and_cases_are_not(tmp_path: Path) -> None:
    for name in ("b.yaml", "a.yml", "a.test.yaml", "notes.txt"):
        (tmp_path / name).write_text(PACK.format(name.replace(".", "-")))
    loaded = load_rules(tmp_path)
    assert [pack.name for pack in loaded.packs] == ["a-yml", "b-yaml"]
    assert [Path(file).name for file in load_case_files(tmp_path)] == ["a.test.yaml"]


def test_folders_in_a_folder_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("pack: a\n")
    (tmp_path / "business").mkdir()
    (tmp_path / "business" / "b.yaml").write_text("pack: b\n")
    assert [pack.name for pack in load_rules(tmp_path).packs] == ["a"]


def test_folders_and_files_may_be_named_together(tmp_path: Path) -> None:
    shop, more = tmp_path / "shop", tmp_path / "more"
    for folder, name in ((shop, "a"), (shop, "b"), (more, "c"), (more, "d")):
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.yaml").write_text(f"pack: {name}\n")
        (folder / f"{name}.test.yaml").touch()
    paths = (more / "d.yaml", shop, more / ".." / "shop" / "a.yaml")
    assert [pack.name for pack in load_rules(*paths).packs] == ["d", "a", "b"]
    assert [Path(file).name for file in load_case_files(*paths)] == [
        "d.test.yaml",
        "a.test.yaml",
        "b.test.yaml",
    ]


def test_case_files_among_the_paths_go_with_their_packs(tmp_path: Path) -> None:
    """As a shell writes `*.yaml` out."""
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text(f"pack: {name}\n")
    (tmp_path / "a.test.yaml").touch()
    (tmp_path / "c.test.yml").touch()
    paths = sorted(tmp_path.iterdir())
    assert [path.name for path in paths] == ["a.test.yaml", "a.yaml", "b.yaml", "c.test.yml"]
    assert [pack.name for pack in load_rules(*paths).packs] == ["a", "b"]
    assert [Path(file).name for file in load_case_files(*paths)] == ["a.test.yaml", "c.test.yml"]
    assert [Path(file).name for file in load_case_files(*paths[1:])] == [
        "a.test.yaml",
        "c.test.yml",
    ]


def test_names_are_unique_over_all_paths(tmp_path: Path) -> None:
    for name in ("a", "b"):
        text = f"pack: {name}\ntags: {{vip: {{title: {{en: VIP}}, owner: o, manual: only}}}}\n"
        (tmp_path / f"{name}.yaml").write_text(text)
    files = (tmp_path / "a.yaml", tmp_path / "b.yaml")
    assert [fault.code for fault in load_rules(*files).faults] == ["E-DUPLICATE-NAME"]
    assert load_rules(files[0]).faults == ()


def test_faults_of_all_files_come_at_once_by_place(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text("pack: b\ntgas: {}\n")
    (tmp_path / "a.yaml").write_text("pack: a\n\tb: c\n")
    (tmp_path / "c.yaml").write_text("pack: c\n")
    loaded = load_rules(tmp_path)
    found = [(Path(each.at.file).name, each.at.line, each.code) for each in loaded.faults]
    assert found == [("a.yaml", 2, "E-YAML"), ("b.yaml", 2, "E-UNKNOWN-WORD")]
    assert [pack.name for pack in loaded.packs] == ["c"]


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xef\xbb\xbfpack: a\n")
    assert load_rules(tmp_path).faults == ()


def test_a_large_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("#" * 300_000)
    assert [fault.code for fault in load_rules(tmp_path).faults] == ["E-LIMIT"]


def test_paths_that_cannot_be_used_are_the_operators_business(tmp_path: Path) -> None:
    with pytest.raises(RuleFolderError, match="nowhere: No such file"):
        load_rules(tmp_path / "nowhere")
    with pytest.raises(RuleFolderError, match="has no rule packs"):
        load_rules(tmp_path)
    (tmp_path / "b.test.yaml").touch()
    with pytest.raises(RuleFolderError, match="has no rule packs"):
        load_rules(tmp_path)
    with pytest.raises(RuleFolderError, match=r"is a file of cases; name the pack .*b\.yaml"):
        load_rules(tmp_path / "b.test.yaml")
    with pytest.raises(RuleFolderError, match="are files of cases; name the packs"):
        load_rules(tmp_path / "b.test.yaml", tmp_path / "c.test.yaml")
    with pytest.raises(RuleFolderError, match=r"c\.test\.yaml: No such file"):
        load_case_files(tmp_path / "c.test.yaml")
    (tmp_path / "a.yaml").mkdir()
    with pytest.raises(RuleFolderError, match=r"a\.yaml: Is a directory"):
        load_rules(tmp_path)


def test_what_is_no_regular_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.yaml")
    with pytest.raises(RuleFolderError, match=r"a\.yaml: not a regular file"):
        load_rules(tmp_path)


def test_too_many_files_are_refused(tmp_path: Path) -> None:
    for number in range(MOST_FILES + 1):
        (tmp_path / f"{number}.yaml").touch()
    with pytest.raises(RuleFolderError, match="more than 200 rule files"):
        load_rules(tmp_path)
