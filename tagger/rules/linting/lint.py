"""What is legal in a pack and yet doubtful: warnings, which refuse nothing.

Every check looks at each rule a bounded number of times, so that a folder of the largest allowed
size is linted in a moment.
"""

from collections.abc import Iterable

from tagger.rules.findings import Findings
from tagger.rules.linting.absent import check_absent
from tagger.rules.linting.bands import check_bands
from tagger.rules.linting.duplicates import check_duplicates
from tagger.rules.linting.events import check_events
from tagger.rules.linting.life import check_life
from tagger.rules.linting.money import check_money
from tagger.rules.linting.names import check_unused
from tagger.rules.linting.ranges import can_be_unset
from tagger.rules.linting.repeats import check_repeats
from tagger.rules.linting.status import check_status
from tagger.rules.linting.tags import check_tags
from tagger.rules.linting.truth import check_truth
from tagger.rules.linting.unset import check_unset
from tagger.rules.linting.windows import check_returns
from tagger.rules.syntax import Pack, TagRule


def lint(packs: Iterable[Pack], findings: Findings) -> None:
    """All warnings of a folder. Meant for packs without errors."""
    folder = tuple(packs)
    always_set = frozenset(tag.name for pack in folder for tag in pack.tags if _is_always_set(tag))
    for pack in folder:
        check_unused(pack, findings)
        check_unset(pack, always_set, findings)
        check_truth(pack, always_set, findings)
        check_events(pack, findings)
        check_repeats(pack, findings)
        check_money(pack, findings)
        check_returns(pack, findings)
        check_absent(pack, findings)
        check_life(pack, findings)
        for tag in pack.tags:
            check_bands(tag, findings)
    check_tags(folder, findings)
    check_status(folder, findings)
    check_duplicates(folder, findings)


def _is_always_set(tag: TagRule) -> bool:
    """Whether every known customer has a value of the tag: a flag is true or false."""
    if tag.form == "flag":
        return True
    if tag.form == "text":
        return any(band.when is None for band in tag.values)
    return tag.value is not None and not can_be_unset(tag.value)
