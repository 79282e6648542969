"""Numbers with a zero in front, which YAML 1.1 counts in eights and YAML 1.2 does not."""

import re

from tagger.rules.findings import Findings
from tagger.rules.reading.nodes import ListNode, MapNode, Node, ScalarNode

_ZERO_IN_FRONT = re.compile(r"[-+]?0[0-9]+")
_OCTAL = re.compile(r"[-+]?[0-7]+")


def report_leading_zeros(root: Node, findings: Findings) -> None:
    """`W-LEADING-ZERO` for each such value of a document; keys are texts."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, MapNode):
            waiting += [entry.value for entry in node.entries]
        elif isinstance(node, ListNode):
            waiting += node.items
        elif isinstance(node.value, int) and _ZERO_IN_FRONT.fullmatch(node.text):
            _report(node, node.value, findings)


def _report(node: ScalarNode, number: int, findings: Findings) -> None:
    elsewhere = f"the number {int(node.text, 8)}" if _OCTAL.fullmatch(node.text) else "a text"
    findings.add(
        node.at,
        "W-LEADING-ZERO",
        f"{node.text} is the number {number} here, and {elsewhere} to tools that read YAML 1.1",
        f'write {number}, or "{node.text}" where a text is meant',
    )
