"""Which tags lack a case: each needs one that assigns, one that nearly does, one that revokes."""

from collections.abc import Iterable
from typing import get_args

from tagger.rules.cases.case import Case, CaseFile, Covering
from tagger.rules.faults import Fault
from tagger.rules.findings import Findings
from tagger.rules.syntax import Pack, TagRule

_COVERINGS: tuple[Covering, ...] = get_args(Covering)


def lint_cases(packs: Iterable[Pack], files: Iterable[CaseFile]) -> tuple[Fault, ...]:
    """`W-CASES` for every tag that lacks cases, every pack without a story and every case that
    asks nothing about what it covers, by place."""
    findings = Findings()
    read = tuple(files)
    cases = [case for file in read for case in file.cases]
    covered = {
        (tag, covering) for case in cases for tag, ways in case.covers.items() for covering in ways
    }
    stories = {file.pack for file in read for case in file.cases if case.is_story}
    for pack in packs:
        if pack.name not in stories:
            sentence = f"the pack `{pack.name}` has no customer's story among its cases"
            findings.add(pack.at, "W-CASES", sentence, "mark one case with `story: true`")
        for tag in pack.tags:
            missing = [each for each in _needed(tag) if (tag.name, each) not in covered]
            if missing:
                lacks = ", ".join(missing)
                hint = f"add cases with `covers: {{{tag.name}: ...}}`"
                findings.add(tag.at, "W-CASES", f"`{tag.name}` lacks cases: {lacks}", hint)
    for case in cases:
        _check_near_misses(case, findings)
    return findings.sorted()


def _needed(tag: TagRule) -> tuple[Covering, ...]:
    """No rule revokes a sticky tag."""
    return tuple(each for each in _COVERINGS if not (tag.sticky and each == "revoking"))


def _check_near_misses(case: Case, findings: Findings) -> None:
    """What changes is seen from the changes; that nothing does has to be asked for."""
    for tag, ways in case.covers.items():
        if "near-miss" in ways and tag not in case.asked_tags:
            sentence = f"the case is a near-miss of `{tag}` and expects nothing of it"
            hint = f"add for example `expect: [{{at: ..., not_held: [{tag}]}}]`"
            findings.add(case.at, "W-CASES", sentence, hint)
