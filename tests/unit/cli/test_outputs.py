"""Output files appear whole or not at all."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tagger.cli.console import CommandError
from tagger.cli.outputs import check_targets, write_outputs


def test_files_are_replaced_together(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    first.write_bytes(b"earlier")

    def broken() -> Iterator[bytes]:
        yield b"half"
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_outputs({str(first): [b"new"], str(second): broken()})
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == {"a": b"earlier"}
    write_outputs({str(first): [b"new\n", b"lines\n"], str(second): []})
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == {
        "a": b"new\nlines\n",
        "b": b"",
    }


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    link.symlink_to(target)
    write_outputs({str(link): [b"x"]})
    assert link.is_symlink()
    assert target.read_bytes() == b"x"


def test_what_is_no_plain_file_is_written_directly(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()), daemon=True)
    reader.start()
    write_outputs({str(pipe): [b"x"]})
    reader.join(30)
    assert read == [b"x"]
    assert pipe.is_fifo()


def test_targets_are_checked_before_the_work(tmp_path: Path) -> None:
    good = str(tmp_path / "a")
    check_targets([good, "-"])
    link = tmp_path / "link"
    link.symlink_to(good)
    for bad in (["-", "-"], [good, good], [good, str(link)], [str(tmp_path)], [f"{good}/b"]):
        with pytest.raises(CommandError):
            check_targets(bad)
    assert [each.name for each in tmp_path.iterdir()] == ["link"]


def test_what_cannot_be_written_is_the_operators_fault(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        write_outputs({str(tmp_path / "no" / "a"): [b"x"]})
