"""Rule folders and files: the only module of `rules` that reads them.

A fault of a rule's author is a `Fault` with file, line and column, and all files are read before
anything is reported. A folder that is missing, empty or unreadable is the operator's business
and raises.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zoneinfo import available_timezones

from tagger.rules.faults import Fault
from tagger.rules.findings import Findings
from tagger.rules.lint import lint
from tagger.rules.nodes import MapNode, describe
from tagger.rules.reader import read_packs
from tagger.rules.scope import Document
from tagger.rules.syntax import Pack
from tagger.rules.yaml_nodes import MOST_BYTES, read_yaml

MOST_FILES = 200
_CASES = (".test.yaml", ".test.yml")
_RULES = (".yaml", ".yml")


class RuleFolderError(Exception):
    """The rule folder cannot be used; the operator has to name another or mend it."""


@dataclass(frozen=True, slots=True)
class LoadedFolder:
    """The packs without errors, by file name, and all faults of all files, by place. Warnings are
    looked for when there are no errors."""

    packs: tuple[Pack, ...]
    faults: tuple[Fault, ...]


def load_folder(path: Path) -> LoadedFolder:
    """Reads `*.yaml` and `*.yml` of a folder, but not the cases beside them.

    Raises RuleFolderError when there is no such folder, no pack in it, or a file is unreadable.
    """
    files = _files(path)
    packs = [file for file in files if not file.name.endswith(_CASES)]
    if not packs:
        raise RuleFolderError(f"{path} has no rule packs; they are files named *.yaml")
    return load_texts({str(file): _content(file) for file in packs})


def load_case_files(path: Path) -> dict[str, bytes]:
    """The contents of `*.test.yaml` of a folder, by file. Raises RuleFolderError."""
    return {str(file): _content(file) for file in _files(path) if file.name.endswith(_CASES)}


def load_texts(contents: Mapping[str, bytes | str]) -> LoadedFolder:
    """The same for contents that are at hand already, by file name."""
    findings = Findings()
    documents = []
    for file, content in contents.items():
        root = read_yaml(file, content, findings)
        if isinstance(root, MapNode):
            documents.append(Document(file, root))
        elif root is not None:
            hint = "begin with `pack: a_name`"
            findings.add(root.at, "E-TYPE", f"a pack is a mapping, not {describe(root)}", hint)
    packs = read_packs(documents, _time_zones(), findings)
    refused = findings.refused_files()
    if refused:
        sound = tuple(pack for pack in packs if pack.file not in refused)
        return LoadedFolder(sound, findings.sorted())
    return LoadedFolder(packs, findings.sorted() + lint(packs))


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _files(path: Path) -> list[Path]:
    try:
        files = sorted(each for each in path.iterdir() if each.name.endswith(_RULES))
    except OSError as error:
        reason = error.strerror or "cannot be read"
        raise RuleFolderError(f"the rule folder {path}: {reason}") from error
    if len(files) > MOST_FILES:
        raise RuleFolderError(f"{path} has more than {MOST_FILES} rule files; split the folder")
    return files


def _content(file: Path) -> bytes:
    """The bytes of a file, one more than allowed at most: the reader refuses those."""
    try:
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except OSError as error:
        reason = error.strerror or "cannot be read"
        raise RuleFolderError(f"the rule file {file}: {reason}") from error
