"""From YAML nodes to the authoring models of `syntax`, every fault reported at once.

Works on a whole folder: names of tags, packs and workflows are unique over it, and a rule may
ask for a tag of another pack.
"""

from collections.abc import Iterable, Mapping

from tagger.rules.attributes import ATTRIBUTE_KINDS, KNOWN_ATTRIBUTES
from tagger.rules.currencies import MINOR_DIGITS
from tagger.rules.findings import Findings
from tagger.rules.reading.conditions import read_named_condition
from tagger.rules.reading.counts import report_counts
from tagger.rules.reading.cycles import report_cycles
from tagger.rules.reading.endings import Endings
from tagger.rules.reading.expansion import report_expansions
from tagger.rules.reading.named_events import read_named_event
from tagger.rules.reading.nodes import Entry, ScalarNode, describe
from tagger.rules.reading.scope import (
    Document,
    Scope,
    TagSketch,
    entries_of,
    report_taken,
    sketch_tags,
    types_of_events,
)
from tagger.rules.reading.tags import Defaults, TagReader, read_defaults
from tagger.rules.reading.word_reader import Words, check_name, read_list, read_mapping
from tagger.rules.reading.workflows import read_workflow
from tagger.rules.syntax import NamedList, Pack, Position, Scalar
from tagger.rules.vocabulary import ATTRIBUTE, PACK

MOST_LEVELS = 2
"""Of a category; the tag is the level below."""


def read_packs(
    documents: Iterable[Document], time_zones: frozenset[str], findings: Findings
) -> tuple[Pack, ...]:
    """The packs that could be read, also those with faults, in the order of `documents`.

    `time_zones` are the IANA names that a pack may use.
    """
    folder = tuple(documents)
    tags = sketch_tags(folder, findings)
    expressions: dict[str, str | None] = {}
    readers = [_PackReader(each, tags, expressions, time_zones, findings) for each in folder]
    packs = [reader.read() for reader in readers]
    _report_taken_names(packs, findings)
    if not report_cycles(packs, findings):
        report_expansions(packs, findings)
    report_counts(packs, findings)
    return tuple(packs)


def _report_taken_names(packs: Iterable[Pack], findings: Findings) -> None:
    places: dict[str, Position] = {}
    attributes: dict[str, tuple[str, str]] = {}
    for pack in packs:
        named = [(f"the pack `{pack.name}`", pack.at)] if pack.name else []
        named += [(f"the workflow `{each.name}`", each.at) for each in pack.workflows]
        for what, at in named:
            first = places.setdefault(what, at)
            if first is not at:
                report_taken(findings, at, what, first)
        for name, kind in pack.attributes.items():
            other_kind, file = attributes.setdefault(name, (kind, pack.file))
            if other_kind != kind:
                sentence = f"the attribute `{name}` is {kind} here and {other_kind} in {file}"
                findings.add(pack.attributes_at.get(name, pack.at), "E-TYPE", sentence)


class _PackReader:
    def __init__(
        self,
        document: Document,
        tags: Mapping[str, TagSketch],
        expressions: dict[str, str | None],
        time_zones: frozenset[str],
        findings: Findings,
    ) -> None:
        root = document.root
        self._file = document.file
        self._findings = findings
        self._words = Words(root, PACK, "a pack", findings)
        events = {entry.key: entry.value for entry in entries_of(root, "events")}
        conditions = {entry.key: entry.value for entry in entries_of(root, "conditions")}
        types = types_of_events(events)
        currency = self._currency()
        self._scope = Scope(findings, tags, events, conditions, types, currency, expressions)
        self._time_zones = time_zones

    def read(self) -> Pack:
        words, scope = self._words, self._scope
        words.required("pack")
        name_node = words.node_of("pack")
        category = self._category()
        time_zone = self._time_zone()
        lists = tuple(filter(None, map(self._list, self._section("lists"))))
        attributes = self._attributes()
        events = [read_named_event(entry, scope) for entry in self._section("events")]
        conditions = [read_named_condition(each, scope) for each in self._section("conditions")]
        named = {each.name: each.condition for each in conditions if each is not None}
        tag_reader = TagReader(scope, self._defaults(), Endings(named))
        tag_entries = self._section("tags")
        tags = [tag_reader.read(entry) for entry in tag_entries]
        own_tags = frozenset(entry.key for entry in tag_entries)
        workflows = [read_workflow(each, own_tags, scope) for each in self._section("workflows")]
        return Pack(
            name=words.name("pack") or "",
            file=self._file,
            at=name_node.at if name_node is not None else words.at,
            category=category,
            currency=scope.currency,
            time_zone=time_zone,
            attributes=attributes,
            events=tuple(each for each in events if each is not None),
            conditions=tuple(each for each in conditions if each is not None),
            tags=tuple(each for each in tags if each is not None),
            workflows=tuple(each for each in workflows if each is not None),
            lists=lists,
            attributes_at={each.key: each.at for each in self._section("attributes")},
        )

    def _section(self, word: str) -> tuple[Entry, ...]:
        mapping = self._words.mapping(word)
        return mapping.entries if mapping is not None else ()

    def _defaults(self) -> Defaults:
        node = self._words.node_of("defaults")
        return Defaults() if node is None else read_defaults(node, self._scope)

    def _currency(self) -> str | None:
        currency, node = self._words.text("currency"), self._words.node_of("currency")
        if currency is not None and node is not None and currency not in MINOR_DIGITS:
            near = currency.upper()
            hint = f"did you mean `{near}`?" if near in MINOR_DIGITS else "write it like EUR"
            sentence = f"`{currency[:80]}` is no ISO 4217 currency in use"
            self._findings.add(node.at, "E-CURRENCY", sentence, hint)
        return currency

    def _category(self) -> str:
        category, node = self._words.text("category"), self._words.node_of("category")
        if category is None or node is None:
            return ""
        levels = category.split("/")
        if len(levels) <= MOST_LEVELS:
            for level in levels:
                check_name(level, node.at, self._findings)
        else:
            sentence = "`category` is one name or two with a slash between them"
            self._findings.add(node.at, "E-NAME", sentence, "write it like behaviour/intent")
        return category

    def _time_zone(self) -> str:
        zone, node = self._words.text("time_zone"), self._words.node_of("time_zone")
        if zone is None or node is None:
            return "UTC"
        if zone not in self._time_zones:
            by_folded = {each.casefold(): each for each in self._time_zones}
            same = by_folded.get(zone.casefold())
            near = self._findings.did_you_mean(node.at, zone, by_folded)
            folded = near.split("`")[1] if near else None
            meant = same or (by_folded[folded] if folded else None)
            hint = f"did you mean `{meant}`?" if meant else "write it like Europe/Berlin"
            sentence = f"`{zone[:80]}` is no IANA time zone"
            self._findings.add(node.at, "E-TIME-ZONE", sentence, hint)
        return zone

    def _list(self, entry: Entry) -> NamedList | None:
        check_name(entry.key, entry.at, self._findings)
        members = read_list(entry.value, f"the list `{entry.key[:80]}`", self._findings)
        if members is None:
            self._scope.lists[entry.key] = ()
            return None
        values: list[Scalar] = []
        known: list[ScalarNode] = []
        for member in members.items:
            if isinstance(member, ScalarNode) and member.value is not None:
                values.append(member.value)
                known.append(member)
            else:
                sentence = f"a list has texts and numbers as members, not {describe(member)}"
                self._findings.add(member.at, "E-TYPE", sentence)
        self._scope.lists[entry.key] = tuple(known)
        return NamedList(entry.key, tuple(values), entry.at)

    def _attributes(self) -> dict[str, str]:
        types: dict[str, str] = {}
        for entry in self._section("attributes"):
            check_name(entry.key, entry.at, self._findings)
            kind = self._attribute_type(entry)
            if kind is None:
                continue
            types[entry.key] = kind
            known = KNOWN_ATTRIBUTES.get(entry.key)
            if known is not None and known != ATTRIBUTE_KINDS[kind]:
                sentence = f"`{entry.key}` is an attribute that every pack knows, of another type"
                self._findings.add(entry.at, "E-RESERVED-NAME", sentence, "choose another name")
                continue
            self._scope.attributes[entry.key] = ATTRIBUTE_KINDS[kind]
        return types

    def _attribute_type(self, entry: Entry) -> str | None:
        mapping = read_mapping(entry.value, f"the attribute `{entry.key[:80]}`", self._findings)
        if mapping is None:
            return None
        words = Words(mapping, ATTRIBUTE, "an attribute", self._findings)
        words.required("type")
        return words.choice("type")
