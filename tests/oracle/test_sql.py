"""The two oracles against each other, over the packs that are shipped."""

import json
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .cases import SHIPPED, shipped_cases
from .final import final_tags_brute
from .inputs import input_at
from .sql import IN_BOTH, final_tags


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(case=shipped_cases(), until=st.integers(0, 200))
def test_sql_and_simulation_end_with_the_same_tags(
    tmp_path: Path, case: tuple[object, list[dict[str, object]], object], until: int
) -> None:
    events = [
        event for event in case[1] if event["type"] != "command" and event.get("kind") != "refund"
    ]
    if not events:
        return
    end = max(input_at(event) for event in events) + until * 43_200_000
    source = tmp_path / "events.jsonl"
    source.write_text("".join(f"{json.dumps(event)}\n" for event in events), encoding="utf-8")
    brute = {
        customer_id: {name: value for name, value in tags.items() if name in IN_BOTH}
        for customer_id, tags in final_tags_brute(SHIPPED, events, end).items()
    }
    assert final_tags([source], end) == brute
