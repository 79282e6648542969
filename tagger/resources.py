"""Where the files are that come with the program: beside it in a checkout, inside it when it is
installed."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def rules_dir() -> Path:
    """The folder of the rule packs that come with the program."""
    return _folder("rules")


def schemas_dir() -> Path:
    """The folder of the schemas."""
    return _folder("schemas")


def _folder(name: str) -> Path:
    installed = _PACKAGE / "resources" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name
