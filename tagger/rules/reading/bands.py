"""Values of text tags and of number tags."""

from tagger.rules.reading.conditions import read_condition
from tagger.rules.reading.literals import Left
from tagger.rules.reading.measures import always_moves, read_lone_measure
from tagger.rules.reading.nodes import Entry
from tagger.rules.reading.operands import check_currency
from tagger.rules.reading.scope import Scope
from tagger.rules.reading.word_reader import LONGEST_NAME, Words, read_mapping
from tagger.rules.syntax import BandValue, Measure, Ratio
from tagger.rules.vocabulary import BAND


def read_bands(words: Words, scope: Scope) -> tuple[BandValue, ...]:
    """The values in the order in which they are tried."""
    mapping = words.mapping("values")
    if mapping is None:
        return ()
    if not mapping.entries:
        scope.findings.add(mapping.at, "E-VALUE", "`values` needs at least one value")
    bands: list[BandValue] = []
    for entry in mapping.entries:
        is_last = entry is mapping.entries[-1]
        band = _band(entry, is_last, scope)
        if band is not None:
            bands.append(band)
    return tuple(bands)


def _band(entry: Entry, is_last: bool, scope: Scope) -> BandValue | None:
    findings = scope.findings
    if not entry.key.strip() or len(entry.key) > LONGEST_NAME:
        sentence = f"a value is a text of 1 to {LONGEST_NAME} characters"
        findings.add(entry.at, "E-NAME", sentence)
    mapping = read_mapping(entry.value, f"the value `{entry.key[:80]}`", findings)
    if mapping is None:
        return None
    words = Words(mapping, BAND, "a value", findings)
    if ("when" in words) == ("otherwise" in words):
        sentence = f"the value `{entry.key[:80]}` needs either `when` or `otherwise: true`"
        findings.add(words.at, "E-OTHERWISE", sentence)
        return None
    if "otherwise" in words:
        words.only_true("otherwise")
        if not is_last:
            sentence = "`otherwise` fits always; no value after it is ever reached"
            findings.add(entry.at, "E-OTHERWISE", sentence, "put this value last")
        return BandValue(entry.key, None, entry.at)
    node = words.required("when")
    when = None if node is None else read_condition(node, scope)
    return None if when is None else BandValue(entry.key, when, entry.at)


def read_number(words: Words, scope: Scope) -> tuple[Measure | None, int | None]:
    """The measure that a number tag follows, and its step in milliseconds."""
    step_ms = words.duration("step")
    node = words.node_of("value")
    what = "the value of a number tag"
    read = None if node is None else read_lone_measure(node, what, scope)
    if node is None or read is None:
        return None, step_ms
    measure, left = read
    if left.kind in ("text", "truth"):
        scope.findings.add(node.at, "E-TYPE", f"{left.what} is no number")
        return None, step_ms
    check_currency(node, left, scope)
    _check_step(words, measure, left, scope)
    return measure, step_ms


def _check_step(words: Words, measure: Measure, left: Left, scope: Scope) -> None:
    findings = scope.findings
    if isinstance(measure, Ratio) and always_moves(measure):
        sentence = "the value moves all the time, and a ratio has no `step` to be floored to"
        hint = "compare the ratio in a condition, or follow one of its measures alone"
        findings.add(words.place("value"), "E-STEP", sentence, hint)
    elif always_moves(measure) and "step" not in words:
        sentence = "the value moves all the time and names no `step` to be floored to"
        findings.add(words.place("value"), "E-STEP", sentence, "add for example `step: 1d`")
    elif "step" in words and left.kind != "duration":
        sentence = "`step` is for values that are times; this one moves with events only"
        findings.add(words.place("step"), "E-VALUE", sentence, "leave it out")
