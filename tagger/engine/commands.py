"""Commands on one tag: what is allowed, and why the rest is refused.

Of the commands on one tag the one that was issued last counts, in whatever order they are read: a
profile remembers by tag when the last command that was carried out had been issued, and one from
before that is overtaken. Of one instant, the one that is read later counts.
"""

from tagger.domain.commands import OutcomeCode, TagCommand
from tagger.domain.tags import TagValue
from tagger.engine.forms import has_ended
from tagger.engine.profile import Profile
from tagger.rules.plan import Plan, Tag

_REASONS: dict[OutcomeCode, str] = {
    "done": "done",
    "unchanged": "the tag is as asked already",
    "unknown-tag": "no rule pack has this tag",
    "manual-forbidden": "the tag's pack says `manual: forbidden`",
    "role-not-permitted": "the tag's pack does not name this role in `manual_roles`",
    "bad-value": "the tag has no such value",
    "tag-ended": "the tag's last day is over",
    "until-passed": "`until` is not after the command takes effect",
    "id-taken": "another command with this `command_id` came before",
    "superseded": "a command on this tag that was issued later has been carried out",
    "erase-unsupported": "this version cannot erase a customer; nothing was changed",
}


def reason_of(code: OutcomeCode) -> str:
    """The sentence that goes with a code."""
    return _REASONS[code]


def refusal(
    plan: Plan, profile: Profile | None, command: TagCommand, at: int
) -> OutcomeCode | None:
    """Why the command is refused at instant `at`; None when it is not."""
    if command.op == "erase":
        return "erase-unsupported"
    index = plan.tag_index.get(command.tag)
    if index is None:
        return "unknown-tag"
    tag = plan.tags[index]
    if tag.manual == "forbidden":
        return "manual-forbidden"
    if tag.manual_roles and command.role not in tag.manual_roles:
        return "role-not-permitted"
    if command.op == "assign" and has_ended(tag, at):
        return "tag-ended"
    if command.op == "assign" and manual_value(tag, command.value) is None:
        return "bad-value"
    if command.op != "release" and command.until is not None and command.until <= at:
        return "until-passed"
    return "superseded" if profile is not None and _is_overtaken(profile, command) else None


def _is_overtaken(profile: Profile, command: TagCommand) -> bool:
    if profile.commanded_at is None:
        return False
    commanded_at = profile.commanded_at.get(command.tag)
    return commanded_at is not None and command.issued_at < commanded_at


def remember_issue(plan: Plan, profile: Profile, command: TagCommand) -> None:
    """Note when a command that is carried out was issued; what is noted of tags that are no longer
    in the plan is dropped."""
    known = profile.commanded_at or {}
    profile.commanded_at = {tag: at for tag, at in known.items() if tag in plan.tag_index}
    profile.commanded_at[command.tag] = command.issued_at


def manual_value(tag: Tag, value: TagValue | None) -> TagValue | None:
    """The value as the tag's form has it; None when the form has no such value."""
    if tag.form == "flag":
        return True if value is None or value is True else None
    if tag.form == "number":
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return round(float(value), 6) if is_number and value is not None else None
    if not isinstance(value, str) or not value:
        return None
    known = {band.value for band in tag.bands}
    return value if not known or value in known else None
