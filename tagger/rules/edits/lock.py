"""The lock file of a rule folder: the fingerprints of what its packs mean and remember, as one
JSON document that is kept beside them and reviewed with them.

It holds a snapshot without what merely goes with a tag, so that a better title changes no lock.
"""

import json

import msgspec

from tagger.rules.edits.snapshot import Snapshot, TagEntry

LOCK_NAME = "rules.lock.json"
FORMAT = 1


class LockError(ValueError):
    """The text is no lock file, or one of another format."""


class _Lock(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: int
    rules: Snapshot


def locked(snapshot: Snapshot) -> Snapshot:
    """The part of a snapshot that a lock file holds."""
    tags = {name: TagEntry(tag.pack, tag.version, tag.rule) for name, tag in snapshot.tags.items()}
    return msgspec.structs.replace(snapshot, tags=tags, workflows={})


def lock_text(snapshot: Snapshot) -> str:
    """A lock file, the same for equal snapshots: keys in order, one fact a line."""
    content = msgspec.to_builtins(_Lock(FORMAT, locked(snapshot)))
    return json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def read_lock(content: bytes) -> Snapshot:
    """The snapshot in a lock file. Raises LockError."""
    try:
        lock = msgspec.json.decode(content, type=_Lock)
    except msgspec.MsgspecError as error:
        raise LockError(f"it is no lock file of rules ({error})") from error
    if lock.format != FORMAT:
        raise LockError(
            f"it has format {lock.format}, and this version reads format {FORMAT}; delete it and"
            " write it anew with `tagger rules lock`"
        )
    return lock.rules
