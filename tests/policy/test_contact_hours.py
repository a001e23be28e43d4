from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.policy.calendar import Calendar
from app.policy.contact_hours import OpenHours, parse_hours

STOCKHOLM = ZoneInfo("Europe/Stockholm")
SWEDEN = Calendar("SE")
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001  hypothesis adds the zone
HOURS = st.sampled_from(
    [
        "mon-fri 09:00-18:00",
        "mon-sun 00:00-24:00",
        "sat 10:00-14:00",
        "mon-fri 09:00-12:00; mon-fri 13:00-16:00; sun 01:30-02:30",
    ]
)


def hours(text: str = "mon-fri 09:00-18:00", calendar: Calendar = SWEDEN) -> OpenHours:
    return parse_hours(text, STOCKHOLM, calendar)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM).astimezone(UTC)


@pytest.mark.parametrize(
    ("text", "at", "is_open"),
    [
        ("mon-fri 09:00-18:00", "2026-11-03 09:00", True),
        ("mon-fri 09:00-18:00", "2026-11-03 08:59", False),
        ("mon-fri 09:00-18:00", "2026-11-03 17:59", True),
        ("mon-fri 09:00-18:00", "2026-11-03 18:00", False),
        ("mon-fri 09:00-18:00", "2026-11-07 12:00", False),
        ("mon-fri 09:00-18:00; sat 10:00-14:00", "2026-11-07 12:00", True),
        ("mon-fri 09:00-18:00; sat 10:00-14:00", "2026-11-08 12:00", False),
        ("mon-sun 09:00-18:00", "2026-11-08 12:00", True),
        ("mon-sun 00:00-24:00", "2026-11-08 03:00", True),
        ("mon-sun 00:00-24:00", "2026-12-24 12:00", False),
        ("mon-fri 09:00-18:00", "2026-06-19 12:00", False),
        ("mon-fri 09:00-18:00", "2026-12-31 12:00", False),
        ("mon-fri 09:00-12:00; mon-fri 13:00-16:00", "2026-11-03 12:30", False),
        ("fri-mon 09:00-18:00", "2026-11-08 12:00", True),
        ("mon,wed-thu 09:00-18:00", "2026-11-03 12:00", False),
        ("mon,wed-thu 09:00-18:00", "2026-11-04 12:00", True),
    ],
)
def test_windows_are_local_time_and_holidays_are_closed(text: str, at: str, is_open: bool) -> None:
    assert hours(text).is_open(local(at)) is is_open


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-11-03 10:30", "2026-11-03 10:30"),
        ("2026-11-03 06:00", "2026-11-03 09:00"),
        ("2026-11-03 18:00", "2026-11-04 09:00"),
        ("2026-11-06 18:30", "2026-11-09 09:00"),
        ("2026-12-23 18:00", "2026-12-28 09:00"),
        ("2026-12-30 20:00", "2027-01-04 09:00"),
        ("2026-04-02 18:00", "2026-04-07 09:00"),
        ("2026-03-27 18:00", "2026-03-30 09:00"),
        ("2026-10-23 18:00", "2026-10-26 09:00"),
    ],
)
def test_the_next_opening_keeps_the_wall_clock_over_weekends_holidays_and_clock_changes(at: str, opens: str) -> None:
    assert hours().next_open(local(at)) == local(opens)
    assert hours().next_open(local(at)).tzinfo is UTC


@pytest.mark.parametrize(
    ("day", "opens"),
    [
        (date(2026, 11, 3), "2026-11-03 09:00"),
        (date(2026, 11, 7), "2026-11-09 09:00"),
        (date(2026, 12, 24), "2026-12-28 09:00"),
    ],
)
def test_the_first_opening_on_or_after_a_day(day: date, opens: str) -> None:
    assert hours().next_open_on(day) == local(opens)


@pytest.mark.parametrize(
    ("text", "at", "closes"),
    [
        ("mon-fri 09:00-18:00", "2026-11-03 10:30", "2026-11-03 18:00"),
        ("mon-fri 09:00-12:00; mon-fri 13:00-16:00", "2026-11-03 10:30", "2026-11-03 12:00"),
        ("mon-fri 09:00-12:00; mon-fri 12:00-16:00", "2026-11-03 10:30", "2026-11-03 16:00"),
        ("mon-sun 00:00-24:00", "2026-11-03 10:30", "2026-11-04 00:00"),
        ("mon-sun 00:00-24:00", "2026-10-25 00:30", "2026-10-26 00:00"),
    ],
)
def test_a_window_closes_at_its_end_and_at_the_latest_at_local_midnight(text: str, at: str, closes: str) -> None:
    assert hours(text).closes(local(at)) == local(closes)


def test_asking_when_a_closed_office_closes_is_an_error() -> None:
    with pytest.raises(ValueError, match="closed at 2026-11-07"):
        hours().closes(local("2026-11-07 12:00"))


@pytest.mark.parametrize(
    ("day", "length"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 11, 3), 24)]
)
def test_a_whole_day_is_as_long_as_the_clock_makes_it(day: date, length: int) -> None:
    ((start, end),) = hours("mon-sun 00:00-24:00").openings(day)
    assert end - start == timedelta(hours=length)


@pytest.mark.parametrize(
    ("text", "windows"),
    [
        ("sun 02:00-02:30", ()),
        ("sun 01:30-02:30", (("2026-03-29T00:30Z", "2026-03-29T01:00Z"),)),
        ("sun 02:30-04:00", (("2026-03-29T01:00Z", "2026-03-29T02:00Z"),)),
    ],
)
def test_times_that_the_clock_skips_in_spring_are_the_moment_of_the_skip(
    text: str, windows: tuple[tuple[str, str], ...]
) -> None:
    expected = tuple((datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in windows)
    assert hours(text).openings(date(2026, 3, 29)) == expected


@pytest.mark.parametrize(
    ("text", "at", "day"),
    [
        ("mon-fri 09:00-18:00", "2026-12-24 12:00", date(2026, 12, 24)),
        ("mon-fri 09:00-18:00", "2026-12-26 12:00", None),
        ("mon-sun 00:00-24:00", "2026-12-26 12:00", date(2026, 12, 26)),
        ("mon-fri 09:00-18:00", "2026-11-03 20:00", None),
        ("mon-fri 09:00-18:00", "2026-12-24 00:10", date(2026, 12, 24)),
        ("mon-fri 09:00-18:00", "2026-12-23 23:50", None),
    ],
)
def test_a_holiday_is_named_only_where_it_is_what_keeps_the_day_closed(text: str, at: str, day: date | None) -> None:
    assert hours(text).holiday_at(local(at)) == day


def test_without_holidays_every_day_is_like_its_weekday() -> None:
    always = hours("mon-sun 00:00-24:00", Calendar(None))
    assert always.is_open(local("2026-12-24 03:00"))
    assert always.holiday_at(local("2026-12-24 03:00")) is None


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "no opening hours given"),
        (" ; ", "no opening hours given"),
        ("always", '"always" is not a window'),
        ("mon-fri 9-18", '"mon-fri 9-18" is not a window'),
        ("mon-fry 09:00-18:00", '"mon-fry" in "mon-fry 09:00-18:00" is not a day'),
        ("mån-fre 09:00-18:00", "is not a day"),
        ("mon-fri 18:00-09:00", "must end after it starts"),
        ("mon-fri 09:00-09:00", "must end after it starts"),
        ("mon-fri 09:00-25:00", '"25:00" in "mon-fri 09:00-25:00" is not a time'),
        ("mon-fri 09:75-18:00", '"09:75" in'),
        ("mon-sun 09:00-18:00; sat 10:00-14:00", "two windows overlap on sat"),
    ],
)
def test_a_mistake_in_the_setting_is_named(text: str, what: str) -> None:
    with pytest.raises(ValueError, match=what):
        hours(text)


def test_a_moment_without_offset_is_refused() -> None:
    naive = datetime(2026, 11, 3, 12)  # noqa: DTZ001  the point of the test
    with pytest.raises(ValueError, match="offset"):
        hours().is_open(naive)


@given(HOURS, MOMENTS)
def test_the_next_opening_is_open_and_nothing_before_it_is(text: str, at: datetime) -> None:
    week = hours(text)
    opens = week.next_open(at)
    assert opens >= at
    assert week.is_open(opens)
    assert week.is_open(at) is (opens == at)
    assert opens < week.closes(opens)
    assert not week.is_open(week.closes(opens)) or text == "mon-sun 00:00-24:00"


@given(HOURS, MOMENTS)
def test_whenever_it_is_open_the_wall_clock_is_inside_a_window(text: str, at: datetime) -> None:
    week = hours(text)
    wall = at.astimezone(STOCKHOLM)
    minute = wall.hour * 60 + wall.minute
    inside = any(w.weekday == wall.weekday() and w.start <= minute < w.end for w in week.windows)
    assert not week.is_open(at) or (inside and not SWEDEN.is_holiday(wall.date()))
