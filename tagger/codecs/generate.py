"""Writes what is in `tagger/codecs/generated` from the Avro schemas and the domain structs.

Run as `python -m tagger.codecs.generate` after a change of either; `--check` writes nothing and
exits 1 when a file is not what it would write. A generated decoder reads records of exactly the
schema it was made from, which its FINGERPRINT names, a generated encoder writes such records, and
nothing at run time depends on the schema any more: no dispatch by field, only straight code.
"""

import sys
from pathlib import Path
from typing import Any, get_args, get_origin

from tagger.codecs import emit, emit_encoder, schemas
from tagger.codecs.emit_scalars import Literals, indent, table_name
from tagger.domain import actions, commands, events, tags

FOLDER = Path(__file__).resolve().parent / "generated"
RECORDS: dict[str, type] = {
    "Purchase": events.Purchase,
    "Browse": events.Browse,
    "ChatMessage": events.ChatMessage,
    "ProfileUpdate": events.ProfileUpdate,
    "TagCommand": commands.TagCommand,
}
"""Record name to the struct that its decoder builds."""
WRITTEN_RECORDS: dict[str, type] = {
    **RECORDS,
    "TagChange": tags.TagChange,
    "CurrentTags": tags.CurrentTags,
    "WorkflowAction": actions.WorkflowAction,
    "CommandOutcome": commands.CommandOutcome,
}
"""Record name to the struct that its encoder takes."""

WRITTEN = "Written by `python -m tagger.codecs.generate`; edits are lost."


def snake_case(name: str) -> str:
    """`ChatMessage` lives in `chat_message.py`."""
    return table_name(name).lower().lstrip("_")


def source(name: str) -> str:
    """The whole module of one record's decoder."""
    struct = RECORDS[name]
    schema = schemas.current(name)
    literals = Literals(_aliases(sys.modules[struct.__module__]))
    build = emit.construct(struct, "")
    body = [
        *emit.fields(schema, struct, "", "", literals),
        "if pos != end:",
        '    raise undecodable(f"{end - pos} bytes too many")',
        f"return {build[0]}",
        *build[1:],
    ]
    code = "\n".join([*_tables(literals), *_function(name, body)])
    return "\n".join([*_head(name, struct, code, literals), code])


def encoder_source(name: str) -> str:
    """The whole module of one record's encoder."""
    function = f"encode_{snake_case(name)}"
    opening = f"Encodes a {name}. {WRITTEN}"
    return emit_encoder.module(schemas.current(name), WRITTEN_RECORDS[name], function, opening)


def _function(name: str, body: list[str]) -> list[str]:
    return [
        f"def decode_{snake_case(name)}(data: bytes, pos: int) -> {name}:",
        '    """The record that fills `data` from `pos` to its end. Raises RecordError."""',
        "    end = len(data)",
        "    try:",
        *indent(body, 2),
        "    except (IndexError, StructError) as error:",
        '        raise undecodable(f"cut off after {end} bytes") from error',
        "    except UnicodeDecodeError as error:",
        '        raise undecodable("text is not UTF-8") from error',
        "",
    ]


def _tables(literals: Literals) -> list[str]:
    lines = []
    for alias, values in literals.used.items():
        lines += ["", f"{table_name(alias)}: Final[dict[str, {alias}]] = {{"]
        lines += [f'    "{value}": "{value}",' for value in values]
        lines.append("}")
    for alias, symbols in literals.enums.items():
        lines += ["", f"{table_name(alias)}: Final[tuple[{alias}, ...]] = ("]
        lines += [f'    "{symbol}",' for symbol in symbols]
        lines.append(")")
    return [*lines, "", ""]


def _head(name: str, struct: type, code: str, literals: Literals) -> list[str]:
    faults = [fault for fault in ("undecodable", "wrong_type") if fault + "(" in code]
    binary = [f for f in ("read_block", "read_double", "read_varint") if f + "(" in code]
    domain = [n for n in ("AttributeValue", "Line") if n in code]
    lines = [f'"""Decodes a {name}. {WRITTEN}"""', ""]
    lines += ["from struct import error as StructError", "from typing import Final", ""]
    lines += [f"from tagger.codecs.binary import {', '.join(binary)}"]
    lines += [f"from tagger.codecs.faults import {', '.join(faults)}"]
    imports: dict[str, set[str]] = {struct.__module__: {name, *literals.used, *literals.enums}}
    imports.setdefault("tagger.domain.events", set()).update(domain)
    for module in sorted(imports):
        if imports[module]:
            lines.append(f"from {module} import {', '.join(sorted(imports[module]))}")
    fingerprint = schemas.fingerprint(schemas.current(name))
    return [*lines, "", f"FINGERPRINT: Final = 0x{fingerprint:016X}"]


def _aliases(module: Any) -> dict[tuple[Any, ...], str]:
    """The module's Literal types by their values."""
    found = {}
    for name, value in vars(module).items():
        if str(get_origin(value)) == "typing.Literal":
            found[tuple(sorted(get_args(value)))] = name
    return found


def outdated(folder: Path = FOLDER) -> list[Path]:
    """Files that are missing or not what the generator writes."""
    return [path for path, text in _files(folder).items() if not _holds(path, text)]


def _holds(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


def _files(folder: Path) -> dict[Path, str]:
    files = {folder / f"{snake_case(name)}.py": source(name) for name in RECORDS}
    files |= {
        folder / f"encode_{snake_case(name)}.py": encoder_source(name) for name in WRITTEN_RECORDS
    }
    package = f'"""Decoders and encoders made from the schemas. {WRITTEN}"""\n'
    return {folder / "__init__.py": package, **files}


def main(arguments: list[str]) -> int:
    """Exit code: 0 done or nothing to do, 1 drift found by `--check`, 2 wrong use."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write("usage: python -m tagger.codecs.generate [--check]\n")
        return 2
    stale = outdated()
    if arguments:
        for path in stale:
            sys.stderr.write(f"{path}: outdated; run python -m tagger.codecs.generate\n")
        return 1 if stale else 0
    files = _files(FOLDER)
    for path in stale:
        path.write_text(files[path], encoding="utf-8")
        sys.stdout.write(f"wrote {path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
