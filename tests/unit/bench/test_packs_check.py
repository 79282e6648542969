"""What is said of changes that whole packs have made."""

from pathlib import Path

import msgspec

from bench.compare.outputs import Output
from bench.compare.packs_check import complaints
from bench.job.purchases import History, Job
from bench.job.rule import PACK
from tagger.codecs.encode import Encoder
from tagger.domain.tags import TagChange
from tagger.engine.profile import Profile
from tagger.engine.step import Clock
from tagger.rules.build import build_plan
from tagger.workflows.pipeline import Pipeline

END_MS = 1_790_000_000_000
HISTORY = History(Job(400, END_MS))


def made(pack: Path) -> list[TagChange]:
    """What the program decides, customer by customer."""
    pipeline, found = Pipeline(build_plan(pack)[0]), list[TagChange]()
    profiles: dict[str, Profile] = {}
    for purchase in HISTORY.purchases():
        customer = purchase.customer_id
        step = pipeline.step(profiles.get(customer), purchase, Clock(purchase.occurred_at - 1))
        assert step.profile is not None
        profiles[customer] = step.profile
        found += step.changes
    for profile in profiles.values():
        found += pipeline.run_deadlines(profile, Clock(END_MS)).changes
    return found


def told(pack: Path, changes: list[TagChange]) -> list[str]:
    """Complaints about these changes, all on one partition."""
    encode = Encoder(records=[TagChange]).encode
    outputs = [Output(each.customer_id.encode(), encode(each), 0) for each in changes]
    return list(complaints([pack], HISTORY, [outputs]))


def test_right_changes_pass_and_every_kind_of_fault_is_told(tmp_path: Path) -> None:
    pack = tmp_path / "bench.yaml"
    pack.write_text(PACK, "utf-8")
    changes = made(pack)
    assert len(changes) > 100
    assert told(pack, changes) == []
    customer = changes[0].customer_id
    own = [each for each in changes if each.customer_id == customer]
    assert [each.op for each in own[:2]] == ["added", "removed"]

    def instead(number: int, *others: TagChange) -> list[str]:
        place = next(n for n, each in enumerate(changes) if each is own[number])
        return told(pack, [*changes[:place], *others, *changes[place + 1 :]])

    replace = msgspec.structs.replace
    late = replace(own[1], effective_at=own[1].effective_at + 1)
    assert any("follows upon change" in each for each in instead(0))
    assert any("goes back in time" in each for each in instead(1, replace(own[1], effective_at=0)))
    assert any("starts from" in each for each in instead(1, replace(own[1], previous_value=None)))
    assert [each.split("\n")[0] for each in instead(1, late)] == [
        f"{customer}: not what the oracle says:"
    ]
    assert any("not what the oracle says" in each for each in told(pack, []))
