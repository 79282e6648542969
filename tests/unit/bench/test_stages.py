"""The stages that are measured decide and publish what a shard decides and publishes."""

from pathlib import Path

from bench.job.rule import PACK, TAG
from bench.stages.stopwatch import Stopwatch, least
from bench.stages.subject import run_staged, run_whole, subject
from tagger.codecs.decode_outputs import decode_change
from tagger.stream.topics import Topics


def test_stage_by_stage_publishes_what_a_shard_publishes(tmp_path: Path) -> None:
    pack = tmp_path / "bench.yaml"
    pack.write_text(PACK, "utf-8")
    purchases = subject(3_000, 500, pack)
    watch = Stopwatch()
    staged, whole = run_staged(purchases, watch), run_whole(purchases, watch)
    changes = [
        decode_change(output.value)
        for checkpoint in whole
        for output in checkpoint.outputs
        if output.topic == Topics().tag_change
    ]
    assert {change.op for change in changes if change.tag == TAG} == {"added", "removed"}
    assert [each.outputs for each in staged] == [each.outputs for each in whole]
    assert [dict(each.changelog).keys() for each in staged] == [
        dict(each.changelog).keys() for each in whole
    ]
    assert {"decode", "evaluate", "encode profiles", "shard"} <= watch.taken_ns.keys()


def test_the_least_of_several_runs_counts() -> None:
    runs = [Stopwatch(), Stopwatch()]
    runs[0].taken_ns = {"decode": 5, "evaluate": 9}
    runs[1].taken_ns = {"decode": 7, "evaluate": 4}
    assert least(runs) == {"decode": 5, "evaluate": 4}
