"""Every code of a fault: what it means, what to do, and a small pack in which it is found.

Codes that begin with `E-` refuse a pack, with `E-CASE-` a file of cases; `W-` warn.
"""

from tagger.rules.codes.cases import CASE_ERRORS
from tagger.rules.codes.code import Code
from tagger.rules.codes.errors import ERRORS
from tagger.rules.codes.warnings import WARNINGS

CODES: dict[str, Code] = {**ERRORS, **CASE_ERRORS, **WARNINGS}
"""By code: errors of packs, errors of cases, warnings; each in alphabetical order."""

__all__ = ["CASE_ERRORS", "CODES", "ERRORS", "WARNINGS", "Code"]
