"""From a folder of rule packs to the plan, or to everything that is wrong with them."""

from pathlib import Path

from tagger.rules.compile import compile_packs
from tagger.rules.faults import Fault, PackRefusedError
from tagger.rules.loader import load_folder
from tagger.rules.plan import Plan


def build_plan(path: Path, *, publish_experimental: bool = False) -> tuple[Plan, tuple[Fault, ...]]:
    """The plan of a folder's packs, and its warnings by place.

    Raises PackRefusedError with all faults when one of them is an error.
    """
    loaded = load_folder(path)
    if any(fault.is_error for fault in loaded.faults):
        raise PackRefusedError(loaded.faults)
    plan = compile_packs(loaded.packs, publish_experimental=publish_experimental)
    return plan, loaded.faults
