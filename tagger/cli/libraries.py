"""Rule packs as commands tell of them: loaded without errors, and looked up by tag."""

from collections.abc import Sequence
from pathlib import Path

from tagger.cli.console import CommandError, printable
from tagger.cli.inputs import nearest, paths_text, refusal_told
from tagger.rules.faults import PackRefusedError
from tagger.rules.loader import load_rules
from tagger.rules.sentences import Library


def library_of(rule_paths: Sequence[Path]) -> Library:
    """The packs at these paths together. Raises CommandError when they cannot be used."""
    with refusal_told(rule_paths):
        loaded = load_rules(*rule_paths)
        if any(fault.is_error for fault in loaded.faults):
            raise PackRefusedError(loaded.faults)
    return Library(loaded.packs)


def check_known(library: Library, tag: str, rule_paths: Sequence[Path]) -> None:
    """Raises CommandError, with the nearest names, for a tag that no rule makes."""
    if tag not in library:
        names = sorted(library.tag_names)
        known = nearest(tag, names) or f" There are {', '.join(map(printable, names))}."
        raise CommandError(f"no rule in {paths_text(rule_paths)} makes the tag {tag!r}.{known}")
