"""Instructions of the loop, counted by callgrind.

Only the loop itself is counted: loading and warming up run with the instruments off.
"""

import os
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

LOOP = Path(__file__).with_name("loop.py")
_TOTALS = re.compile(r"^(?:summary|totals): (\d+)$", re.MULTILINE)


class CountingError(Exception):
    """Callgrind is not there, or the loop has failed; the text is what it said."""


def instructions(source: Path) -> int:
    """Of the loop with the `tagger` of the folder `source`. Raises CountingError."""
    with TemporaryDirectory() as folder:
        counts = Path(folder) / "counts"
        with (Path(folder) / "said").open("w+b") as said:
            try:
                loop = subprocess.Popen(
                    [
                        "valgrind",
                        "--tool=callgrind",
                        "--instr-atstart=no",
                        f"--callgrind-out-file={counts}",
                        sys.executable,
                        str(LOOP),
                    ],
                    env={**os.environ, "PYTHONPATH": str(source), "PYTHONHASHSEED": "0"},
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=said,
                )
            except FileNotFoundError:
                raise CountingError("missing: valgrind; apt-get install valgrind") from None
            with loop:
                _begin(loop)
            if loop.returncode:
                said.seek(0)
                raise CountingError(said.read().decode("utf-8", "replace")[-2_000:])
        found = _TOTALS.search(counts.read_text("ascii"))
        if found is None or found[1] == "0":
            raise CountingError("callgrind has counted nothing")
        return int(found[1])


def _begin(loop: "subprocess.Popen[bytes]") -> None:
    """Switch the instruments on once the loop is ready; it ends by itself, or has failed before."""
    if loop.stdin is None or loop.stdout is None:
        raise CountingError("the loop has no pipes")
    if loop.stdout.readline():
        subprocess.run(
            ["callgrind_control", "--instr=on", str(loop.pid)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
        )
        loop.stdin.write(b"\n")
        loop.stdin.flush()
