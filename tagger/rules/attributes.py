"""Profile attributes that rules may name, and what kind of value each has."""

from typing import Literal

AttributeKind = Literal["text", "number", "truth"]

ATTRIBUTE_KINDS: dict[str, AttributeKind] = {
    "text": "text",
    "number": "number",
    "boolean": "truth",
}
"""By type, as `attributes` of a pack spells it."""

_TEXTS = (
    "birth_date sex region city city_tier industry occupation company company_role registered_at"
    " segment channel time_zone language"
)
KNOWN_ATTRIBUTES: dict[str, AttributeKind] = {
    **dict.fromkeys(_TEXTS.split(), "text"),
    **dict.fromkeys(("age", "referrals"), "number"),
    **dict.fromkeys(("consent_email", "consent_sms", "consent_push"), "truth"),
}
"""Every pack knows these without a declaration."""

AGE = "age"
"""Derived from `BIRTH_DATE` where that is known, else taken as reported."""
BIRTH_DATE = "birth_date"
