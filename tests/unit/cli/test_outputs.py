"""Names that are open already, or no regular files, are written to and never replaced."""

import subprocess
import sys
from pathlib import Path

WRITE = "from tagger.cli.outputs import write_outputs; write_outputs({'/dev/stdout': [b'tags\\n']})"


def test_standard_output_by_its_device_name_keeps_what_is_there(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.write_text("before\n")
    with target.open("a") as out:
        subprocess.run([sys.executable, "-c", WRITE], stdout=out, check=True)
        out.write("after\n")
    assert target.read_text() == "before\ntags\nafter\n"


def test_a_pipe_is_written_directly() -> None:
    done = subprocess.run([sys.executable, "-c", WRITE], capture_output=True, check=True)
    assert done.stdout == b"tags\n"
