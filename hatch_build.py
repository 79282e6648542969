"""Compiles the hot modules into the wheel, by mypyc.

The modules are ordinary typed Python and go into the wheel as well; their compiled forms lie beside
them and are what an interpreter that can load them takes. `BUILD_FORM` says what to make:

* `auto`, or nothing: compiled, and with a warning pure Python where there is no working compiler;
* `compiled`: compiled, or an error;
* `pure`: pure Python.

An editable installation is always pure: its sources change.
"""

import os
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

CHOICES = ("auto", "compiled", "pure")
_BUILD = """
import sys
from mypyc.build import mypycify
from setuptools import setup

found = mypycify(
    ["--config-file=", "--ignore-missing-imports", *sys.argv[1:]], opt_level="2", debug_level="0"
)
setup(
    name="tagger",
    packages=[],
    ext_modules=found,
    script_args=["--quiet", "build_ext", "--inplace"],
)
"""


class CompilationError(Exception):
    """The compiler could not do it; the text is what it said."""


def chosen(root: Path, include: list[str], exclude: list[str]) -> list[str]:
    """The modules to compile, as paths relative to `root` in order. Raises ValueError for a pattern
    that names none."""
    modules = sorted(each.relative_to(root).as_posix() for each in root.glob("tagger/**/*.py"))
    for pattern in (*include, *exclude):
        if not any(fnmatch(each, pattern) for each in modules):
            raise ValueError(f"pyproject.toml: no module is named {pattern}")
    return [
        each
        for each in modules
        if any(fnmatch(each, pattern) for pattern in include)
        and not any(fnmatch(each, pattern) for pattern in exclude)
    ]


def compile_copy(root: Path, modules: list[str], folder: Path) -> list[Path]:
    """Compile a copy of the package in `folder`; gives what the compiler made. Raises
    CompilationError."""
    shutil.copytree(root / "tagger", folder / "tagger", ignore=shutil.ignore_patterns("*.so"))
    done = subprocess.run(  # noqa: S603 - this interpreter, with the text above
        [sys.executable, "-c", _BUILD, *modules],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CompilationError(done.stdout)
    return sorted(folder.glob("**/*.so")) or sorted(folder.glob("**/*.pyd"))


class CompiledWheel(BuildHookInterface[Any]):
    """Puts what is compiled into a wheel."""

    _folder: "TemporaryDirectory[str] | None" = None

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Before the wheel's files are collected."""
        choice = os.environ.get("BUILD_FORM") or "auto"
        if choice not in CHOICES:
            raise ValueError(f"BUILD_FORM={choice}: one of {', '.join(CHOICES)}")
        if version == "editable" or choice == "pure":
            return
        root = Path(self.root)
        modules = chosen(root, self.config["compile"], self.config.get("interpret", []))
        self._folder = TemporaryDirectory()
        folder = Path(self._folder.name)
        self.app.display_waiting(f"compiling {len(modules)} modules (a minute or two)")
        try:
            made = compile_copy(root, modules, folder)
        except CompilationError as error:
            if choice == "compiled":
                self._folder.cleanup()
                raise
            self.app.display_warning(f"{error}\nnot compiled: this wheel is pure Python, and slow")
            return
        for each in made:
            build_data["force_include"][str(each)] = each.relative_to(folder).as_posix()
        build_data["pure_python"] = False
        build_data["infer_tag"] = True

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """After the wheel has been written."""
        del version, build_data, artifact_path
        if self._folder is not None:
            self._folder.cleanup()
