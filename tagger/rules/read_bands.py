"""Values of text tags and of number tags."""

from tagger.rules.nodes import Entry, Node
from tagger.rules.read_conditions import read_condition
from tagger.rules.read_measures import read_measure
from tagger.rules.scope import Scope
from tagger.rules.syntax import BandValue, Measure, Since, TagValueOf
from tagger.rules.vocabulary import BAND, MEASURES
from tagger.rules.word_reader import LONGEST_NAME, Words, read_mapping


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
    measure = None if node is None else _measure(node, scope)
    if measure is None:
        return None, step_ms
    moves = isinstance(measure, Since) or (
        isinstance(measure, TagValueOf) and scope.tags[measure.name].is_time
    )
    if isinstance(measure, Since) and "step" not in words:
        sentence = "the value moves all the time and names no `step` to be floored to"
        hint = "add for example `step: 1d`"
        scope.findings.add(words.place("value"), "E-NO-STEP", sentence, hint)
    elif "step" in words and not moves:
        sentence = "`step` is for values that are times; this one moves with events only"
        scope.findings.add(words.place("step"), "E-VALUE", sentence, "leave it out")
    return measure, step_ms


def _measure(node: Node, scope: Scope) -> Measure | None:
    findings = scope.findings
    mapping = read_mapping(node, "`value`", findings)
    if mapping is None:
        return None
    words = Words(mapping, MEASURES, "the value of a number tag", findings)
    heads = [entry for entry in mapping.entries if entry.key in MEASURES]
    if not heads and words.has_unknown:
        return None
    if len(heads) != 1:
        sentence = "the value of a number tag is one measure"
        findings.add(mapping.at, "E-MISSING", sentence, "write for example `{count: {...}}`")
        return None
    found = read_measure(heads[0], scope)
    if found is None:
        return None
    measure, left = found
    if left.kind in ("text", "truth"):
        findings.add(heads[0].at, "E-TYPE", f"{left.what} is no number")
        return None
    if left.kind == "money" and scope.currency is None:
        sentence = f"{left.what} is money, and the pack names no `currency`"
        findings.add(heads[0].at, "E-CURRENCY", sentence, "add for example `currency: EUR`")
    return measure
