"""From `*.test.yaml` to cases, every fault reported at once with an `E-CASE-` code."""

from collections.abc import Iterable, Mapping
from typing import cast, get_args

from tagger.domain.tags import Cause, Op
from tagger.rules.case_records import RECORD_WORDS, RecordReader
from tagger.rules.case_words import CASE, CASE_FILE, CHANGE, EVENT, EXPECT
from tagger.rules.cases import Case, CaseFile, Covering, Expectation, ExpectedChange, Record
from tagger.rules.faults import Fault
from tagger.rules.findings import Findings
from tagger.rules.instants import read_instant
from tagger.rules.nodes import Entry, ListNode, MapNode, Node, ScalarNode, describe
from tagger.rules.syntax import Pack, Position, Scalar
from tagger.rules.word_reader import Words, read_list, read_mapping, read_text
from tagger.rules.yaml_nodes import read_yaml

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
        self._tags = frozenset(tag.name for pack in packs.values() for tag in pack.tags)
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
        return CaseFile(file, pack.name, tuple(case for case in read if case is not None))

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
        reader = RecordReader(customer_id, self._currency, starts_at_ms, self._tags, self._findings)
        records = [
            record
            for item in self._items(words, "events")
            for record in self._records(item, reader, starts_at_ms)
        ]
        expectations = [self._expect(each, starts_at_ms) for each in self._items(words, "expect")]
        changes = [self._change(each, starts_at_ms) for each in self._items(words, "changes")]
        return Case(
            name=words.text("name") or "",
            at=mapping.at,
            starts_at_ms=starts_at_ms,
            customer_id=customer_id,
            is_story=bool(words.truth("story")),
            covers=self._covers(words),
            records=tuple(records),
            expectations=tuple(each for each in expectations if each is not None),
            changes=tuple(each for each in changes if each is not None),
        )

    def _items(self, words: Words, word: str) -> tuple[Node, ...]:
        node = words.node_of(word)
        members = None if node is None else read_list(node, f"`{word}`", self._findings)
        return members.items if members is not None else ()

    def _covers(self, words: Words) -> dict[str, tuple[Covering, ...]]:
        mapping = words.mapping("covers")
        covers: dict[str, tuple[Covering, ...]] = {}
        for entry in mapping.entries if mapping is not None else ():
            self._check_tag(entry.key, entry.at)
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
        words = Words(mapping, EVENT, "an event", self._findings, more=RECORD_WORDS)
        at = words.required("at")
        what = [entry for entry in mapping.entries if entry.key in RECORD_WORDS]
        if len(what) != 1:
            sentence = "an event of a case is one thing beside `at`"
            hint = "write for example `{at: +1d, purchase: {amount: 20}}`"
            self._findings.add(mapping.at, "E-MISSING", sentence, hint)
            return []
        places = at.items if isinstance(at, ListNode) else (at,) if at is not None else ()
        instants = [read_instant(each, starts_at_ms, self._findings) for each in places]
        read = [reader.read(what[0], at_ms) for at_ms in instants if at_ms is not None]
        return [record for record in read if record is not None]

    def _instant(self, words: Words, starts_at_ms: int) -> int | None:
        node = words.required("at")
        return None if node is None else read_instant(node, starts_at_ms, self._findings)

    def _expect(self, node: Node, starts_at_ms: int) -> Expectation | None:
        mapping = read_mapping(node, "an expectation", self._findings)
        if mapping is None:
            return None
        words = Words(mapping, EXPECT, "an expectation", self._findings)
        at_ms = self._instant(words, starts_at_ms)
        tags: dict[str, Scalar] = {}
        named = words.mapping("tags")
        for entry in named.entries if named is not None else ():
            value = self._tag_value(entry)
            if value is not None:
                tags[entry.key] = value
        if "tags" not in words and "not_held" not in words:
            sentence = "the expectation names no tag"
            self._findings.add(words.at, "E-MISSING", sentence, "add `tags` or `not_held`")
        not_held = self._not_held(words)
        return None if at_ms is None else Expectation(at_ms, tags, not_held, mapping.at)

    def _tag_value(self, entry: Entry) -> Scalar | None:
        self._check_tag(entry.key, entry.at)
        value = entry.value.value if isinstance(entry.value, ScalarNode) else None
        if value is None:
            sentence = f"`{entry.key[:80]}` takes a value, not {describe(entry.value)}"
            hint = "a tag that is not held stands under `not_held`"
            self._findings.add(entry.value.at, "E-TYPE", sentence, hint)
        return value

    def _not_held(self, words: Words) -> tuple[str, ...]:
        names = []
        for item in self._items(words, "not_held"):
            name = read_text(item, "`not_held`", self._findings)
            if name is not None:
                self._check_tag(name, item.at)
                names.append(name)
        return tuple(names)

    def _change(self, node: Node, starts_at_ms: int) -> ExpectedChange | None:
        mapping = read_mapping(node, "a change", self._findings)
        if mapping is None:
            return None
        words = Words(mapping, CHANGE, "a change", self._findings)
        for word in ("tag", "op"):
            words.required(word)
        at_ms = self._instant(words, starts_at_ms)
        tag, tag_node = words.text("tag"), words.node_of("tag")
        op, cause, value = words.choice("op"), words.choice("cause"), words.node_of("value")
        if tag is not None and tag_node is not None:
            self._check_tag(tag, tag_node.at)
        if at_ms is None or tag is None or op is None:
            return None
        wanted = value.value if isinstance(value, ScalarNode) else None
        return ExpectedChange(
            at_ms, tag, cast("Op", op), cast("Cause | None", cause), wanted, mapping.at
        )

    def _check_tag(self, name: str, at: Position) -> None:
        if name not in self._tags:
            hint = self._findings.did_you_mean(at, name, self._tags)
            sentence = f"there is no tag `{name[:80]}` in this folder"
            self._findings.add(at, "E-UNKNOWN-NAME", sentence, hint)
