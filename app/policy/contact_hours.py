"""When a company contacts people, or can be reached: weekly windows in local time, closed on holidays."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.policy.calendar import Calendar

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WINDOW = re.compile(r"(\S+)\s+(\d\d):(\d\d)\s*-\s*(\d\d):(\d\d)")
_HORIZON = 400
_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """One opening on one weekday (0 = Monday), in minutes since local midnight; `end` may be 1440."""

    weekday: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class OpenHours:
    """Weekly windows, sorted and never overlapping, in `timezone`. Every returned moment is aware UTC."""

    windows: tuple[Window, ...]
    timezone: ZoneInfo
    calendar: Calendar

    def is_open(self, at: datetime) -> bool:
        return self._open_window(at) is not None

    def next_open(self, at: datetime) -> datetime:
        """The first open moment from `at` on; `at` itself when open."""
        at = _utc(at)
        first = at.astimezone(self.timezone).date()
        for day in (first + _DAY * n for n in range(_HORIZON)):
            for start, end in self.openings(day):
                if end > at:
                    return max(start, at)
        raise ValueError(f"nothing opens within {_HORIZON} days after {at.isoformat()}")

    def closes(self, at: datetime) -> datetime:
        """The end of the window that is open at `at`, at the latest local midnight; ValueError when closed."""
        window = self._open_window(at)
        if window is None:
            raise ValueError(f"closed at {at.isoformat()}")
        return window[1]

    def next_open_on(self, day: date) -> datetime:
        """The first opening from the start of the local day `day` on."""
        return self.next_open(_moment(day, 0, self.timezone))

    def openings(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """The windows of one local day as (start, end), earliest first; none on a holiday."""
        if self.calendar.is_holiday(day):
            return ()
        spans = (
            (_moment(day, window.start, self.timezone), _moment(day, window.end, self.timezone))
            for window in self.windows
            if window.weekday == day.weekday()
        )
        return tuple((start, end) for start, end in spans if start < end)

    def holiday_at(self, at: datetime) -> date | None:
        """The local day of `at` when only a holiday keeps that day closed."""
        day = _utc(at).astimezone(self.timezone).date()
        usual = any(window.weekday == day.weekday() for window in self.windows)
        return day if usual and self.calendar.is_holiday(day) else None

    def _open_window(self, at: datetime) -> tuple[datetime, datetime] | None:
        at = _utc(at)
        today = self.openings(at.astimezone(self.timezone).date())
        return next((window for window in today if window[0] <= at < window[1]), None)


def parse_hours(text: str, timezone: ZoneInfo, calendar: Calendar) -> OpenHours:
    """Read "mon-fri 09:00-18:00; sat 10:00-14:00"; ValueError names the part that is wrong."""
    parts = [part.strip() for part in text.lower().split(";") if part.strip()]
    if not parts:
        raise ValueError('no opening hours given; write for example "mon-fri 09:00-18:00"')
    windows = sorted(window for part in parts for window in _windows(part))
    return OpenHours(tuple(_joined(windows)), timezone, calendar)


def _windows(part: str) -> Iterator[Window]:
    found = _WINDOW.fullmatch(part)
    if found is None:
        raise ValueError(f'"{part}" is not a window; write days and hours as "mon-fri 09:00-18:00"')
    start, end = _minutes(found[2], found[3], part), _minutes(found[4], found[5], part)
    if start >= end:
        raise ValueError(f'"{part}" must end after it starts; write a night as two windows, up to 24:00 and from 00:00')
    for weekday in _weekdays(found[1], part):
        yield Window(weekday, start, end)


def _minutes(hours: str, minutes: str, part: str) -> int:
    total = int(hours) * 60 + int(minutes)
    if int(minutes) > 59 or total > 24 * 60:
        raise ValueError(f'"{hours}:{minutes}" in "{part}" is not a time between 00:00 and 24:00')
    return total


def _weekdays(text: str, part: str) -> list[int]:
    """The weekdays of "mon-fri", "sat" or "mon,wed-fri"; a range may pass the end of the week."""
    chosen: set[int] = set()
    for piece in text.split(","):
        first, dash, last = piece.partition("-")
        ends = [first, last] if dash else [first, first]
        if not all(end in _DAYS for end in ends):
            raise ValueError(f'"{piece}" in "{part}" is not a day; the days are {", ".join(_DAYS)}')
        low, high = (_DAYS.index(end) for end in ends)
        chosen.update((low + n) % 7 for n in range((high - low) % 7 + 1))
    return sorted(chosen)


def _joined(windows: Iterable[Window]) -> Iterator[Window]:
    """Windows that meet become one; ValueError for windows that overlap, since one of them is a mistake."""
    last: Window | None = None
    for window in windows:
        if last is None or last.weekday != window.weekday or last.end < window.start:
            if last is not None:
                yield last
            last = window
        elif last.end == window.start:
            last = Window(last.weekday, last.start, window.end)
        else:
            raise ValueError(f"two windows overlap on {_DAYS[window.weekday]}; write each hour once")
    if last is not None:
        yield last


def _moment(day: date, minutes: int, timezone: ZoneInfo) -> datetime:
    """A wall-clock time in UTC. A time that the clock skips in spring counts as the moment of the skip."""
    wall = datetime(day.year, day.month, day.day, tzinfo=timezone) + _MINUTE * minutes
    skipped = 0
    while (found := wall.astimezone(UTC)).astimezone(timezone).replace(tzinfo=None) != wall.replace(tzinfo=None):
        wall -= _MINUTE
        skipped += 1
    return found + _MINUTE if skipped else found


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a moment needs its offset; naive times are refused")
    return at.astimezone(UTC)
