"""Faults to put into the product, one line each, to see that the proof finds them."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Fault:
    """What goes wrong when another text stands in a file instead of the right one."""

    name: str
    file: str
    text: str
    instead: str

    def is_applicable(self, tree: Path) -> bool:
        """Whether the text stands in the file, once."""
        return (tree / self.file).read_text(encoding="utf-8").count(self.text) == 1

    def apply(self, tree: Path) -> None:
        """Put the fault into a tree."""
        file = tree / self.file
        right = file.read_text(encoding="utf-8")
        file.write_text(right.replace(self.text, self.instead), encoding="utf-8")


FAULTS = (
    Fault(
        "a window also holds what lies at its open end",
        "tagger/engine/windows.py",
        "return bisect_right(times, at - ago_ms - within_ms, 0, high), high",
        "return bisect_left(times, at - ago_ms - within_ms, 0, high), high",
    ),
    Fault(
        "the change of a window's content is looked for a millisecond too late",
        "tagger/engine/sliding.py",
        "        instant = times[low] + self._leaves_ms",
        "        instant = times[low] + self._leaves_ms + 1",
    ),
    Fault(
        "a window that ended some time ago is not looked at when an event enters it",
        "tagger/engine/sliding.py",
        "            instant = min(instant, times[high] + self._enters_ms)",
        "            instant = max(instant, times[high] + self._enters_ms)",
    ),
    Fault(
        "the previous period reaches into this one",
        "tagger/engine/windows.py",
        "return low, bisect_left(times, end, low)",
        "return low, bisect_right(times, end, low)",
    ),
    Fault(
        "a day begins a millisecond late",
        "tagger/engine/calendars.py",
        "return start_of_date(first_date(day, period, later), zone)",
        "return start_of_date(first_date(day, period, later), zone) + 1",
    ),
    Fault(
        "greater or equal means greater",
        "tagger/engine/filters.py",
        "        return value >= low  # type: ignore[operator]",
        "        return value > low  # type: ignore[operator]",
    ),
    Fault(
        "a time is looked at only when it reaches a threshold, not when it passes it",
        "tagger/engine/elapsed.py",
        "            for after in (0, 1)",
        "            for after in (0,)",
    ),
    Fault(
        "refunds are not taken off their orders",
        "tagger/engine/columns.py",
        "    if state.orders and refunded:",
        "    if state.orders and not refunded:",
    ),
    Fault(
        "a refund is taken off an order's oldest purchase first",
        "tagger/engine/columns.py",
        "    for index in range(len(net) - 1, low - 1, -1):",
        "    for index in range(low, len(net)):",
    ),
    Fault(
        "`keep_at_least` lasts a millisecond too long",
        "tagger/engine/life.py",
        "    return kept_until is not None and at < kept_until",
        "    return kept_until is not None and at <= kept_until",
    ),
    Fault(
        "`cool_down` is forgotten",
        "tagger/engine/life.py",
        "        found.append(state.cleared_at + tag.cool_down_ms)",
        "        found.append(state.cleared_at)",
    ),
    Fault(
        "`hold_for` counts on after a break",
        "tagger/engine/life.py",
        "        state.wanted_since = None",
        "        pass",
    ),
    Fault(
        "a spent flag stays spent",
        "tagger/engine/life.py",
        "        state.spent = False",
        "        pass",
    ),
    Fault(
        "`renew` counts from when the flag was set first",
        "tagger/engine/life.py",
        "        _renew(tag, state, moment.happened_at())",
        "        pass",
    ),
    Fault(
        "a wait is a millisecond too long",
        "tagger/engine/waits.py",
        "    waits[key] = Wait(_kept(pattern, event), at + pattern.within_ms)",
        "    waits[key] = Wait(_kept(pattern, event), at + pattern.within_ms + 1)",
    ),
    Fault(
        "an `unless` with a key leaves the keyless wait alone",
        "tagger/engine/waits.py",
        '        about = [each for each in (key, "") if each in waits]',
        "        about = [each for each in (key,) if each in waits]",
    ),
    Fault(
        "a chain takes a step at the very end of its time",
        "tagger/engine/chains.py",
        "stage if max(at, clock_at) < stage.started_at + pattern.within_ms else None",
        "stage if max(at, clock_at) <= stage.started_at + pattern.within_ms else None",
    ),
    Fault(
        "a complete chain leaves what began before it open",
        "tagger/engine/chains.py",
        "        if stage is not None and stage.started_at <= started_at:",
        "        if stage is not None and stage.started_at < started_at:",
    ),
    Fault(
        "a number of events is reached for a millisecond too long",
        "tagger/engine/counted.py",
        "        return (self._leaves_at(state.times) > view.at) is self._is_reached",
        "        return (self._leaves_at(state.times) >= view.at) is self._is_reached",
    ),
    Fault(
        "of conditions that hold together the last one to turn is waited for",
        "tagger/engine/joins.py",
        "                if change is not None and (found is None or change < found):",
        "                if change is not None and (found is None or change > found):",
    ),
    Fault(
        "a plain flag is not looked at again",
        "tagger/engine/evaluation.py",
        "            state.due_at = life.live_plainly(view, tag, state)",
        "            state.due_at = life.live_plainly(view, tag, state) and None",
    ),
    Fault(
        "a text keeps its value while an earlier one begins to hold",
        "tagger/engine/forms.py",
        "        if change is not None and (turn is None or change < turn):",
        "        if view.holds(node) and change is not None and (turn is None or change < turn):",
    ),
    Fault(
        "tags that ask about a changed tag are not evaluated again",
        "tagger/engine/evaluation.py",
        "        if rule.dependents and state.shown != before:",
        "        if rule.dependents and state.shown is before is not None:",
    ),
    Fault(
        "somebody born on 29 February comes of age a day early",
        "tagger/engine/birthdays.py",
        "        return date(year, 3, 1)",
        "        return date(year, 2, 28)",
    ),
    Fault(
        "an older command overrides a newer one that was read before it",
        "tagger/engine/commands.py",
        "    return commanded_at is not None and command.issued_at < commanded_at",
        "    return False",
    ),
    Fault(
        "of two commands of one instant the first counts",
        "tagger/engine/commands.py",
        "    return commanded_at is not None and command.issued_at < commanded_at",
        "    return commanded_at is not None and command.issued_at <= commanded_at",
    ),
    Fault(
        "a release lets older commands on its tag in",
        "tagger/engine/commands.py",
        "    profile.commanded_at[command.tag] = command.issued_at\n",
        '    if command.op != "release":\n'
        "        profile.commanded_at[command.tag] = command.issued_at\n",
    ),
    Fault(
        "a manual value outlives its `until`",
        "tagger/engine/showing.py",
        "    if has_ended(tag, at) or (overlay.until is not None and overlay.until <= at):",
        "    if has_ended(tag, at) or (overlay.until is not None and overlay.until < at):",
    ),
    Fault(
        "the last day of a tag ends in UTC",
        "tagger/rules/compiling/compile.py",
        '    return start_of_date(first_date(rule.ends_on, "day", 1), pack.time_zone)',
        '    return start_of_date(first_date(rule.ends_on, "day", 1), "UTC")',
    ),
    Fault(
        "an age is that of UTC's calendar",
        "tagger/rules/compiling/measures.py",
        "                frame = Frame(zone=pack.time_zone)",
        '                frame = Frame(zone="UTC")',
    ),
)
