"""`tagger rules check`: every fault of rule packs in its place, then every test case."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import click
import msgspec

from tagger.cli.console import DONE, FINDINGS, output, printable
from tagger.cli.explanation import explanation_lines
from tagger.cli.findings import case_lines, fault_lines, summary_line
from tagger.cli.inputs import refusal_told
from tagger.engine.driver import replay, tags_of
from tagger.engine.explain import explain
from tagger.engine.profile import UNLIMITED
from tagger.rules.cases.case import CaseFile, Record
from tagger.rules.cases.doubts import lint_cases
from tagger.rules.cases.reading import read_case_files
from tagger.rules.cases.results import CaseResult, Failure
from tagger.rules.cases.running import Played, Run, run_cases
from tagger.rules.compiling.compile import compile_packs
from tagger.rules.faults import Fault
from tagger.rules.loader import load_case_files, load_rules
from tagger.rules.plan import Plan
from tagger.rules.syntax import Pack, Position
from tagger.workflows.pipeline import Pipeline


class Checked(NamedTuple):
    """What was found. `results` is None when no case was to be run, or none could
    be because of errors."""

    packs: tuple[Pack, ...]
    faults: tuple[Fault, ...]
    results: tuple[CaseResult, ...] | None

    @property
    def passed(self) -> bool:
        """No errors and no failed case; warnings do not count."""
        return not any(fault.is_error for fault in self.faults) and all(
            result.passed for result in self.results or ()
        )


@click.command()
@click.argument(
    "rule_paths",
    metavar="DIR|FILE...",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path),
)
@click.option("--no-cases", is_flag=True, help="Only look for faults.")
@click.option("--json", "as_json", is_flag=True, help="Answer as one JSON object.")
@click.pass_context
def check(ctx: click.Context, rule_paths: tuple[Path, ...], no_cases: bool, as_json: bool) -> None:
    """Show every fault of the packs in its place, then run each case of *.test.yaml.

    A folder stands for the packs in it, not for those of folders in it. Case files may be named
    too, as a shell's *.yaml does. Names are unique over all that is named. Exit code 0 when there
    is no error (warnings alone too), 1 for errors or failed cases.

    \b
    Examples:
      tagger rules check rules
      tagger rules check rules rules/business/*.yaml
    """
    with refusal_told(rule_paths):
        checked = check_rules(rule_paths, with_cases=not no_cases)
    if as_json:
        click.echo(msgspec.json.encode(_as_json(checked)))
    else:
        _show(checked, with_cases=not no_cases)
    ctx.exit(DONE if checked.passed else FINDINGS)


def check_rules(rule_paths: Sequence[Path], *, with_cases: bool) -> Checked:
    """All that is wrong with the packs at these paths, and what became of their cases. Raises
    RuleFolderError."""
    loaded = load_rules(*rule_paths)
    if not with_cases or any(fault.is_error for fault in loaded.faults):
        return Checked(loaded.packs, _in_order(loaded.faults), None)
    files, faults = read_case_files(load_case_files(*rule_paths), loaded.packs)
    plan = compile_packs(loaded.packs, publish_experimental=True)
    results = run_cases(_sound(files, faults), case_engine(plan))
    lacking = () if any(fault.is_error for fault in faults) else lint_cases(loaded.packs, files)
    return Checked(loaded.packs, _in_order((*loaded.faults, *faults, *lacking)), results)


def _sound(files: Sequence[CaseFile], faults: Sequence[Fault]) -> list[CaseFile]:
    """The files without errors: half a history proves nothing."""
    refused = _refused(faults)
    return [file for file in files if file.file not in refused]


def _refused(faults: Sequence[Fault]) -> list[str]:
    return sorted({fault.at.file for fault in faults if fault.is_error})


def case_engine(plan: Plan) -> Run:
    """The rules on a virtual clock, as cases want to run them."""
    pipeline = Pipeline(plan, UNLIMITED)
    published = frozenset(plan.tag_index)

    def run(customer_id: str, records: Sequence[Record], until_ms: int) -> Played:
        found = replay(pipeline, records, until=until_ms)
        profile = found.profiles.get(customer_id)

        def why(tag: str) -> tuple[str, ...]:
            if profile is None:
                return (f"{customer_id} is not known yet",)
            explained = explain(pipeline.engine, profile, tag, until_ms)
            changes = [each for each in found.changes if each.tag == tag]
            lines = explanation_lines(explained, changes[-1] if changes else None)
            return tuple(line.plain for line in lines if line.plain)

        return Played(found.changes, {} if profile is None else tags_of(profile, published), why)

    return run


def _in_order(faults: Sequence[Fault]) -> tuple[Fault, ...]:
    return tuple(sorted(faults, key=lambda fault: (fault.at, fault.code, fault.sentence)))


def _show(checked: Checked, *, with_cases: bool) -> None:
    console = output()
    for line in fault_lines(checked.faults):
        console.print(line)
    for result in checked.results or ():
        if not result.passed:
            for line in case_lines(result):
                console.print(line)
    if with_cases and checked.results is None:
        console.print("The cases were not run: mend the errors first.\n", style="yellow")
    elif with_cases:
        for file in _refused(checked.faults):
            told = f"The cases of {printable(file)} were not run: mend its errors first.\n"
            console.print(told, style="yellow")
    console.print(summary_line(checked.packs, checked.faults, checked.results))


def _as_json(checked: Checked) -> dict[str, Any]:
    return {
        "passed": checked.passed,
        "faults": [
            {
                **_place(fault.at),
                "severity": "error" if fault.is_error else "warning",
                "code": fault.code,
                "sentence": fault.sentence,
                "suggestion": fault.suggestion,
            }
            for fault in checked.faults
        ],
        "cases": None
        if checked.results is None
        else [
            {
                **_place(result.case.at),
                "name": result.case.name,
                "passed": result.passed,
                "failures": [_failure(failure) for failure in result.failures],
            }
            for result in checked.results
        ],
    }


def _failure(failure: Failure) -> dict[str, Any]:
    return {
        **_place(failure.at),
        "sentence": failure.sentence,
        "compared": [msgspec.to_builtins(row) for row in failure.rows],
        "changes_around": failure.around,
        "why": failure.why,
    }


def _place(at: Position) -> dict[str, Any]:
    return {"file": at.file, "line": at.line, "column": at.column}
