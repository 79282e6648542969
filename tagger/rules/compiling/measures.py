"""Measures as a table."""

from dataclasses import dataclass, field

from tagger.rules import syntax, words
from tagger.rules.attributes import AGE, BIRTH_DATE
from tagger.rules.compiling.events import EventTables
from tagger.rules.compiling.fields import scale_of
from tagger.rules.compiling.series import frame_of
from tagger.rules.plan import Frame, Measure, MeasureKind

_TOLD_BY_ENDS = ("count", "earliest", "latest", "interval")


@dataclass(slots=True)
class Used:
    """What a tag's conditions look at: the engine evaluates the tag when one of it moves. `age`
    is how long a customer has been known."""

    series: set[int] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    tags: set[int] = field(default_factory=set)
    age: bool = False


class MeasureTables:
    """Measures of all packs of a folder; equal ones share an entry.

    `times` are the names of number tags that follow a time; a tag's must be there before another
    tag asks for its value.
    """

    def __init__(self, events: EventTables, tag_index: dict[str, int]) -> None:
        self.measures: list[Measure] = []
        self.times: set[str] = set()
        self._events = events
        self._tag_index = tag_index
        self._index_of: dict[Measure, int] = {}

    def index(
        self, pack: syntax.Pack, measure: syntax.Measure, used: Used, keep: int | None = None
    ) -> int:
        """The index of `measure`; what it looks at is added to `used`. Of a count, `keep` newest
        events decide what is asked (None: all)."""
        made = self._measure(pack, measure, used, keep)
        if made not in self._index_of:
            self._index_of[made] = len(self.measures)
            self.measures.append(made)
        return self._index_of[made]

    def scale_of(self, pack: syntax.Pack, measure: syntax.Measure) -> int:
        """How many units of the exact value make one that people write."""
        match measure:
            case syntax.Ratio(of, to):
                return self.scale_of(pack, of) // self.scale_of(pack, to)
            case syntax.Aggregate(kind, of=of) if kind != "distinct":
                return scale_of(pack, of)
        return 1

    def _measure(
        self, pack: syntax.Pack, measure: syntax.Measure, used: Used, keep: int | None
    ) -> Measure:
        text = words.measure(measure)
        match measure:
            case syntax.Aggregate():
                return self._aggregate(pack, measure, used, keep)
            case syntax.Since():
                return self._since(pack, measure, used)
            case syntax.ResponseTime(window, of, at):
                series = self._events.messages(pack, at)
                frame = self._seen(pack, series, window, used)
                answers = of == "customer"
                kind = MeasureKind.RESPONSE_TIME
                return Measure(kind, text, series, frame, customer_answers=answers, is_time=True)
            case syntax.Ratio():
                return self._ratio(pack, measure, used)
            case syntax.AttributeValueOf(name) if name == AGE:
                used.attributes |= {AGE, BIRTH_DATE}
                frame = Frame(zone=pack.time_zone)
                return Measure(MeasureKind.AGE, text, frame=frame, name=name)
            case syntax.AttributeValueOf(name):
                used.attributes.add(name)
                return Measure(MeasureKind.ATTRIBUTE, text, name=name)
            case syntax.TagValueOf(name):
                return self._of_tag(MeasureKind.TAG, text, name, used, name in self.times)
            case syntax.TagAge(name):
                return self._of_tag(MeasureKind.TAG_AGE, text, name, used, is_time=True)

    def _aggregate(
        self, pack: syntax.Pack, measure: syntax.Aggregate, used: Used, keep: int | None
    ) -> Measure:
        if measure.of is None:
            series = self._events.times_of(pack, measure.selector)
        else:
            series = self._events.values_of(pack, measure)
        ends_suffice = measure.kind in _TOLD_BY_ENDS
        kept = keep if measure.kind == "count" else None
        frame = self._seen(pack, series, measure.window, used, kept, ends_suffice=ends_suffice)
        return Measure(
            MeasureKind[measure.kind.upper()],
            words.measure(measure),
            series,
            frame,
            is_time=measure.kind == "interval",
            scale=self.scale_of(pack, measure),
        )

    def _since(self, pack: syntax.Pack, measure: syntax.Since, used: Used) -> Measure:
        series = self._events.times_of(pack, measure.selector)
        kept = None if measure.first else 1
        frame = self._seen(pack, series, measure.window, used, kept, ends_suffice=True)
        kind = MeasureKind.SINCE_FIRST if measure.first else MeasureKind.SINCE
        return Measure(kind, words.measure(measure), series, frame, is_time=True)

    def _seen(
        self,
        pack: syntax.Pack,
        series: int,
        window: syntax.Window,
        used: Used,
        keep: int | None = None,
        *,
        ends_suffice: bool = False,
    ) -> Frame:
        """The window as a frame, which the series remembers from now on. With `ends_suffice`, all
        of history is told by the first event, the last and their number."""
        used.series.add(series)
        frame = frame_of(pack, window)
        if ends_suffice and frame.is_ever:
            self._events.series[series].asks_ends = True
        else:
            self._events.series[series].needs(frame, keep)
        return frame

    def _ratio(self, pack: syntax.Pack, measure: syntax.Ratio, used: Used) -> Measure:
        of, to = self.index(pack, measure.of, used), self.index(pack, measure.to, used)
        return Measure(
            MeasureKind.RATIO,
            words.measure(measure),
            of=of,
            to=to,
            is_time=self.measures[of].is_time and not self.measures[to].is_time,
            scale=self.scale_of(pack, measure),
        )

    def _of_tag(
        self, kind: MeasureKind, text: str, name: str, used: Used, is_time: bool
    ) -> Measure:
        index = self._tag_index[name]
        used.tags.add(index)
        return Measure(kind, text, name=name, tag=index, is_time=is_time)
