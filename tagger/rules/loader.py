"""Rule packs in folders and files: the only module of `rules` that reads them.

A path is a folder, of which its own files are read and not those of folders in it, or one file.
Names are unique over all paths together. A fault of a rule's author is a `Fault` with file, line
and column, and all files are read before anything is reported. A path that is missing, empty or
unreadable is the operator's business and raises.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tagger.rules.faults import Fault
from tagger.rules.findings import Findings
from tagger.rules.linting.lint import lint
from tagger.rules.reading.nodes import MapNode, describe
from tagger.rules.reading.reader import read_packs
from tagger.rules.reading.scope import Document
from tagger.rules.reading.sizes import within_bounds
from tagger.rules.reading.yaml_nodes import MOST_BYTES, read_yaml
from tagger.rules.syntax import Pack, Position
from tagger.rules.zones import zone_names

MOST_FILES = 200
MOST_BYTES_TOGETHER = 4 * 1024 * 1024
_CASES = (".test.yaml", ".test.yml")
_RULES = (".yaml", ".yml")


class RuleFolderError(Exception):
    """The paths cannot be used; the operator has to name others or mend them."""


@dataclass(frozen=True, slots=True)
class LoadedRules:
    """The packs without errors, by path, then file name, and all faults of all files, by place.
    Warnings are told when there are no errors."""

    packs: tuple[Pack, ...]
    faults: tuple[Fault, ...]


def load_rules(*paths: Path) -> LoadedRules:
    """Reads the packs at all of the paths, but not the cases beside them, also where these are
    named too: a shell's `*.yaml` means both.

    Raises RuleFolderError when a path is not there, a folder has no pack, nothing but cases is
    named, or a file is unreadable.
    """
    files: list[Path] = []
    for path in paths:
        packs = [each for each in _files_at(path) if not _is_of_cases(each)]
        if path.is_dir() and not packs:
            raise RuleFolderError(f"{path} has no rule packs; they are files named *.yaml")
        files += packs
    if paths and not files:
        raise RuleFolderError(_nothing_but_cases(paths))
    return load_texts(_contents(files))


def load_case_files(*paths: Path) -> dict[str, bytes]:
    """The contents of the case files at all of the paths: of a folder all `*.test.yaml`, of a pack
    `a.yaml` the `a.test.yaml` beside it, and those that are named. Raises RuleFolderError."""
    files: list[Path] = []
    for path in paths:
        if path.is_dir() or _is_of_cases(path):
            files += filter(_is_of_cases, _files_at(path))
        else:
            beside = (path.with_name(f"{path.stem}{ending}") for ending in _CASES)
            files += (file for file in beside if file.exists())
    return _contents(files)


def load_texts(contents: Mapping[str, bytes | str]) -> LoadedRules:
    """The same for contents that are at hand already, by file name."""
    findings = Findings()
    documents = []
    total = 0
    for file, content in contents.items():
        total += len(content)
        if total > MOST_BYTES_TOGETHER:
            sentence = f"the files up to here have more than {MOST_BYTES_TOGETHER // 1024} KiB"
            findings.add(Position(file, 1, 1), "E-LIMIT", sentence, "load fewer of them together")
            continue
        root = read_yaml(file, content, findings)
        if isinstance(root, MapNode):
            documents.append(Document(file, root))
        elif root is not None:
            hint = "begin with `pack: a_name`"
            findings.add(root.at, "E-TYPE", f"a pack is a mapping, not {describe(root)}", hint)
    packs = read_packs(within_bounds(documents, findings), zone_names(), findings)
    refused = findings.refused_files()
    if refused:
        sound = tuple(pack for pack in packs if pack.file not in refused)
        return LoadedRules(sound, tuple(each for each in findings.sorted() if each.is_error))
    lint(packs, findings)
    return LoadedRules(packs, findings.sorted())


def _files_at(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    try:
        return sorted(each for each in path.iterdir() if each.name.endswith(_RULES))
    except OSError as error:
        reason = error.strerror or "cannot be read"
        raise RuleFolderError(f"the rule folder {path}: {reason}") from error


def _is_of_cases(file: Path) -> bool:
    return file.name.endswith(_CASES)


def _nothing_but_cases(paths: Sequence[Path]) -> str:
    first = paths[0]
    ending = next(each for each in _CASES if first.name.endswith(each))
    pack = first.with_name(first.name.removesuffix(ending) + Path(ending).suffix)
    if len(paths) == 1:
        return f"{first} is a file of cases; name the pack that it is about, like {pack}"
    return f"{first} and the others are files of cases; name the packs too, like {pack}"


def _contents(files: Iterable[Path]) -> dict[str, bytes]:
    """Each file once, under the path by which it was named first."""
    by_place: dict[Path, Path] = {}
    for file in files:
        by_place.setdefault(file.resolve(), file)
    if len(by_place) > MOST_FILES:
        raise RuleFolderError(f"there are more than {MOST_FILES} rule files; name fewer of them")
    return {str(file): _content(file) for file in by_place.values()}


def _content(file: Path) -> bytes:
    """The bytes of a file, one more than allowed at most: the reader refuses those."""
    try:
        if file.exists() and not file.is_file() and not file.is_dir():
            raise RuleFolderError(f"the rule file {file}: not a regular file")
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except OSError as error:
        reason = error.strerror or "cannot be read"
        raise RuleFolderError(f"the rule file {file}: {reason}") from error
