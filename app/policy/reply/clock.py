"""Times of day as people write them: "16.30", "kl 4", "halv fyra", "3pm", "quarter to five"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

_NUMBERS = {
    word: number
    for words in (
        "ett två tre fyra fem sex sju åtta nio tio elva tolv",
        "one two three four five six seven eight nine ten eleven twelve",
    )
    for number, word in enumerate(words.split(), start=1)
}
_MARKS = frozenset({"kl", "klockan", "at", "vid", "runt", "ca", "cirka", "omkring", "around", "about", "klocka"})
_TIMES = {"lunch": time(12), "lunchen": time(12), "noon": time(12), "midday": time(12)}
_DIGITAL = re.compile(r"(\d{1,2})(?:[:.](\d\d))?([ap]m)?")
_SHORT_CLOCK = 6
"""Up to this hour people leave out that it is in the afternoon."""


@dataclass(frozen=True, slots=True)
class Clock:
    """`length` words were read. `sure`: it can be nothing but a time, as a bare "16" can."""

    length: int
    at: time
    sure: bool


def read_clock(words: Sequence[str]) -> Clock | None:
    """The time that `words` begin with, or None. An hour from 1 to 6 without am or pm is in the afternoon."""
    marks = 0
    while marks < len(words) and words[marks] in _MARKS:
        marks += 1
    rest = words[marks:]
    found = _spoken(rest) or _written(rest, marked=marks > 0) if rest else None
    if found is None:
        return None
    return Clock(found.length + marks, found.at, found.sure or marks > 0)


def _spoken(words: Sequence[str]) -> Clock | None:
    """Half and quarter hours, and hours in words. Swedish `halv fyra` is half past three."""
    match tuple(words[:3]):
        case ("halv", hour, *_) if _hour(hour) is not None:
            return _clock(2, _hour(hour), -30)
        case ("half", "past", hour) if _hour(hour) is not None:
            return _clock(3, _hour(hour), 30)
        case ("kvart", "över", hour) | ("quarter", "past", hour) if _hour(hour) is not None:
            return _clock(3, _hour(hour), 15)
        case ("kvart", "i", hour) | ("quarter", "to", hour) if _hour(hour) is not None:
            return _clock(3, _hour(hour), -15)
        case (word, *_) if word in _TIMES:
            return Clock(1, _TIMES[word], sure=False)
        case (word, *_) if word in _NUMBERS:
            hour_only = _clock(1, _NUMBERS[word], 0)
            return hour_only and Clock(1, hour_only.at, sure=False)
    return None


def _written(words: Sequence[str], *, marked: bool) -> Clock | None:
    word = words[0]
    if word.isdigit() and len(word) in {3, 4}:
        return _of_day(int(word[:-2]), int(word[-2:]), sure=marked)
    found = _DIGITAL.fullmatch(word)
    if found is None:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half is not None:
        return _of_day(hour % 12 + (12 if half == "pm" else 0), minute, sure=True) if 1 <= hour <= 12 else None
    if 1 <= hour <= _SHORT_CLOCK and not found[1].startswith("0"):
        hour += 12
    return _of_day(hour, minute, sure=found[2] is not None)


def _hour(word: str) -> int | None:
    hour = _NUMBERS.get(word, int(word) if word.isdigit() and len(word) <= 2 else None)
    return hour if hour is not None and 1 <= hour <= 23 else None


def _clock(length: int, hour: int | None, minutes: int) -> Clock | None:
    if hour is None:
        return None
    total = (hour + 12 if hour <= _SHORT_CLOCK else hour) * 60 + minutes
    return Clock(length, time(total // 60, total % 60), sure=True)


def _of_day(hour: int, minute: int, *, sure: bool) -> Clock | None:
    if hour > 23 or minute > 59:
        return None
    return Clock(1, time(hour, minute), sure)
