"""From rule packs to the plan, or to everything that is wrong with them."""

from pathlib import Path

from tagger.rules.compiling.compile import compile_packs
from tagger.rules.faults import Fault, PackRefusedError
from tagger.rules.loader import load_rules
from tagger.rules.plan import Plan


def build_plan(*paths: Path, publish_experimental: bool = False) -> tuple[Plan, tuple[Fault, ...]]:
    """The plan of the packs in folders and files together, and its warnings by place.

    Raises PackRefusedError with all faults when one of them is an error, RuleFolderError for paths
    that cannot be used.
    """
    loaded = load_rules(*paths)
    if any(fault.is_error for fault in loaded.faults):
        raise PackRefusedError(loaded.faults)
    plan = compile_packs(loaded.packs, publish_experimental=publish_experimental)
    return plan, loaded.faults
