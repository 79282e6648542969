"""A tag change to be shown."""

from tagger.domain.tags import Evidence, TagChange, Trigger
from tagger.domain.times import parse_instant

NOON = parse_instant("2026-03-01T12:00:00Z")
ENOUGH = Evidence("count of purchase within 30d", 2, "gte", 2, holds=True)
ADDED = TagChange(
    id="c-1-1",
    customer_id="c-1",
    sequence=1,
    tag="active",
    op="added",
    value=True,
    previous_value=None,
    effective_at=NOON,
    processed_at=NOON + 412,
    cause="event",
    trigger=Trigger("event", "e-1", NOON),
    actor=None,
    reason=None,
    rule="shop/active",
    rule_version="1",
    source="rule",
    priority=0,
    evidence=(ENOUGH,),
    expires_at=None,
)
