"""When a tenant would like to be called, out of everyday Swedish and English: "imorgon efter 10", "fredag em"."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from app.policy.reply.clock import read_clock
from app.policy.reply.days import read_day
from app.policy.reply.intent import Wish

_FROM = frozenset({"efter", "after", "från", "fran", "from", "tidigast", "earliest"})
_UNTIL = frozenset({"före", "innan", "before", "senast", "latest", "by", "fore"})
_BETWEEN = frozenset({"mellan", "between", "från", "fran", "from"})
_AND = frozenset({"och", "and", "-", "till", "to", "o", "until"})
_NOT = frozenset({"inte", "ej", "not"})
_PARTS = {
    **dict.fromkeys(("bitti", "morgonen", "morning", "morgonkvisten"), (time(8), time(10))),
    **dict.fromkeys(("förmiddag", "förmiddagen", "fm", "formiddag"), (time(9), time(12))),
    **dict.fromkeys(("lunchen", "lunch", "lunchtid", "lunchtime"), (time(12), time(13))),
    **dict.fromkeys(("eftermiddag", "eftermiddagen", "em", "afternoon"), (time(13), time(17))),
    **dict.fromkeys(("kväll", "kvällen", "kvall", "evening", "night"), (time(17), time(21))),
}
_TODAY_PARTS = {"ikväll": "kväll", "tonight": "evening", "ieftermiddag": "eftermiddag", "iförmiddag": "förmiddag"}
_BEFORE_PART = (("på",), ("i",), ("vid",), ("this",), ("in", "the"), ("at",), ("during", "the"), ("under",))
_AFTER_WHAT = {"lunch": time(13), "lunchen": time(13), "jobbet": time(17), "work": time(17), "skolan": time(15)}
_BEFORE_WHAT = {"jobbet": time(8), "work": time(8), "skolan": time(8)}
_SOON = {
    **dict.fromkeys(("timme", "hour", "timma"), timedelta(hours=1)),
    **dict.fromkeys(("halvtimme", "halvtimma"), timedelta(minutes=30)),
    **dict.fromkeys(("kvart",), timedelta(minutes=15)),
}
_UNITS = {
    **dict.fromkeys(("timmar", "tim", "h", "hours", "hrs", "timme", "hour"), timedelta(hours=1)),
    **dict.fromkeys(("minuter", "min", "minutes", "mins"), timedelta(minutes=1)),
}


@dataclass(slots=True)
class _Reading:
    """What has been read so far of one row of words."""

    now: datetime
    language: str | None
    bare: bool
    day: date | None = None
    start: time | None = None
    end: time | None = None
    part: tuple[time | None, time | None] = (None, None)
    spoken: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    after_day: bool = False


@dataclass(frozen=True, slots=True)
class Times:
    """The wish in a row of words, and the words that were no part of it."""

    wish: Wish | None
    left: tuple[str, ...]


def read_times(words: Sequence[str], now_local: datetime, language: str | None, *, bare: bool = False) -> Times:
    """Read every day and time in `words`. `bare`: the words are an answer to "when?", so that "16" is a time."""
    reading = _Reading(now_local, language, bare)
    at = 0
    words = list(words)
    while at < len(words):
        taken = _step(words[at:], reading)
        (reading.spoken if taken else reading.left).extend(words[at : at + (taken or 1)])
        at += taken or 1
    if not reading.spoken:
        return Times(None, tuple(reading.left))
    exact = reading.start is not None or reading.end is not None
    start, end = (reading.start, reading.end) if exact else reading.part
    return Times(Wish(reading.day, start, end, " ".join(reading.spoken)), tuple(reading.left))


def _step(words: list[str], reading: _Reading) -> int:
    """Read one expression at the beginning of `words`; the number of words it took, 0 for none."""
    was_day, reading.after_day = reading.after_day, False
    taken = _from_now(words, reading) or _part(words, reading, after_day=was_day) or _day(words, reading)
    return taken or _clocks(words, reading, after_day=was_day)


def _from_now(words: list[str], reading: _Reading) -> int:
    """ "om en timme", "om 20 min", "in 2 hours"."""
    if words[0] not in {"om", "in"} or len(words) < 2:
        return 0
    length, ahead = 0, None
    if words[1] in {"en", "ett", "an", "a", "1"} and len(words) > 2 and words[2] in _SOON:
        length, ahead = 3, _SOON[words[2]]
    elif words[1] in _SOON:
        length, ahead = 2, _SOON[words[1]]
    elif words[1:4] == ["half", "an", "hour"]:
        length, ahead = 4, timedelta(minutes=30)
    elif words[1].isdigit() and len(words[1]) <= 3 and len(words) > 2 and words[2] in _UNITS:
        length, ahead = 3, _UNITS[words[2]] * int(words[1])
    if ahead is None:
        return 0
    then = reading.now + ahead
    reading.day, reading.start = then.date(), then.time().replace(second=0, microsecond=0)
    return length


def _part(words: list[str], reading: _Reading, *, after_day: bool) -> int:
    """A part of the day: "på eftermiddagen", "i kväll"; right after a day also bare: "fredag em"."""
    if words[0] in _TODAY_PARTS:
        reading.part = _PARTS[_TODAY_PARTS[words[0]]]
        reading.day = reading.day or reading.now.date()
        return 1
    for before in _BEFORE_PART:
        if tuple(words[: len(before)]) == before and len(words) > len(before) and words[len(before)] in _PARTS:
            part = words[len(before)]
            reading.part = _PARTS[part]
            if before in {("i",), ("this",)}:
                reading.day = reading.day or reading.now.date()
            return len(before) + 1
    if words[0] in _PARTS and (after_day or reading.bare):
        reading.part = _PARTS[words[0]]
        return 1
    return 0


def _day(words: list[str], reading: _Reading) -> int:
    found = read_day(words, reading.now.date(), reading.language)
    if found is None:
        return 0
    reading.day = reading.day or found[1]
    reading.after_day = True
    return found[0]


def _clocks(words: list[str], reading: _Reading, *, after_day: bool) -> int:
    """ "efter 10", "före lunch", "mellan 10 och 12", "10-12", "kl 16.30", "inte före 10"."""
    turned = len(words) > 1 and words[0] in _NOT and words[1] in _FROM | _UNTIL
    lead = words[1 if turned else 0]
    if lead in _FROM | _UNTIL and not _spans(words):
        return _bounded(words[1 + turned :], reading, starts=(lead in _FROM) is not turned, taken=1 + turned)
    between = lead in _BETWEEN
    first = read_clock(words[1:] if between else words)
    if first is None:
        return 0
    length = first.length + between
    second = read_clock(words[length + 1 :]) if len(words) > length + 1 and words[length] in _AND else None
    if second is not None:
        _set(reading, first.at, second.at)
        return length + 1 + second.length
    if between or not (first.sure or after_day or reading.bare):
        return 0
    _set(reading, first.at, None)
    return length


def _spans(words: list[str]) -> bool:
    """Whether this is "från 9 till 11", which says what "mellan 9 och 11" does."""
    first = read_clock(words[1:]) if words[0] in _BETWEEN else None
    return first is not None and bool(_AND.intersection(words[1 + first.length : 2 + first.length]))


def _bounded(words: list[str], reading: _Reading, *, starts: bool, taken: int) -> int:
    what = _AFTER_WHAT if starts else _BEFORE_WHAT
    clock = read_clock(words)
    if words and words[0] in what:
        at, length = what[words[0]], 1
    elif clock is not None:
        at, length = clock.at, clock.length
    else:
        return 0
    _set(reading, at if starts else None, None if starts else at)
    return taken + length


def _set(reading: _Reading, start: time | None, end: time | None) -> None:
    """The first time said stands; a bound may still be added to it."""
    reading.start = reading.start if reading.start is not None else start
    reading.end = reading.end if reading.end is not None else end
