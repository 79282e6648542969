"""What a broker keeps is told by topic, of one run alone."""

from pathlib import Path

from bench.compare.kept import kept_bytes


def test_only_the_runs_own_topics_count_and_only_their_records(tmp_path: Path) -> None:
    for name, size in (
        ("tagger-1.changes-0", 10),
        ("tagger-1.changes-1", 5),
        ("tagger-10.changes-0", 7),
        ("my-tagger-1.changes-0", 9),
        ("tagger-1-recent-changelog-0", 3),
        ("changelog__tagger-1--year--default-2", 4),
        ("tagger-1.empty-0", 0),
        ("__consumer_offsets-0", 8),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "0000.log").write_bytes(b"x" * size)
        (tmp_path / name / "0000.index").write_bytes(b"x" * 100)
    (tmp_path / "meta.properties").write_text("a=b")
    assert kept_bytes(tmp_path, "tagger-1") == {
        "changes": 15,
        "recent-changelog": 3,
        "changelog__year--default": 4,
    }
