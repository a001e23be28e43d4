"""Days as people name them in Swedish and English: "i övermorgon", "på fredag", "den 5:e", "next week"."""

from collections.abc import Sequence
from datetime import date, timedelta

Found = tuple[int, date | None]
"""How many words were read, and the day; None for a day too far off to be meant, or that does not exist."""

_FARTHEST = timedelta(days=60)
_RELATIVE = {
    0: ("idag", "i dag", "today"),
    1: (
        *("imorgon", "i morgon", "imorron", "i morron", "imorrn", "i morrn", "imorn", "imorgn", "i mårn", "imårn"),
        *("tomorrow", "tommorow", "tomorow", "tommorrow", "tmrw", "tmr"),
    ),
    2: ("i övermorgon", "övermorgon", "iövermorgon", "day after tomorrow", "the day after tomorrow"),
}
_OFFSETS = {tuple(phrase.split()): days for days, phrases in _RELATIVE.items() for phrase in phrases}
_WEEKDAYS = {
    word: weekday
    for weekday, words in enumerate(
        (
            "måndag måndagen mandag mån monday",
            "tisdag tisdagen tis tuesday",
            "onsdag onsdagen ons wednesday",
            "torsdag torsdagen tors tor thursday",
            "fredag fredagen fre friday",
            "lördag lördagen lordag lör saturday",
            "söndag söndagen sondag sön sunday",
        )
    )
    for word in words.split()
}
_ENGLISH_SHORT = {
    "mon": 0,
    "tue": 1,
    "tues": 1,
    "wed": 2,
    "thu": 3,
    "thur": 3,
    "thurs": 3,
    "fri": 4,
    "sat": 5,
    "sun": 6,
}
_MONTHS = {
    word: month
    for month, words in enumerate(
        (
            "januari january jan",
            "februari february feb",
            "mars march mar",
            "april apr",
            "maj may",
            "juni june jun",
            "juli july jul",
            "augusti august aug",
            "september sept sep",
            "oktober october okt oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for word in words.split()
}
_BEFORE_WEEKDAY = frozenset({"på", "pa", "on", "this", "nu"})
_NEXT = frozenset({"nästa", "nasta", "next"})
_BEFORE_DATE = frozenset({"den", "the", "on", "på"})


def read_day(words: Sequence[str], today: date, language: str | None) -> Found | None:
    """The day that `words` begin with, or None. `language` en admits short English weekdays (`wed`)."""
    return _relative(words, today) or _weekday(words, today, language) or _dated(words, today)


def _relative(words: Sequence[str], today: date) -> Found | None:
    for length in (4, 3, 2, 1):
        offset = _OFFSETS.get(tuple(words[:length])) if len(words) >= length else None
        if offset is not None:
            return length, today + timedelta(days=offset)
    if len(words) > 1 and words[0] in _NEXT and words[1] in {"vecka", "week"}:
        return 2, _monday_after(today)
    return None


def _weekday(words: Sequence[str], today: date, language: str | None) -> Found | None:
    """A named weekday is the coming one, never today; with `nästa` it is the one in the coming week."""
    at = 0
    while at < len(words) and words[at] in _BEFORE_WEEKDAY:
        at += 1
    later = at < len(words) and words[at] in _NEXT
    at += later
    if at >= len(words):
        return None
    weekday = _WEEKDAYS.get(words[at])
    if weekday is None and language == "en":
        weekday = _ENGLISH_SHORT.get(words[at])
    if weekday is None:
        return None
    if later:
        return at + 1, _monday_after(today) + timedelta(days=weekday)
    return at + 1, today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _dated(words: Sequence[str], today: date) -> Found | None:
    at = 0
    while at < len(words) and words[at] in _BEFORE_DATE:
        at += 1
    rest = words[at:]
    if rest and len(rest[0]) == 10 and rest[0].count("-") == 2:
        return at + 1, _iso(rest[0], today)
    if len(rest) >= 2 and rest[0] in _MONTHS and _number(rest[1]) is not None:
        return at + 2, _coming(_number(rest[1]), _MONTHS[rest[0]], today)
    day = _number(rest[0]) if rest else None
    if day is None:
        return None
    if len(rest) >= 3 and rest[1] == "/" and rest[2].isdigit():
        return at + 3, _coming(day, int(rest[2]), today)
    middle = 2 if len(rest) > 1 and rest[1] == "of" else 1
    if len(rest) > middle and rest[middle] in _MONTHS:
        return at + middle + 1, _coming(day, _MONTHS[rest[middle]], today)
    if at and (words[at - 1] in {"den", "the"} or not rest[0].isdigit()):
        return at + 1, _coming_in_any_month(day, today)
    return None


def _number(word: str) -> int | None:
    """5 from "5", "5e", "5:e" and "5th"."""
    digits = word.rstrip("aehdnrst:")
    return int(digits) if digits.isdigit() and len(digits) <= 2 else None


def _iso(text: str, today: date) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if today <= day <= today + _FARTHEST else None


def _coming(day: int | None, month: int, today: date) -> date | None:
    """The next such date; None when it does not exist or is more than two months off (a slip, or a date gone by)."""
    for year in (today.year, today.year + 1):
        try:
            found = date(year, month, day or 0)
        except ValueError:
            continue
        if today <= found <= today + _FARTHEST:
            return found
    return None


def _coming_in_any_month(day: int, today: date) -> date | None:
    days = (today + timedelta(days=n) for n in range(_FARTHEST.days + 1))
    return next((found for found in days if found.day == day), None)


def _monday_after(today: date) -> date:
    return today + timedelta(days=7 - today.weekday())
