"""From `*.test.yaml` to cases, every fault reported at once with an `E-CASE-` code."""

from collections.abc import Iterable, Mapping
from typing import cast, get_args

from tagger.rules.attributes import KNOWN_ATTRIBUTES
from tagger.rules.cases.case import Case, CaseFile, Covering, Record
from tagger.rules.cases.expectations import ExpectationReader
from tagger.rules.cases.records import COMMON_WORDS, RecordReader
from tagger.rules.cases.words import CASE, CASE_FILE, EVENT, RECORDS
from tagger.rules.faults import Fault
from tagger.rules.findings import Findings
from tagger.rules.instants import read_instant
from tagger.rules.reading.nodes import ListNode, MapNode, Node
from tagger.rules.reading.word_reader import Words, read_list, read_mapping, read_text
from tagger.rules.reading.yaml_nodes import read_yaml
from tagger.rules.syntax import Pack, Position

MOST_PLAYS = 200_000
"""Of all cases of a file: each instant that is asked about plays the events before it anew."""
_COVERINGS: tuple[str, ...] = get_args(Covering)


class CaseFindings(Findings):
    """Findings whose codes say that a case file is at fault, not a pack."""

    def add(self, at: Position, code: str, sentence: str, suggestion: str | None = None) -> None:
        super().add(at, code.replace("E-", "E-CASE-", 1), sentence, suggestion)


def read_case_files(
    contents: Mapping[str, bytes | str], packs: Iterable[Pack]
) -> tuple[tuple[CaseFile, ...], tuple[Fault, ...]]:
    """The cases by file, and the faults of all files by place."""
    findings = CaseFindings()
    by_name = {pack.name: pack for pack in packs}
    files = []
    for file, content in contents.items():
        root = read_yaml(file, content, findings)
        mapping = None if root is None else read_mapping(root, "a case file", findings)
        read = None if mapping is None else _CaseFileReader(mapping, by_name, findings).read(file)
        if read is not None:
            files.append(read)
    return tuple(files), findings.sorted()


class _CaseFileReader:
    def __init__(self, root: MapNode, packs: Mapping[str, Pack], findings: CaseFindings) -> None:
        self._words = Words(root, CASE_FILE, "a case file", findings)
        self._packs = packs
        self._tags = {tag.name: tag for pack in packs.values() for tag in pack.tags}
        self._attributes = frozenset(KNOWN_ATTRIBUTES).union(
            *(pack.attributes for pack in packs.values())
        )
        made = {event.name for pack in packs.values() for event in pack.events}
        self._made = frozenset(made.difference(EVENT, RECORDS))
        self._findings = findings
        self._currency: str | None = None

    def read(self, file: str) -> CaseFile | None:
        words = self._words
        pack = self._pack()
        start = words.required("starts_at")
        starts_at_ms = None if start is None else read_instant(start, None, self._findings)
        node = words.required("cases")
        cases = None if node is None else read_list(node, "`cases`", self._findings)
        if pack is None or starts_at_ms is None or cases is None:
            return None
        self._currency = pack.currency
        read = [self._case(item, starts_at_ms) for item in cases.items]
        found = tuple(case for case in read if case is not None)
        return CaseFile(file, pack.name, found) if self._may_be_played(found) else None

    def _may_be_played(self, cases: tuple[Case, ...]) -> bool:
        plays = 0
        for case in cases:
            plays += case.plays
            if plays > MOST_PLAYS:
                sentence = f"up to here the cases play more than {MOST_PLAYS} events in all"
                hint = "ask about fewer instants, or split the file"
                self._findings.add(case.at, "E-LIMIT", sentence, hint)
                return False
        return True

    def _pack(self) -> Pack | None:
        node, name = self._words.required("pack"), self._words.text("pack")
        if node is None or name is None:
            return None
        if name not in self._packs:
            hint = self._findings.did_you_mean(node.at, name, self._packs)
            sentence = f"there is no pack `{name[:80]}` in this folder"
            self._findings.add(node.at, "E-UNKNOWN-NAME", sentence, hint)
        return self._packs.get(name)

    def _case(self, node: Node, starts_at_ms: int) -> Case | None:
        mapping = read_mapping(node, "a case", self._findings)
        if mapping is None:
            return None
        words = Words(mapping, CASE, "a case", self._findings)
        words.required("name")
        if "expect" not in words and "changes" not in words:
            sentence = "the case expects nothing"
            self._findings.add(words.at, "E-MISSING", sentence, "add `expect` or `changes`")
        customer_id = words.text("customer") or "c-1"
        reader = RecordReader(
            customer_id,
            self._currency,
            starts_at_ms,
            frozenset(self._tags),
            self._attributes,
            self._findings,
        )
        expected = ExpectationReader(starts_at_ms, self._tags, self._findings)
        expectations = [expected.expectation(each) for each in self._items(words, "expect")]
        changes = [expected.change(each) for each in self._items(words, "changes")]
        return Case(
            name=words.text("name") or "",
            at=mapping.at,
            starts_at_ms=starts_at_ms,
            customer_id=customer_id,
            is_story=bool(words.truth("story")),
            covers=self._covers(words, expected),
            records=tuple(
                record
                for item in self._items(words, "events")
                for record in self._records(item, reader, starts_at_ms)
            ),
            expectations=tuple(each for each in expectations if each is not None),
            changes=tuple(each for each in changes if each is not None),
        )

    def _items(self, words: Words, word: str) -> tuple[Node, ...]:
        node = words.node_of(word)
        members = None if node is None else read_list(node, f"`{word}`", self._findings)
        return members.items if members is not None else ()

    def _covers(self, words: Words, expected: ExpectationReader) -> dict[str, tuple[Covering, ...]]:
        mapping = words.mapping("covers")
        covers: dict[str, tuple[Covering, ...]] = {}
        for entry in mapping.entries if mapping is not None else ():
            expected.check_tag(entry.key, entry.at)
            nodes = entry.value.items if isinstance(entry.value, ListNode) else (entry.value,)
            texts = [read_text(each, f"`{entry.key[:80]}`", self._findings) for each in nodes]
            for text, each in zip(texts, nodes, strict=True):
                if text is not None and text not in _COVERINGS:
                    hint = self._findings.did_you_mean(each.at, text, _COVERINGS)
                    sentence = f"a case is {', '.join(_COVERINGS)}, not `{text[:80]}`"
                    self._findings.add(each.at, "E-VALUE", sentence, hint)
            covers[entry.key] = tuple(
                cast("Covering", text) for text in texts if text in _COVERINGS
            )
        return covers

    def _records(self, node: Node, reader: RecordReader, starts_at_ms: int) -> list[Record]:
        mapping = read_mapping(node, "an event", self._findings)
        if mapping is None:
            return []
        words = Words(mapping, EVENT, "an event", self._findings, more=RECORDS, refused=self._made)
        at = words.required("at")
        what = [entry for entry in mapping.entries if entry.key in RECORDS]
        made = next((entry for entry in mapping.entries if entry.key in self._made), None)
        if made is not None:
            sentence = f"`{made.key}` is an event that a pack makes of others"
            hint = "write the event that it is made of, such as `purchase`"
            self._findings.add(made.at, "E-UNKNOWN-WORD", sentence, hint)
            return []
        if len(what) != 1:
            sentence = "an event of a case is one thing beside `at`"
            hint = "write for example `{at: +1d, purchase: {amount: 20}}`"
            self._findings.add(mapping.at, "E-MISSING", sentence, hint)
            return []
        places = at.items if isinstance(at, ListNode) else (at,) if at is not None else ()
        instants = [read_instant(each, starts_at_ms, self._findings) for each in places]
        said = {word: text for word in COMMON_WORDS if (text := words.text(word)) is not None}
        read = [reader.read(what[0], at_ms, said) for at_ms in instants if at_ms is not None]
        return [record for record in read if record is not None]
