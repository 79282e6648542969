"""The oracle on what is said of tags by hand, against results worked out by hand."""

from .build import DAY, HOUR, T0, browse, command, flag, held, ops, pack, purchase, told
from .model import simulate

BOUGHT = {"count": {"event": "purchase", "within": "1d"}, "gte": 1}


def test_a_word_by_hand_wins_until_its_time_is_over() -> None:
    tags = {"vip": flag(BOUGHT)}
    said = command(T0 + HOUR, "assign", "vip", until=T0 + 2 * DAY)
    changes = simulate([pack(tags)], [purchase(T0), said], T0 + 3 * DAY).changes
    wanted = ("op", "effective_at", "cause", "source", "expires_at")
    assert [tuple(change[word] for word in wanted) for change in changes] == [
        ("added", T0, "event", "rule", None),
        ("updated", T0 + HOUR, "manual", "manual", T0 + 2 * DAY),
        ("removed", T0 + 2 * DAY, "ttl", "rule", None),
    ]


def test_a_tag_taken_away_by_hand_stays_away_until_its_rule_has_been_false() -> None:
    tags = {"vip": flag(BOUGHT)}
    events = [purchase(T0), command(T0 + 1, "remove", "vip"), purchase(T0 + HOUR)]
    changes = told(tags, [*events, purchase(T0 + 3 * DAY)])
    assert ops(changes) == [
        ("added", 0, "event"),
        ("removed", 1, "manual"),
        ("added", 3 * DAY, "event"),
    ]
    released = [*events, command(T0 + 2 * HOUR, "release", "vip")]
    assert ops(told(tags, released))[2:] == [("added", 2 * HOUR, "manual")]


def test_a_number_taken_away_by_hand_returns_when_it_changes() -> None:
    tags = {
        "n": {"form": "number", "value": {"count": {"event": "purchase", "within": "1d"}}},
    }
    events = [purchase(T0), command(T0 + 1, "remove", "n"), browse(T0 + 2), purchase(T0 + 3)]
    assert told(tags, events)[1:] == [
        ("n", "removed", None, 1, "manual"),
        ("n", "added", 2, 3, "event"),
    ]


def test_a_command_makes_a_customer_known_unless_it_is_refused() -> None:
    tags = {
        "key": {"manual": "only", "manual_roles": ["manager"]},
        "idle": flag({"not": BOUGHT}, manual="forbidden"),
        "band": {"form": "text", "values": {"low": {"otherwise": True}}},
    }
    done = command(T0, "assign", "key")
    assert told(tags, [done]) == [
        ("band", "added", "low", 0, "event"),
        ("idle", "added", True, 0, "event"),
        ("key", "added", True, 0, "manual"),
    ]
    refused = [
        done | {"role": "agent"},
        command(T0, "assign", "idle"),
        command(T0, "assign", "nothing"),
        command(T0, "assign", "key", until=T0),
        command(T0, "assign", "band", value="high"),
        command(T0, "erase", ""),
    ]
    assert simulate([pack(tags)], refused, None).tags == {}
    assert len(told(tags, [done, done | {"issued_at": T0 + 1, "op": "remove"}])) == 3


def test_of_the_words_about_a_tag_the_one_that_was_issued_last_counts() -> None:
    tags = {"vip": {"manual": "only"}, "key": {"manual": "only"}}
    newer = command(T0 + 2, "assign", "vip", until=T0 + DAY)
    older = command(T0 + 1, "remove", "vip", read_at=T0 + 3)
    late = command(T0 + 1, "assign", "key", read_at=T0 + 4)
    as_late = command(T0 + 2, "release", "vip", read_at=T0 + 5)
    assert told(tags, [newer, older, late, as_late]) == [
        ("vip", "added", True, 2, "manual"),
        ("key", "added", True, 4, "manual"),
        ("vip", "removed", None, 5, "manual"),
    ]
    refused = command(T0 + 2, "assign", "vip", value="x")
    assert ops(told(tags, [refused, older | {"op": "assign"}])) == [("added", 3, "manual")]


def test_who_was_spoken_of_earlier_is_known_for_longer() -> None:
    tags = {
        "quiet": flag({"absent": {"event": "purchase", "within": "1d"}}),
        "vip": {"manual": "only"},
        "key": {"manual": "only"},
    }
    first = command(T0, "assign", "vip")
    earlier = command(T0 - 2 * HOUR, "assign", "key", read_at=T0 + HOUR)
    changes = told(tags, [first, earlier], T0 + 2 * DAY)
    assert ("quiet", "added", True, DAY - 2 * HOUR, "time") in changes
    overtaken = earlier | {"tag": "vip"}
    changes = told(tags, [first, overtaken], T0 + 2 * DAY)
    assert ("quiet", "added", True, DAY, "time") in changes


def test_an_experimental_tag_is_worked_out_and_not_published() -> None:
    tags = {
        "trial": flag(BOUGHT, status="experimental"),
        "on_it": flag({"tag": "trial", "eq": True}),
    }
    assert told(tags, [purchase(T0)]) == [("on_it", "added", True, 0, "event")]
    assert held(tags, [purchase(T0)]) == {"on_it": True}
