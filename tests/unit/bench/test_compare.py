"""What a comparison makes of its samples, of published records and of programs that fail."""

import sys
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from bench.compare.__main__ import in_turns
from bench.compare.backlog import REST_S, TRICKLE, at_rest
from bench.compare.documents import live_document, year_document
from bench.compare.errors import BenchError
from bench.compare.figures import Figures, Sample
from bench.compare.kept import Kept
from bench.compare.live import Asked, Delays, delays_of
from bench.compare.outputs import ChangeReader, Output
from bench.compare.page import page, text
from bench.compare.process import Command, Watched, running
from bench.compare.program import Program
from bench.compare.runs import Runs
from bench.compare.suites import FULL, PEERS, RULES
from bench.compare.tables import live_table, year_table
from bench.compare.tagger_programs import PACKS
from bench.job.truth import Change
from bench.peers.active_customers import Change as PeersChange
from bench.peers.avro_records import encoded
from bench.results import YearTopic
from tagger.codecs.encode import Encoder
from tagger.domain.tags import TagChange, Trigger

BY_KEY = {program.key: program for program in (*FULL.programs, *RULES.programs)}
FIGURES = Figures(
    records=1_000,
    samples=[
        Sample(0.1, 0.05, 0),
        Sample(1.0, 1.0, 50),
        Sample(2.0, 1.5, 200),
        Sample(4.0, 1.9, 1_000),
    ],
    peak_bytes=3 << 20,
    changes=7,
)
REMOVED = TagChange(
    id="i",
    customer_id="c",
    sequence=1,
    tag="active",
    op="removed",
    value=None,
    previous_value=True,
    effective_at=55,
    processed_at=60,
    cause="time",
    trigger=Trigger("deadline", "", 55),
    actor=None,
    reason=None,
    rule="active",
    rule_version="1",
    source="rule",
    priority=0,
    evidence=(),
    expires_at=None,
)


def test_the_steady_backlog_begins_after_a_tenth_and_a_start_counts_separately() -> None:
    assert FIGURES.steady_us == pytest.approx(0.4e6 / 800)
    assert FIGURES.records_per_s == pytest.approx(400)
    assert FIGURES.whole_us == pytest.approx(1_900)
    assert FIGURES.start_s == 1.0
    assert FIGURES.wall_s == 4.0


def test_a_run_that_was_over_at_once_counts_as_a_whole() -> None:
    short = replace(FIGURES, samples=[Sample(0.0, 0.0, 0), Sample(1.0, 0.5, 1_000)])
    assert short.steady_us == pytest.approx(500)


def _years(*runs: Runs[Figures]) -> list[str]:
    return list(text(year_table(PEERS, runs, 1_000)))


def _twice() -> Figures:
    return replace(FIGURES, samples=[replace(at, cpu_s=2 * at.cpu_s) for at in FIGURES.samples])


def test_rows_have_medians_spreads_and_the_ratio_to_kafka_streams() -> None:
    streams = Runs(BY_KEY["kafka-streams"], [FIGURES])
    tagger = Runs(BY_KEY["tagger"], [FIGURES, _twice()])
    headings, ours, theirs = _years(tagger, streams)
    assert headings.split()[:2] == ["program", "guarantee"]
    assert "750.0 [500.0-1000.0]" in ours
    assert "  1.50    0.25  " in ours
    assert "  1.00  " in theirs
    assert ours.endswith("7 right")


def test_many_untouched_rules_are_compared_with_few_and_all_else_with_one_worker() -> None:
    plain, few = Runs(BY_KEY["tagger"], [FIGURES]), Runs(BY_KEY["tagger-untouched"], [_twice()])
    many = Runs(BY_KEY["tagger-untouched-10"], [_twice()])
    _, *lines = text(year_table(RULES, [plain, few, many], 1_000))
    assert ["  1.00  " in line for line in lines] == [True, False, True]
    assert "  2.00  " in lines[1]
    assert "  1.00    1.10  " in lines[2]


def test_a_wrong_change_or_a_failure_is_told_and_no_run_counts_as_right() -> None:
    wrong = Runs(BY_KEY["tagger"], [replace(FIGURES, wrong=[f"c-{n}: late" for n in range(9)])])
    failed = Runs[Figures](BY_KEY["faust"], [], "ended with exit code 1\nand said much")
    assert not wrong.is_right
    assert not failed.is_right
    assert [line.split()[-1] for line in _years(wrong, failed)[1:]] == ["WRONG", "failed"]
    lost = Runs(BY_KEY["quix"], [replace(FIGURES, wrong=["c: late"], missing=1_234)])
    assert _years(lost)[1].endswith("7 WRONG: 1,234 missing")
    assert list(wrong.complaints())[-1] == "tagger, exactly once: 6 more customers are wrong"
    assert list(failed.complaints()) == ["stock Faust, at least once: ended with exit code 1"]


def test_percentiles_are_of_the_nearest_rank() -> None:
    delays = Delays(list(range(1, 201)), 12.0)
    assert [delays.percentile(each) for each in (50, 99, 100)] == [100, 198, 200]
    (_, line) = text(live_table([Runs(BY_KEY["tagger"], [delays])], Asked(5_000, 1, 2)))
    assert line.split() == ["tagger", "exactly", "once", "100", "198", "200", "12", "200", "right"]


def test_the_page_names_every_setting() -> None:
    programs = [*FULL.programs]
    table = year_table(FULL, [Runs(program, [FIGURES]) for program in programs], 2_000)
    lines = list(
        page(table, programs, "make bench", "a machine", ["tagger: c-1 is late\nand more"])
    )
    assert "Machine: a machine." in lines
    for program in programs:
        begin = lines.index(f"{program.title}, {program.guarantee}:")
        told = lines[begin:]
        assert all(f"- `{name}={value}`" in told for name, value in program.settings.items())
        assert not program.note or program.note in told
    assert "- tagger: c-1 is late" in lines
    assert sum(line.startswith("| ") for line in lines) == 1 + len(programs)
    assert any("`make bench`" in line for line in lines)


def test_only_a_program_that_got_a_part_of_the_job_is_marked() -> None:
    for records, is_slice in ((200_000, False), (120_000, True)):
        samples = [replace(each, done=each.done * records // 1_000) for each in FIGURES.samples]
        runs = Runs(PACKS, [replace(FIGURES, records=records, samples=samples)])
        _, line = text(year_table(RULES, [runs], 200_000))
        assert ("(slice)" in line) is is_slice


def test_a_program_is_at_rest_when_all_is_committed_and_no_more_than_a_trickle_comes() -> None:
    busy = [Sample(each / 10, each, min(10, each), 1_000 * each) for each in range(20)]
    done = [
        replace(busy[-1], at_s=2 + each / 10, published=19_000 + each // 100)
        for each in range(round(REST_S * 10) + 2)
    ]
    assert at_rest(busy + done[:-3], 10) == []
    assert at_rest(busy + done, 11) == []
    rested = at_rest(busy + done, 10)
    assert rested[-1].at_s <= done[1].at_s
    assert rested[:20] == busy
    flowing = [replace(each, published=each.published + TRICKLE * n) for n, each in enumerate(done)]
    assert at_rest(busy + flowing, 10) == []


def test_changes_of_the_program_and_of_its_peers_are_read() -> None:
    reader = ChangeReader()
    encode = Encoder(records=[TagChange]).encode
    assert reader.read(encode(REMOVED)) == Change("removed", 55)
    assert reader.read(encode(msgspec.structs.replace(REMOVED, tag="another"))) is None
    assert reader.read(encoded(PeersChange("c", "added", 7))) == Change("added", 7)


def _watch(process: Watched) -> None:
    while True:
        process.cpu_s()


def test_a_process_that_ends_is_told_with_what_it_said(tmp_path: Path) -> None:
    fails = Command((sys.executable, "-c", "import sys; sys.exit('no such broker')"))
    waits = Command((sys.executable, "-c", "import time; time.sleep(60)"))
    said = pytest.raises(BenchError, match=r"(?s)exit code 1.*no such broker")
    with running([waits, fails], tmp_path) as process, said:
        _watch(process)


def test_running_processes_are_measured_together_and_ended(tmp_path: Path) -> None:
    waits = "import time; kept = b'x' * 40_000_000; print('up', flush=True); time.sleep(60)"
    command = Command((sys.executable, "-c", waits))
    with running([command, command], tmp_path) as process:
        while process.said().count("up") < 2:
            assert process.cpu_s() >= 0
        assert process.peak_bytes() > 80_000_000
    with pytest.raises(BenchError, match="exit code -15"):
        process.cpu_s()


def test_programs_take_turns_and_one_that_failed_is_not_started_again() -> None:
    asked: list[str] = []

    def run(program: Program, name: str) -> Figures:
        asked.append(name)
        if program.key == "faust":
            raise BenchError("stands still")
        return FIGURES

    tagger, faust = in_turns([BY_KEY["tagger"], BY_KEY["faust"]], 2, run)
    assert asked == ["tagger-1", "faust-1", "tagger-2"]
    assert (tagger.program.key, tagger.made, tagger.failure) == ("tagger", [FIGURES, FIGURES], "")
    assert (faust.program.key, faust.made, faust.failure) == ("faust", [], "stands still")


def test_live_changes_are_held_against_their_purchases() -> None:
    published = [
        Output(b"warm", encoded(PeersChange("warm", "added", 10)), 13),
        Output(b"a", encoded(PeersChange("a", "added", 20)), 29),
        Output(b"b", encoded(PeersChange("b", "added", 31)), 35),
        Output(b"a", encoded(PeersChange("a", "removed", 40)), 44),
    ]
    due = {b"warm": 10, b"a": 20, b"b": 30, b"c": 50}
    delays = delays_of([published[:2], published[2:]], due, 20, 5.0)
    assert delays.delays_ms == [9]
    assert [each.split(":")[0] for each in delays.wrong] == ["b", "a", "c"]
    with pytest.raises(BenchError, match="no change was due"):
        delays_of([published[:1]], due, 20, 5.0)


def test_what_is_kept_says_whether_each_run_was_right_and_what_the_broker_keeps() -> None:
    wrong = replace(FIGURES, wrong=["c: late"], kept={"changes": Kept(5_000, 500)})
    year = year_document(
        "make bench",
        1_000,
        80.04,
        "a machine",
        [Runs(BY_KEY["tagger"], [FIGURES, wrong]), Runs(BY_KEY["faust"], [])],
    )
    ours, _ = year.programs
    assert [run.is_right for run in ours.runs] == [True, False]
    assert not ours.is_right
    assert ours.runs[1].topics == {"changes": YearTopic(5.0, 10.0)}
    assert ours.middle("cpu_us") == pytest.approx(500)
    assert year.program("faust") is None
    assert year.event_bytes == 80.0


def test_medians_of_live_runs_are_kept() -> None:
    runs = [Delays([20, 40], 10.0), Delays([30, 60], 20.0), Delays([25, 50], 12.0)]
    live = live_document(Asked(5_000, 1, 2), "a machine", [Runs(BY_KEY["tagger"], runs)])
    (ours,) = live.programs
    assert (ours.p50_ms, ours.p99_ms, ours.cpu_percent) == (25, 50, 12.0)
