"""`tagger rules check`: every fault of a rule folder in its place, then every test case."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import click
import msgspec

from tagger.cli.console import DONE, FINDINGS, output
from tagger.cli.findings import case_lines, fault_lines, summary_line
from tagger.cli.inputs import refusal_told
from tagger.domain.tags import TagChange, TagValue
from tagger.engine.driver import replay, tags_of
from tagger.engine.profile import UNLIMITED
from tagger.rules.cases import CaseResult, Record, Run, run_cases
from tagger.rules.compile import compile_packs
from tagger.rules.faults import Fault
from tagger.rules.lint_cases import lint_cases
from tagger.rules.loader import load_case_files, load_folder
from tagger.rules.plan import Plan
from tagger.rules.read_cases import read_case_files
from tagger.rules.syntax import Pack, Position
from tagger.workflows.pipeline import Pipeline


class Checked(NamedTuple):
    """What was found in a folder. `results` is None when no case was to be run, or none could
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
@click.argument("rules_dir", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--no-cases", is_flag=True, help="Only look for faults.")
@click.option("--json", "as_json", is_flag=True, help="Answer as one JSON object.")
@click.pass_context
def check(ctx: click.Context, rules_dir: Path, no_cases: bool, as_json: bool) -> None:
    """Show every fault of the packs in DIR in its place, then run each case of *.test.yaml.

    Exit code 0 when there is no error (warnings alone too), 1 for errors or failed cases.

    \b
    Example:
      tagger rules check rules
    """
    with refusal_told(rules_dir):
        checked = check_folder(rules_dir, with_cases=not no_cases)
    if as_json:
        click.echo(msgspec.json.encode(_as_json(checked)))
    else:
        _show(checked, with_cases=not no_cases)
    ctx.exit(DONE if checked.passed else FINDINGS)


def check_folder(rules_dir: Path, *, with_cases: bool) -> Checked:
    """All that is wrong with the packs of a folder, and what became of their cases. Raises
    RuleFolderError."""
    loaded = load_folder(rules_dir)
    if not with_cases or any(fault.is_error for fault in loaded.faults):
        return Checked(loaded.packs, _in_order(loaded.faults), None)
    files, faults = read_case_files(load_case_files(rules_dir), loaded.packs)
    results = run_cases(files, case_engine(compile_packs(loaded.packs, publish_experimental=True)))
    found = (*loaded.faults, *faults, *lint_cases(loaded.packs, files))
    return Checked(loaded.packs, _in_order(found), results)


def case_engine(plan: Plan) -> Run:
    """The rules on a virtual clock, as cases want to run them."""
    pipeline = Pipeline(plan, UNLIMITED)
    published = frozenset(plan.tag_index)

    def run(
        records: Sequence[Record], until_ms: int
    ) -> tuple[list[TagChange], dict[str, dict[str, TagValue]]]:
        found = replay(pipeline, records, until=until_ms)
        return found.changes, {
            customer: tags_of(profile, published) for customer, profile in found.profiles.items()
        }

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
                "failures": [
                    {**_place(failure.at), "lines": failure.lines} for failure in result.failures
                ],
            }
            for result in checked.results
        ],
    }


def _place(at: Position) -> dict[str, Any]:
    return {"file": at.file, "line": at.line, "column": at.column}
