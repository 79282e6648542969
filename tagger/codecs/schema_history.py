"""Whether the schemas keep their promise: every version reads every other (FULL_TRANSITIVE).

`<Record>.avsc` is a record's present schema, `history/<Record>/<n>.avsc` its published versions,
numbered from 1. A version that was published is never changed: records of it lie in topics.
"""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import msgspec

from tagger.codecs import schemas
from tagger.codecs.compatibility import Incompatibility, incompatibilities
from tagger.codecs.schemas import Schema

ADVICE = (
    "Whoever changed a schema mends it: give a new field a default, keep the name and the type of "
    "every field, remove none that has no default, and add symbols to enums with a default alone."
)


class SchemaFault(msgspec.Struct, frozen=True):
    """What is wrong with which file, in a sentence."""

    path: Path
    text: str

    def __str__(self) -> str:
        return f"{self.path}: {self.text}"


def history_faults(
    folder: Path, names: Collection[str] = schemas.NAMES
) -> tuple[int, list[SchemaFault]]:
    """How many pairs of versions were compared, and everything wrong with the schemas of `folder`,
    which are to be those of the records `names`. Raises OSError."""
    found = {path.stem for path in folder.glob("*.avsc")}
    found |= {path.name for path in (folder / "history").glob("*") if path.is_dir()}
    pairs, faults = 0, list[SchemaFault]()
    for name in sorted(found.union(names)):
        record = _Record(folder, name, is_known=name in names)
        faults += record.faults()
        pairs += record.pairs
    return pairs, faults


def unlike(present: Schema, other: Schema) -> list[str]:
    """Why not both read the other, a sentence each; `other` is called "it"."""
    back, forth = incompatibilities(other, present), incompatibilities(present, other)
    return [
        *(_sentence(each, "it cannot be read any more") for each in back),
        *(_sentence(each, "its readers cannot read this one") for each in forth),
    ]


def without_docs(schema: Any) -> Any:
    """What a schema says to programs."""
    if isinstance(schema, list):
        return [without_docs(item) for item in schema]
    if isinstance(schema, dict):
        return {
            key: item if key == "default" else without_docs(item)
            for key, item in schema.items()
            if key != "doc"
        }
    return schema


class _Record:
    """The files of one record."""

    def __init__(self, folder: Path, name: str, *, is_known: bool) -> None:
        self._path = folder / f"{name}.avsc"
        self._history = folder / "history" / name
        self._name = name
        self._is_known = is_known
        self.pairs = 0

    def faults(self) -> Iterator[SchemaFault]:
        """Everything wrong with them."""
        if not self._is_known:
            told = "no record of the program has this name; remove the file, or correct its name"
            yield SchemaFault(self._path, told)
            return
        if not self._path.is_file():
            told = "missing; put it back, for its records lie in topics and have to be read"
            yield SchemaFault(self._path, told)
            return
        paths = sorted(self._history.glob("*.avsc"), key=lambda path: (len(path.stem), path.stem))
        expected = [f"{number}.avsc" for number in range(1, len(paths) + 1)]
        if [path.name for path in paths] != expected:
            told = "its files are not 1.avsc, 2.avsc and so on; put back what was published"
            yield SchemaFault(self._history, told)
            return
        try:
            present, versions = schemas.read(self._path), [schemas.read(path) for path in paths]
        except ValueError as error:
            yield SchemaFault(self._path, f"cannot be read: {error}")
            return
        yield from self._compare(present, versions)

    def _compare(self, present: Schema, versions: list[Schema]) -> Iterator[SchemaFault]:
        if schemas.unqualified(present) != self._name:
            told = f"its record is called {present['name']}; file and record have one name"
            yield SchemaFault(self._path, told)
        for number, version in enumerate(versions, 1):
            self.pairs += 1
            for sentence in unlike(present, version):
                yield SchemaFault(self._path, f"version {number}: {sentence}")
        if not versions or without_docs(versions[-1]) != without_docs(present):
            target = self._history / f"{len(versions) + 1}.avsc"
            told = "differs from its newest published version" if versions else "never published"
            yield SchemaFault(
                self._path,
                f"{told}; put it back, or publish it: mkdir -p {target.parent} && "
                f"cp {self._path} {target}",
            )


def _sentence(fault: Incompatibility, what: str) -> str:
    return f"{what}: {fault.path}: {fault.reason}" if fault.path else f"{what}: {fault.reason}"
