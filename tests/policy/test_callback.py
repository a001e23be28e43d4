from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.policy.calendar import Calendar
from app.policy.callback import Appointment, appoint
from app.policy.contact_hours import parse_hours
from app.policy.reply import Wish
from app.policy.rules import Rules
from app.policy.span import parse_span

STOCKHOLM = ZoneInfo("Europe/Stockholm")
SWEDEN = Calendar("SE")


def rules(opening: str = "mon-fri 09:00-16:00", within: str = "1 bank day") -> Rules:
    return Rules(
        timezone=STOCKHOLM,
        calendar=SWEDEN,
        contact_hours=parse_hours("mon-fri 09:00-18:00", STOCKHOLM, SWEDEN),
        opening_hours=parse_hours(opening, STOCKHOLM, SWEDEN),
        callback_within=parse_span(within),
        feed_max_age=timedelta(hours=36),
        small_debt=10_000,
        surge_percent=10,
        language="sv",
        sendable_languages=frozenset({"sv", "en"}),
    )


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM).astimezone(UTC)


def wish(day: str | None = None, start: str | None = None, end: str | None = None) -> Wish:
    return Wish(
        date.fromisoformat(day) if day else None,
        time.fromisoformat(start) if start else None,
        time.fromisoformat(end) if end else None,
        "words",
    )


@pytest.mark.parametrize(
    ("asked", "start", "due_by"),
    [
        ("2026-11-03 10:00", "2026-11-03 10:00", "2026-11-04 16:00"),
        ("2026-11-03 07:00", "2026-11-03 09:00", "2026-11-04 16:00"),
        ("2026-11-03 22:00", "2026-11-04 09:00", "2026-11-04 16:00"),
        ("2026-11-06 10:00", "2026-11-06 10:00", "2026-11-09 16:00"),
        ("2026-11-06 22:00", "2026-11-09 09:00", "2026-11-09 16:00"),
        ("2026-11-07 23:10", "2026-11-09 09:00", "2026-11-09 16:00"),
        ("2026-11-08 12:00", "2026-11-09 09:00", "2026-11-09 16:00"),
        ("2026-04-04 23:10", "2026-04-07 09:00", "2026-04-07 16:00"),
        ("2026-04-02 15:00", "2026-04-02 15:00", "2026-04-07 16:00"),
        ("2026-12-23 23:10", "2026-12-28 09:00", "2026-12-28 16:00"),
        ("2026-12-24 12:00", "2026-12-28 09:00", "2026-12-28 16:00"),
        ("2026-12-30 17:00", "2027-01-04 09:00", "2027-01-04 16:00"),
        ("2026-06-18 20:00", "2026-06-22 09:00", "2026-06-22 16:00"),
        ("2026-03-28 23:10", "2026-03-30 09:00", "2026-03-30 16:00"),
        ("2026-10-24 23:10", "2026-10-26 09:00", "2026-10-26 16:00"),
    ],
)
def test_without_a_wish_the_call_comes_before_closing_on_the_next_working_day(
    asked: str, start: str, due_by: str
) -> None:
    assert appoint(None, local(asked), rules()) == Appointment(local(start), None, local(due_by))
    assert appoint(wish(), local(asked), rules()) == Appointment(local(start), None, local(due_by))


@pytest.mark.parametrize(
    ("opening", "within", "asked", "start", "due_by"),
    [
        ("mon-fri 09:00-16:00", "0 days", "2026-11-03 10:00", "2026-11-03 10:00", "2026-11-03 16:00"),
        ("mon-fri 09:00-16:00", "0 days", "2026-11-03 17:00", "2026-11-04 09:00", "2026-11-04 16:00"),
        ("mon-fri 09:00-16:00", "1 day", "2026-11-06 10:00", "2026-11-06 10:00", "2026-11-09 16:00"),
        ("mon-fri 09:00-16:00", "2 bank days", "2026-11-06 10:00", "2026-11-06 10:00", "2026-11-10 16:00"),
        ("mon-sat 09:00-16:00", "1 bank day", "2026-11-06 22:00", "2026-11-07 09:00", "2026-11-09 16:00"),
        ("tue 10:00-12:00", "1 bank day", "2026-11-03 13:00", "2026-11-10 10:00", "2026-11-10 12:00"),
        (
            "mon-fri 09:00-12:00; mon-fri 13:00-16:00",
            "0 days",
            "2026-11-03 10:00",
            "2026-11-03 10:00",
            "2026-11-03 16:00",
        ),
        ("mon-sun 00:00-24:00", "1 bank day", "2026-11-03 10:00", "2026-11-03 10:00", "2026-11-05 00:00"),
    ],
)
def test_the_company_sets_its_hours_and_how_soon_it_calls(
    opening: str, within: str, asked: str, start: str, due_by: str
) -> None:
    assert appoint(None, local(asked), rules(opening, within)) == Appointment(local(start), None, local(due_by))


@pytest.mark.parametrize(
    ("asked", "wished", "start", "end", "adjusted"),
    [
        ("2026-11-03 20:00", wish("2026-11-04", "10:00"), "2026-11-04 10:00", "2026-11-04 12:00", False),
        ("2026-11-03 08:00", wish(None, "10:00"), "2026-11-03 10:00", "2026-11-03 12:00", False),
        ("2026-11-03 08:00", wish(None, "10:00", "11:30"), "2026-11-03 10:00", "2026-11-03 11:30", False),
        ("2026-11-03 08:00", wish(None, "10:00", "10:15"), "2026-11-03 10:00", "2026-11-03 10:15", False),
        ("2026-11-03 08:00", wish(None, None, "12:00"), "2026-11-03 09:00", "2026-11-03 12:00", False),
        ("2026-11-03 10:30", wish(None, None, "12:00"), "2026-11-03 10:30", "2026-11-03 12:00", False),
        ("2026-11-03 20:00", wish("2026-11-04"), "2026-11-04 09:00", "2026-11-04 16:00", False),
        ("2026-11-03 10:30", wish("2026-11-03"), "2026-11-03 10:30", "2026-11-03 16:00", False),
        ("2026-11-03 08:00", wish(None, "15:00"), "2026-11-03 15:00", "2026-11-03 16:00", False),
        ("2026-11-03 08:00", wish(None, "08:00", "10:00"), "2026-11-03 09:00", "2026-11-03 10:00", False),
        # the time has passed today, and no day was named: the next working day
        ("2026-11-03 14:00", wish(None, "10:00"), "2026-11-04 10:00", "2026-11-04 12:00", False),
        ("2026-11-06 14:00", wish(None, "10:00"), "2026-11-09 10:00", "2026-11-09 12:00", False),
        ("2026-11-03 11:00", wish(None, "10:00"), "2026-11-03 11:00", "2026-11-03 12:00", False),
        ("2026-11-03 11:50", wish(None, "10:00"), "2026-11-04 10:00", "2026-11-04 12:00", False),
        # outside opening hours: the same day, as near as it comes
        ("2026-11-03 08:00", wish(None, "17:00"), "2026-11-03 14:00", "2026-11-03 16:00", True),
        ("2026-11-03 15:00", wish(None, "17:00"), "2026-11-03 15:00", "2026-11-03 16:00", True),
        ("2026-11-03 15:50", wish(None, "17:00"), "2026-11-04 14:00", "2026-11-04 16:00", True),
        ("2026-11-03 18:00", wish(None, "16:30"), "2026-11-04 14:00", "2026-11-04 16:00", True),
        ("2026-11-03 08:00", wish("2026-11-05", "17:00", "21:00"), "2026-11-05 14:00", "2026-11-05 16:00", True),
        ("2026-11-03 20:00", wish("2026-11-04", "06:00", "07:00"), "2026-11-04 09:00", "2026-11-04 11:00", True),
        ("2026-11-03 20:00", wish("2026-11-04", "15:50"), "2026-11-04 14:00", "2026-11-04 16:00", True),
        # the wished day is closed: the next open one, at the wished time
        ("2026-11-03 20:00", wish("2026-11-07", "10:00"), "2026-11-09 10:00", "2026-11-09 12:00", True),
        ("2026-12-22 20:00", wish("2026-12-24", "10:00"), "2026-12-28 10:00", "2026-12-28 12:00", True),
        ("2026-06-18 12:00", wish("2026-06-19"), "2026-06-22 09:00", "2026-06-22 16:00", True),
        ("2026-11-03 15:50", wish("2026-11-03", "10:00"), "2026-11-04 10:00", "2026-11-04 12:00", True),
        ("2026-11-03 10:00", wish("2026-11-02", "14:00"), "2026-11-03 14:00", "2026-11-03 16:00", True),
        # the clock changes: the wall clock is what was wished
        ("2026-03-27 20:00", wish("2026-03-30", "10:00"), "2026-03-30 10:00", "2026-03-30 12:00", False),
        ("2026-10-23 20:00", wish("2026-10-26", "10:00"), "2026-10-26 10:00", "2026-10-26 12:00", False),
    ],
)
def test_a_wish_is_kept_or_moved_to_the_nearest_opening(
    asked: str, wished: Wish, start: str, end: str, adjusted: bool
) -> None:
    expected = Appointment(local(start), local(end), due_by=local(end), adjusted=adjusted)
    assert appoint(wished, local(asked), rules()) == expected


@pytest.mark.parametrize(
    ("wished", "start", "end", "adjusted"),
    [
        (wish("2026-11-04", "11:00"), "2026-11-04 11:00", "2026-11-04 12:00", False),
        (wish("2026-11-04", "12:00", "13:00"), "2026-11-04 10:00", "2026-11-04 12:00", True),
        (wish("2026-11-04", "12:30"), "2026-11-04 13:00", "2026-11-04 14:30", False),
        (wish("2026-11-04"), "2026-11-04 09:00", "2026-11-04 12:00", False),
    ],
)
def test_a_lunch_break_is_closed(wished: Wish, start: str, end: str, adjusted: bool) -> None:
    split = rules("mon-fri 09:00-12:00; mon-fri 13:00-16:00")
    expected = Appointment(local(start), local(end), due_by=local(end), adjusted=adjusted)
    assert appoint(wished, local("2026-11-03 20:00"), split) == expected


WALL = st.none() | st.times(max_value=time(23, 59))
WISHES = st.builds(Wish, st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31)), WALL, WALL, st.just("words"))
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001  the zone is added
HOURS = st.sampled_from(
    ["mon-fri 09:00-16:00", "mon-fri 09:00-12:00; mon-fri 13:00-16:00", "mon-sun 00:00-24:00", "sat 10:00-12:00"]
)


@given(WISHES, MOMENTS, HOURS)
def test_every_appointment_begins_in_opening_hours_and_has_a_deadline(
    wished: Wish, now: datetime, opening: str
) -> None:
    company = rules(opening)
    appointment = appoint(wished, now, company)
    assert appointment.start >= now
    assert company.opening_hours.is_open(appointment.start)
    assert appointment.start < appointment.due_by
    assert appointment.end is None or appointment.end == appointment.due_by
    assert appointment.end is None or appointment.end <= company.opening_hours.closes(appointment.start)
