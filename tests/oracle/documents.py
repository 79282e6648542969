"""Documents as YAML that people can read, and that says exactly what the document says."""

import json
from decimal import Decimal
from typing import Any

WIDTH = 96


def yaml_of(node: Any) -> str:
    """A document in YAML; what fits a line stands in one, and decimals keep their digits."""
    return "\n".join(_block(node, "")) + "\n"


def _block(node: Any, indent: str) -> list[str]:
    if isinstance(node, dict) and node:
        return [line for word, below in node.items() for line in _entry(word, below, indent)]
    if isinstance(node, list) and node:
        return [line for member in node for line in _member(member, indent)]
    return [indent + _flow(node)]


def _entry(word: str, below: Any, indent: str) -> list[str]:
    line = f"{indent}{_scalar(word)}: {_flow(below)}"
    if not isinstance(below, dict | list) or not below or len(line) <= WIDTH:
        return [line]
    return [f"{indent}{_scalar(word)}:", *_block(below, indent + "  ")]


def _member(member: Any, indent: str) -> list[str]:
    line = f"{indent}- {_flow(member)}"
    if not isinstance(member, dict | list) or len(line) <= WIDTH:
        return [line]
    first, *others = _block(member, indent + "  ")
    return [f"{indent}- {first.lstrip()}", *others]


def _flow(node: Any) -> str:
    if isinstance(node, dict):
        return (
            f"{{{', '.join(f'{_scalar(word)}: {_flow(below)}' for word, below in node.items())}}}"
        )
    if isinstance(node, list):
        return f"[{', '.join(_flow(member) for member in node)}]"
    return _scalar(node)


def _scalar(value: Any) -> str:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, str) and value.isascii() and value.replace("_", "").isalpha():
        return value if value not in _OTHERWISE else json.dumps(value)
    return json.dumps(value, ensure_ascii=False)


_OTHERWISE = ("true", "false", "null", "True", "False", "Null", "TRUE", "FALSE", "NULL")
"""Words that YAML reads as something else than text."""
