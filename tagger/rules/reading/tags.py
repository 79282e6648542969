"""Tags: their description, their form, when they are set and cleared, and how long they live."""

import re
from dataclasses import dataclass, field
from typing import cast

from tagger.rules.reading.bands import read_bands, read_number
from tagger.rules.reading.endings import Endings
from tagger.rules.reading.life import check_life, read_clause
from tagger.rules.reading.nodes import Entry, ListNode, MapNode, Node, ScalarNode
from tagger.rules.reading.scope import Scope
from tagger.rules.reading.word_reader import Words, check_name, read_list, read_mapping, read_text
from tagger.rules.syntax import Form, Layer, Manual, Status, TagRule
from tagger.rules.vocabulary import DEFAULTS, LIFE, TAG

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_RULE_WORDS = (*LIFE, "values", "value", "step")


@dataclass(frozen=True, slots=True)
class Defaults:
    """What `defaults` of a pack says."""

    owner: str = ""
    layer: str = "core"
    status: str = "stable"
    priority: int = 0
    manual: str = "allowed"
    manual_roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TagReader:
    """Reads the tags of one pack."""

    scope: Scope
    defaults: Defaults = field(default_factory=Defaults)
    endings: Endings = field(default_factory=lambda: Endings({}))

    def read(self, entry: Entry) -> TagRule | None:
        findings = self.scope.findings
        check_name(entry.key, entry.at, findings)
        mapping = read_mapping(entry.value, f"the tag `{entry.key[:80]}`", findings)
        if mapping is None:
            return None
        words = Words(mapping, TAG, "a tag", findings)
        form = cast("Form", words.choice("form") or "flag")
        manual = cast("Manual", words.choice("manual") or self.defaults.manual)
        self._check_form(words, form)
        assign = read_clause(words, "assign", self.scope)
        remove = read_clause(words, "remove", self.scope)
        values = read_bands(words, self.scope) if form == "text" else ()
        value, step_ms = read_number(words, self.scope) if form == "number" else (None, None)
        self._check_rule(words, form, manual, entry)
        layer = words.choice("layer") or self.defaults.layer
        if form == "flag" and manual != "only":
            check_life(words, assign, entry, self.endings, self.scope)
        self._check_layer(words, layer, form, entry)
        self._check_roles(words, manual, entry)
        priority = words.whole("priority", -1_000_000)
        return TagRule(
            name=entry.key,
            form=form,
            at=entry.at,
            title=_title(words, self.scope),
            description=words.text("description") or "",
            purpose=words.text("purpose") or "",
            colour=_colour(words, self.scope),
            owner=words.text("owner") or self.defaults.owner,
            priority=self.defaults.priority if priority is None else priority,
            layer=cast("Layer", layer),
            status=cast("Status", words.choice("status") or self.defaults.status),
            replaced_by=self._replaced_by(words, entry),
            ends_on=words.date("ends_on"),
            assign=assign,
            remove=remove,
            values=values,
            value=value,
            step_ms=step_ms,
            expires_after_ms=words.duration("expires_after"),
            renew=bool(words.truth("renew")),
            sticky=bool(words.truth("sticky")),
            hold_for_ms=words.duration("hold_for"),
            keep_at_least_ms=words.duration("keep_at_least"),
            cool_down_ms=words.duration("cool_down"),
            manual=manual,
            manual_roles=read_roles(words, self.scope) or self.defaults.manual_roles,
        )

    def _check_form(self, words: Words, form: Form) -> None:
        findings = self.scope.findings
        if form != "flag":
            for word in LIFE:
                if word in words:
                    sentence = f"`{word}` is about the life of flags; a {form} tag has none"
                    findings.add(words.place(word), "E-LIFE-ON-FORM", sentence)
        for word, of in (("values", "text"), ("value", "number"), ("step", "number")):
            if word in words and form != of:
                sentence = f"`{word}` belongs to `form: {of}`"
                findings.add(words.place(word), "E-FORM", sentence, f"add `form: {of}`")

    def _check_rule(self, words: Words, form: Form, manual: Manual, entry: Entry) -> None:
        findings = self.scope.findings
        if manual == "only":
            for word in _RULE_WORDS:
                if word in words and (form == "flag" or word not in LIFE):
                    sentence = f"a tag with `manual: only` has no rule, so no `{word}` either"
                    findings.add(words.place(word), "E-RULE-ON-MANUAL", sentence)
            return
        needed = {"flag": "assign", "text": "values", "number": "value"}[form]
        if words.lacks(needed):
            sentence = f"a {form} tag needs `{needed}`"
            hint = "or say `manual: only`"
            findings.add(entry.at, "E-MISSING", f"`{entry.key[:80]}`: {sentence}", hint)

    def _check_layer(self, words: Words, layer: str, form: Form, entry: Entry) -> None:
        if layer == "temporary" and "ends_on" not in words and "expires_after" not in words:
            sentence = f"`{entry.key[:80]}` is temporary and says nothing of its end"
            hint = "add `ends_on` or `expires_after`" if form == "flag" else "add `ends_on`"
            self.scope.findings.add(entry.at, "E-NO-ENDING", sentence, hint)

    def _check_roles(self, words: Words, manual: Manual, entry: Entry) -> None:
        if manual == "forbidden" and "manual_roles" in words:
            sentence = f"nobody sets `{entry.key[:80]}` by hand, whatever `manual_roles` says"
            hint = "say `manual: allowed`, or take the roles out"
            self.scope.findings.add(words.place("manual_roles"), "W-ROLES", sentence, hint)

    def _replaced_by(self, words: Words, entry: Entry) -> str | None:
        name, node = words.text("replaced_by"), words.node_of("replaced_by")
        if name is None or node is None:
            return None
        if name not in self.scope.tags:
            hint = self.scope.findings.did_you_mean(node.at, name, self.scope.tags)
            sentence = f"there is no tag `{name[:80]}` in this folder"
            self.scope.findings.add(node.at, "E-UNKNOWN-NAME", sentence, hint)
        elif name == entry.key:
            self.scope.findings.add(node.at, "E-VALUE", "a tag cannot replace itself")
        return name


def read_defaults(node: Node, scope: Scope) -> Defaults:
    mapping = read_mapping(node, "`defaults`", scope.findings)
    if mapping is None:
        return Defaults()
    words = Words(mapping, DEFAULTS, "`defaults`", scope.findings)
    return Defaults(
        owner=words.text("owner") or "",
        layer=words.choice("layer") or "core",
        status=words.choice("status") or "stable",
        priority=words.whole("priority", -1_000_000) or 0,
        manual=words.choice("manual") or "allowed",
        manual_roles=read_roles(words, scope),
    )


def read_roles(words: Words, scope: Scope) -> tuple[str, ...]:
    node = words.node_of("manual_roles")
    if node is None:
        return ()
    members = node.items if isinstance(node, ListNode) else (node,)
    if isinstance(node, MapNode) or not members:
        read_list(node, "`manual_roles`", scope.findings)
        return ()
    roles = (read_text(member, "a role", scope.findings) for member in members)
    return tuple(role for role in roles if role is not None)


def _title(words: Words, scope: Scope) -> dict[str, str]:
    node = words.node_of("title")
    if isinstance(node, ScalarNode) and isinstance(node.value, str):
        sentence = "`title` takes a mapping from language to text"
        hint = f"write `title: {{en: {node.text[:40]}}}`"
        scope.findings.add(node.at, "E-TYPE", sentence, hint)
        return {}
    mapping = words.mapping("title")
    titles: dict[str, str] = {}
    for entry in mapping.entries if mapping is not None else ():
        if not _LANGUAGE.fullmatch(entry.key):
            sentence = f"`{entry.key[:80]}` is no language tag such as en or zh"
            scope.findings.add(entry.at, "E-VALUE", sentence)
        text = read_text(entry.value, "a title", scope.findings)
        if text is not None:
            titles[entry.key] = text
    return titles


def _colour(words: Words, scope: Scope) -> str:
    colour = words.text("colour")
    node = words.node_of("colour")
    if colour is not None and node is not None and not _COLOUR.fullmatch(colour):
        scope.findings.add(node.at, "E-VALUE", '`colour` is written like "#2e7d32"')
    return colour or ""
