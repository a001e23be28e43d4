"""Days, times and months in words, in the languages of the shipped texts. Plain spaces only: a no-break space would
turn an SMS into UCS-2. Times are local to the zone given; everything handed in is aware UTC."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from app.errors import ConfigurationError
from app.policy.callback import Appointment

_PERIOD = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_DAY_KEYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY_RANGE = re.compile(rf"({'|'.join(_DAY_KEYS)})\s*-\s*({'|'.join(_DAY_KEYS)})")
_DAY_KEY = re.compile(rf"\b({'|'.join(_DAY_KEYS)})\b")
_HOURS = re.compile(r"\b(\d{1,2}):(\d{2})\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    months: tuple[str, ...]
    weekdays: tuple[str, ...]
    today: str
    tomorrow: str
    on_weekday: str
    on_date: str
    and_: str
    to: str
    several_months: str
    between: str
    by: str
    before: str
    at: str
    always: str
    clock_separator: str
    short_hours: bool


_SV = Words(
    months=(
        "januari",
        "februari",
        "mars",
        "april",
        "maj",
        "juni",
        "juli",
        "augusti",
        "september",
        "oktober",
        "november",
        "december",
    ),
    weekdays=("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"),
    today="i dag",
    tomorrow="i morgon",
    on_weekday="på {weekday}",
    on_date="{weekday} {date}",
    and_="och",
    to="till",
    several_months="flera månader",
    between="{day} mellan {start} och {end}",
    by="senast {day} klockan {end}",
    before="{day} före {end}",
    at="{day} klockan {start}",
    always="alla dagar, dygnet runt",
    clock_separator=".",
    short_hours=True,
)
_EN = Words(
    months=(
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    today="today",
    tomorrow="tomorrow",
    on_weekday="on {weekday}",
    on_date="on {weekday} {date}",
    and_="and",
    to="to",
    several_months="several months",
    between="{day} between {start} and {end}",
    by="{day} at {end} at the latest",
    before="{day} before {end}",
    at="{day} at {start}",
    always="every day, at any hour",
    clock_separator=":",
    short_hours=False,
)
_LANGUAGES = {"sv": _SV, "en": _EN}


def words_of(language: str) -> Words:
    """The words of a language. Raises ConfigurationError when there are none."""
    if language not in _LANGUAGES:
        raise ConfigurationError(f"no words for dates in the language {language!r}; there are {', '.join(_LANGUAGES)}")
    return _LANGUAGES[language]


def clock_phrase(at: time, language: str) -> str:
    """`09.12` in Swedish, `09:12` in English."""
    return f"{at.hour:02}{words_of(language).clock_separator}{at.minute:02}"


def date_phrase(day: date, language: str, *, weekday: bool = False, year: bool = False) -> str:
    """`5 november`, `torsdag 5 november`, `5 november 2026`."""
    words = words_of(language)
    text = f"{day.day} {words.months[day.month - 1]}"
    if weekday:
        text = f"{words.weekdays[day.weekday()]} {text}"
    return f"{text} {day.year}" if year else text


def month_list(periods: Sequence[str], language: str, today: date | None = None) -> str:
    """`["2026-10", "2026-11"]` → `oktober och november`.

    The year is told when the month is more than half a year from `today`. Four months or more become
    `juli till oktober` when they follow on each other, else `flera månader`. What is not `YYYY-MM` is left as it is.
    """
    words = words_of(language)
    names = [_month(period, words, today) for period in periods]
    if len(names) <= 1:
        return "".join(names)
    if len(names) > 3:
        return f"{names[0]} {words.to} {names[-1]}" if _in_a_row(periods) else words.several_months
    return f"{', '.join(names[:-1])} {words.and_} {names[-1]}"


def _month(period: str, words: Words, today: date | None) -> str:
    match = _PERIOD.fullmatch(period)
    if match is None:
        return period
    year, month = int(match[1]), int(match[2])
    name = words.months[month - 1]
    far = today is not None and abs((year - today.year) * 12 + month - today.month) > 6
    return f"{name} {year}" if far else name


def _in_a_row(periods: Sequence[str]) -> bool:
    matches = [_PERIOD.fullmatch(period) for period in periods]
    numbers = [int(match[1]) * 12 + int(match[2]) for match in matches if match]
    return numbers == list(range(numbers[0], numbers[0] + len(periods))) if numbers else False


def when_phrase(appointment: Appointment, now: datetime, language: str, timezone: ZoneInfo) -> str:
    """When we call: `i morgon mellan 10 och 12`, `i dag före 16`; `senast på måndag klockan 16` may well be sooner."""
    words = words_of(language)
    today = now.astimezone(timezone).date()
    start = appointment.start.astimezone(timezone)
    end = (appointment.end or appointment.due_by).astimezone(timezone)
    if appointment.end is not None and appointment.start > now:
        pattern = words.between
    else:
        pattern = words.before if start.date() == end.date() else words.by
    return pattern.format(
        day=_near_day(end.date(), today, words), start=_hour(start.time(), words), end=_hour(end.time(), words)
    )


def opens_phrase(at: datetime, now: datetime, language: str, timezone: ZoneInfo) -> str:
    """When somebody reads this: `i dag` when it is open now, else `i morgon klockan 9`."""
    words = words_of(language)
    if at <= now:
        return words.today
    opens = at.astimezone(timezone)
    day = _near_day(opens.date(), now.astimezone(timezone).date(), words)
    return words.at.format(day=day, start=_hour(opens.time(), words))


def opening_hours_phrase(text: str, language: str) -> str:
    """`mon-fri 09:00-16:00` → `måndag till fredag 9-16`; several windows are joined with "och"."""
    words = words_of(language)
    plain = " ".join(text.lower().split())
    if plain == "mon-sun 00:00-24:00":
        return words.always
    plain = _DAY_RANGE.sub(rf"\1 {words.to} \2", plain)
    plain = _DAY_KEY.sub(lambda found: words.weekdays[_DAY_KEYS.index(found[1])], plain)
    plain = _HOURS.sub(lambda found: _clock(int(found[1]), int(found[2]), words), plain)
    return f" {words.and_} ".join(part.strip() for part in plain.split(";") if part.strip())


def _near_day(day: date, today: date, words: Words) -> str:
    ahead = (day - today).days
    if ahead in (0, 1):
        return (words.today, words.tomorrow)[ahead]
    weekday = words.weekdays[day.weekday()]
    if 1 < ahead < 7:
        return words.on_weekday.format(weekday=weekday)
    return words.on_date.format(weekday=weekday, date=f"{day.day} {words.months[day.month - 1]}")


def _hour(at: time, words: Words) -> str:
    return _clock(at.hour, at.minute, words)


def _clock(hour: int, minute: int, words: Words) -> str:
    """`16` on the whole hour in Swedish, else `16.30`; `16:00` in English."""
    if minute == 0 and words.short_hours:
        return str(hour)
    return f"{hour}{words.clock_separator}{minute:02}"
