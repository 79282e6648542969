"""What a broker keeps is told by topic, of one run alone."""

from pathlib import Path
from struct import pack

from bench.compare.kept import Kept, kept


def _batch(records: int, size: int, *, is_marker: bool = False) -> bytes:
    """A batch of `size` bytes, of which nothing but the header can be read."""
    attributes = 0x20 if is_marker else 4
    header = pack(
        ">qiibIhiqqqhii", 7, size - 12, 0, 2, 0, attributes, records - 1, 1, 2, 3, 0, 0, records
    )
    return header + bytes(size - len(header))


def test_only_the_runs_own_topics_count_and_only_their_records(tmp_path: Path) -> None:
    for name, content in (
        ("tagger-1.changes-0", _batch(3, 100) + _batch(1, 78, is_marker=True) + _batch(2, 61)),
        ("tagger-1.changes-1", _batch(1, 70)),
        ("tagger-10.changes-0", _batch(9, 90)),
        ("my-tagger-1.changes-0", _batch(9, 90)),
        ("tagger-1-recent-changelog-0", _batch(5, 80)[:-10]),
        ("changelog__tagger-1--year--default-2", _batch(4, 64)),
        ("tagger-1.empty-0", b""),
        ("tagger-1.begun-0", bytes(200)),
        ("__consumer_offsets-0", _batch(8, 80)),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "0000.log").write_bytes(content)
        (tmp_path / name / "0000.index").write_bytes(b"x" * 100)
    (tmp_path / "meta.properties").write_text("a=b")
    assert kept(tmp_path, "tagger-1") == {
        "changes": Kept(309, 6),
        "recent-changelog": Kept(70, 5),
        "changelog__year--default": Kept(64, 4),
        "begun": Kept(200, 0),
    }
