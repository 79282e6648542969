"""Reads `TAGGER_*` environment variables one by one and collects what is wrong with them."""

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

Choice = TypeVar("Choice", bound=str)
Default = TypeVar("Default", bound=str | None)


class SettingsError(Exception):
    """The operator's settings cannot be used: one sentence for each fault."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class Secret:
    """A text that is shown to nobody but the client that asks for it with `reveal`."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself; never log it."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(***)"


class Reader:
    """Reads variables one by one and collects what is wrong with them."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.faults: list[str] = []

    def faulty(self, name: str) -> bool:
        return any(fault.startswith(f"TAGGER_{name}") for fault in self.faults)

    def optional(self, name: str) -> str | None:
        return self._environment.get(f"TAGGER_{name}", "").strip() or None

    def text(self, name: str, default: str) -> str:
        return self.optional(name) or default

    def required(self, name: str, what: str) -> str:
        found = self.optional(name)
        if found is None:
            self.faults.append(f"TAGGER_{name}: missing; write {what}")
        return found or ""

    def choice(self, name: str, options: tuple[Choice, ...], default: Default) -> Choice | Default:
        """One of `options`."""
        found = self.optional(name)
        if found is None:
            return default
        for option in options:
            if found == option:
                return option
        self.faults.append(f"TAGGER_{name}: {found!r} is unknown; write {_either(options)}")
        return default

    def whole(self, name: str, default: int, lowest: int, highest: int) -> int:
        found = self.optional(name)
        if found is None:
            return default
        if not (found.isascii() and found.isdigit() and lowest <= int(found) <= highest):
            self.faults.append(
                f"TAGGER_{name}: {found!r} does not do; "
                f"write a whole number from {lowest} to {highest}"
            )
            return default
        return int(found)

    def switch(self, name: str, *, default: bool) -> bool:
        """`true` or `false`."""
        return self.choice(name, ("true", "false"), "true" if default else "false") == "true"

    def path(self, name: str, what: str) -> Path | None:
        """An existing path; `what` says of what."""
        found = self.optional(name)
        if found is None:
            return None
        if not Path(found).exists():
            self.faults.append(f"TAGGER_{name}: nothing at {found!r}; write the path of {what}")
        return Path(found)

    def secret(self, name: str) -> Secret | None:
        given = self._environment.get(f"TAGGER_{name}")
        file = self.optional(f"{name}_FILE")
        if given and file:
            self.faults.append(f"TAGGER_{name}, TAGGER_{name}_FILE: give one of them, not both")
        if file is None:
            return Secret(given) if given else None
        try:
            return Secret(Path(file).read_text(encoding="utf-8").rstrip("\r\n"))
        except (OSError, UnicodeDecodeError) as error:
            self.faults.append(
                f"TAGGER_{name}_FILE: cannot read {file!r} ({type(error).__name__}); "
                "write the path of a text file with the secret alone"
            )
            return None


def _either(options: tuple[str, ...]) -> str:
    return f"{', '.join(options[:-1])} or {options[-1]}"
