"""Tags that are on their way in or out, and what still leans on them."""

from collections.abc import Iterable, Mapping

from tagger.rules.findings import Findings
from tagger.rules.syntax import Named, Pack, Position, TagRule
from tagger.rules.walk import conditions_of, measures_of, measures_of_tag, parts_of, tags_in


def check_status(packs: Iterable[Pack], findings: Findings) -> None:
    """`W-DEPRECATED` and `W-EXPERIMENTAL`."""
    folder = tuple(packs)
    tags = {tag.name: tag for pack in folder for tag in pack.tags}
    for tag in tags.values():
        _check_replacement(tag, tags, findings)
    for pack in folder:
        _check_conditions(pack, tags, findings)
        _check_workflows(pack, tags, findings)
        asked_by = _Asked(pack)
        for tag in pack.tags:
            _check_tag(tag, asked_by, tags, findings)


def _check_conditions(pack: Pack, tags: Mapping[str, TagRule], findings: Findings) -> None:
    for named in pack.conditions:
        for part in parts_of(named.condition):
            for each in tags_in(measures_of(part)):
                _check_deprecated(each.at, tags[each.name], findings)


def _check_tag(
    tag: TagRule, asked_by: "_Asked", tags: Mapping[str, TagRule], findings: Findings
) -> None:
    asked = [(each.at, each.name) for each in tags_in(measures_of_tag(tag))]
    if tag.status != "deprecated":
        for at, name in asked:
            _check_deprecated(at, tags[name], findings)
    if tag.status != "stable":
        return
    for named in conditions_of(tag):
        if isinstance(named, Named):
            asked += [(named.at, name) for name in sorted(asked_by.named(named.name))]
    for at, name in asked:
        if tags[name].status == "experimental":
            sentence = f"`{tag.name}` is stable and leans on `{name}`, which is a trial"
            hint = "make this one `experimental` too, or that one `stable`"
            findings.add(at, "W-EXPERIMENTAL", sentence, hint)


def _check_workflows(pack: Pack, tags: Mapping[str, TagRule], findings: Findings) -> None:
    for workflow in pack.workflows:
        upon = tags[workflow.upon_tag]
        _check_deprecated(workflow.at, upon, findings)
        if upon.status == "experimental" and workflow.status == "active":
            sentence = (
                f"`{workflow.name}` waits for `{upon.name}`, of which nothing is published"
                " while it is experimental"
            )
            hint = "make the workflow `shadow`, or the tag `stable`"
            findings.add(workflow.at, "W-EXPERIMENTAL", sentence, hint)


class _Asked:
    """The tags that named conditions of a pack ask about, names in them followed."""

    def __init__(self, pack: Pack) -> None:
        self._conditions = {each.name: each.condition for each in pack.conditions}
        self._known: dict[str, frozenset[str]] = {}

    def named(self, name: str) -> frozenset[str]:
        if name not in self._known:
            found: frozenset[str] = frozenset()
            for part in parts_of(self._conditions[name]):
                found |= {each.name for each in tags_in(measures_of(part))}
                found |= self.named(part.name) if isinstance(part, Named) else frozenset()
            self._known[name] = found
        return self._known[name]


def _check_deprecated(at: Position, tag: TagRule, findings: Findings) -> None:
    if tag.status == "deprecated":
        hint = f"use `{tag.replaced_by}`" if tag.replaced_by else "do without it"
        findings.add(at, "W-DEPRECATED", f"the tag `{tag.name}` is deprecated", hint)


def _check_replacement(tag: TagRule, tags: Mapping[str, TagRule], findings: Findings) -> None:
    if tag.status == "deprecated" and tag.replaced_by is None:
        sentence = f"`{tag.name}` is deprecated and names no tag to use instead"
        findings.add(tag.at, "W-DEPRECATED", sentence, "add `replaced_by: ...`")
    if tag.replaced_by is None:
        return
    if tag.status != "deprecated":
        sentence = f"`{tag.name}` names a tag to use instead and is not deprecated"
        findings.add(tag.at, "W-DEPRECATED", sentence, "add `status: deprecated`")
    if tags[tag.replaced_by].status == "deprecated":
        sentence = f"`{tag.replaced_by}`, which replaces `{tag.name}`, is deprecated itself"
        findings.add(tag.at, "W-DEPRECATED", sentence, "name the tag that stays")
