"""What is wrong or doubtful in a rule file, said so that its author can mend it."""

from dataclasses import dataclass

from tagger.rules.syntax import Position


@dataclass(frozen=True, slots=True)
class Fault:
    """One finding. Codes that begin with `E-` refuse the pack, `W-` warn."""

    at: Position
    code: str
    sentence: str
    suggestion: str | None = None

    @property
    def is_error(self) -> bool:
        return self.code.startswith("E-")

    def __str__(self) -> str:
        hint = f" ({self.suggestion})" if self.suggestion else ""
        return f"{self.at.file}:{self.at.line}:{self.at.column} {self.code} {self.sentence}{hint}"


class PackRefusedError(Exception):
    """A rule folder has errors; all of them are in `faults`, warnings too, by place."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults
