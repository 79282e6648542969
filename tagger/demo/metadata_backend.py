"""A build backend that builds nothing: it answers pip's one question about a source archive.

Before pip keeps a source archive it asks the archive's build backend for its metadata, which
would run the archive's `setup.py`. This module is put in the place of that backend; it copies
the archive's own `PKG-INFO` and runs nothing of the archive.
"""

import shutil
import sys
from pathlib import Path

__legacy__ = sys.modules[__name__]
"""The name under which pip looks for the backend of an archive without `pyproject.toml`."""


def prepare_metadata_for_build_wheel(
    metadata_directory: str, config_settings: object = None
) -> str:
    """Hook of PEP 517, called in the unpacked archive; the name of the metadata directory."""
    del config_settings
    target = Path(metadata_directory, "archive.dist-info")
    target.mkdir()
    shutil.copyfile("PKG-INFO", target / "METADATA")
    return target.name
