"""Programs that are compared: their rules, and what is said when one is not there."""

from pathlib import Path

import pytest

from bench.compare import java_programs, python_programs
from bench.compare.errors import BenchError
from bench.compare.program import Program
from bench.compare.scene import Scene
from bench.compare.suites import SUITES, Suite
from bench.compare.tagger_programs import SHIPPED, UNTOUCHED, untouched_pack
from bench.flame import __main__ as flame
from bench.job.purchases import Baskets
from bench.job.rule import PACK
from tagger.engine.step import Clock
from tagger.rules.build import build_plan
from tagger.workflows.pipeline import Pipeline
from tests.integration.kafka_server import KafkaServer


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(KafkaServer(tmp_path / "kafka"), "peer-1", "purchases", tmp_path)


@pytest.mark.parametrize("number", [UNTOUCHED, 10 * UNTOUCHED])
def test_rules_that_are_not_touched_are_many_and_change_nothing(
    number: int, tmp_path: Path
) -> None:
    (tmp_path / "bench.yaml").write_text(PACK, "utf-8")
    (tmp_path / "shelves.yaml").write_text(untouched_pack(number), "utf-8")
    plan, faults = build_plan(tmp_path)
    assert not [fault for fault in faults if fault.is_error]
    assert len(plan.tags) == number + 1
    pipeline, baskets, profile = Pipeline(plan), Baskets(1), None
    changed: list[str] = []
    for at in (1_000, 2_000, 3_000):
        step = pipeline.step(profile, baskets.purchase(at, "c", at), Clock(at - 1))
        profile, changed = step.profile, changed + [change.tag for change in step.changes]
    assert changed == ["active"]


def test_the_shipped_packs_have_sixty_tags_and_more() -> None:
    assert len(build_plan(*SHIPPED)[0].tags) >= 60


@pytest.mark.parametrize("suite", SUITES.values(), ids=SUITES)
def test_every_program_is_compared_with_one_of_its_suite(suite: Suite) -> None:
    keys = [program.key for program in suite.programs]
    assert len(set(keys)) == len(keys)
    assert {suite.base, *suite.against, *suite.against.values(), *suite.targets} <= {*keys}


@pytest.mark.parametrize(
    "program",
    [java_programs.FLINK, java_programs.STREAMS_EXACTLY_ONCE, python_programs.QUIX],
    ids=lambda program: program.key,
)
def test_a_peer_that_was_not_built_is_told_with_the_command(
    program: Program, scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, name in (
        (java_programs, "FLINK_FOLDER"),
        (java_programs, "STREAMS_FOLDER"),
        (python_programs, "PYTHON"),
    ):
        monkeypatch.setattr(module, "ROOT", tmp_path)
        monkeypatch.setattr(module, name, tmp_path / "nothing")
    with pytest.raises(BenchError, match=r"nothing.*is missing: run `make .*peers`"):
        program.start(scene)


def test_settings_of_a_java_peer_are_those_of_the_page(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(java_programs, "FLINK_FOLDER", tmp_path / "flink")
    (tmp_path / "flink").mkdir()
    (tmp_path / "flink" / "flink-peer.jar").touch()
    (command,) = java_programs.FLINK.start(scene)
    written = Path(command.arguments[-1]).read_text("utf-8").splitlines()
    settings = java_programs.FLINK.settings
    assert {f"{name}={value}" for name, value in settings.items()} <= {*written}
    assert " ".join(command.arguments).startswith(java_programs.FLINK.launcher)


def test_a_flame_graph_needs_its_profiler(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(flame, "ROOT", tmp_path)
    monkeypatch.setattr(flame, "PROFILER", tmp_path / "none")
    assert flame.main([]) == 2
    assert "run `make flame`" in capsys.readouterr().err
