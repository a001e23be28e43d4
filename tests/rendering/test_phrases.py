"""Days, times and months in words."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from app.errors import ConfigurationError
from app.policy.callback import Appointment
from app.rendering.phrases import (
    clock_phrase,
    date_phrase,
    month_list,
    opening_hours_phrase,
    opens_phrase,
    when_phrase,
)
from tests.support.texts import STOCKHOLM

NOW = datetime(2026, 11, 3, 10, 0, tzinfo=STOCKHOLM).astimezone(UTC)  # a Tuesday
TODAY = date(2026, 11, 3)


def local(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=STOCKHOLM).astimezone(UTC)


def open_ended(start: datetime, due_by: datetime) -> Appointment:
    return Appointment(start, None, due_by)


def wished(start: datetime, end: datetime) -> Appointment:
    return Appointment(start, end, due_by=end)


@pytest.mark.parametrize(
    ("appointment", "sv", "en"),
    [
        (open_ended(local(3, 10), local(3, 16)), "i dag före 16", "today before 16:00"),
        (open_ended(local(4, 9), local(4, 16)), "i morgon före 16", "tomorrow before 16:00"),
        (open_ended(local(9, 9), local(9, 16)), "på måndag före 16", "on Monday before 16:00"),
        (open_ended(local(3, 10), local(4, 16)), "senast i morgon klockan 16", "tomorrow at 16:00 at the latest"),
        (wished(local(3, 14), local(3, 16)), "i dag mellan 14 och 16", "today between 14:00 and 16:00"),
        (wished(local(4, 10), local(4, 12)), "i morgon mellan 10 och 12", "tomorrow between 10:00 and 12:00"),
        (
            wished(local(9, 9, 30), local(9, 11, 30)),
            "på måndag mellan 9.30 och 11.30",
            "on Monday between 9:30 and 11:30",
        ),
        (
            wished(local(12, 10), local(12, 12)),
            "torsdag 12 november mellan 10 och 12",
            "on Thursday 12 November between 10:00 and 12:00",
        ),
        (wished(local(3, 10), local(3, 12)), "i dag före 12", "today before 12:00"),
    ],
)  # fmt: skip
def test_when_we_call_is_said_as_a_person_would(appointment: Appointment, sv: str, en: str) -> None:
    assert when_phrase(appointment, NOW, "sv", STOCKHOLM) == sv
    assert when_phrase(appointment, NOW, "en", STOCKHOLM) == en


def test_tomorrow_is_the_companys_tomorrow_not_that_of_utc() -> None:
    night = local(3, 23, 30)
    assert when_phrase(wished(local(4, 10), local(4, 12)), night, "sv", STOCKHOLM) == "i morgon mellan 10 och 12"
    assert when_phrase(wished(local(4, 10), local(4, 12)), night + timedelta(hours=1), "sv", STOCKHOLM).startswith(
        "i dag"
    )


def test_a_time_across_the_change_to_winter_time_is_told_in_local_hours() -> None:
    friday, monday = local(23, 20, month=10), local(26, 9, month=10)
    assert opens_phrase(monday, friday, "sv", STOCKHOLM) == "på måndag klockan 9"


@pytest.mark.parametrize(
    ("at", "sv", "en"),
    [
        (NOW, "i dag", "today"),
        (NOW - timedelta(hours=1), "i dag", "today"),
        (local(3, 12), "i dag klockan 12", "today at 12:00"),
        (local(4, 9), "i morgon klockan 9", "tomorrow at 9:00"),
        (local(9, 9, 30), "på måndag klockan 9.30", "on Monday at 9:30"),
        (local(10, 9), "tisdag 10 november klockan 9", "on Tuesday 10 November at 9:00"),
    ],
)
def test_when_somebody_reads_it(at: datetime, sv: str, en: str) -> None:
    assert opens_phrase(at, NOW, "sv", STOCKHOLM) == sv
    assert opens_phrase(at, NOW, "en", STOCKHOLM) == en


@pytest.mark.parametrize(
    ("periods", "sv", "en"),
    [
        ([], "", ""),
        (["2026-11"], "november", "November"),
        (["2026-10", "2026-11"], "oktober och november", "October and November"),
        (["2026-09", "2026-10", "2026-11"], "september, oktober och november", "September, October and November"),
        (["2026-07", "2026-08", "2026-09", "2026-10"], "juli till oktober", "July to October"),
        (["2026-06", "2026-08", "2026-09", "2026-10"], "flera månader", "several months"),
        (["2026-03", "2026-11"], "mars 2026 och november", "March 2026 and November"),
        (["2025-12"], "december 2025", "December 2025"),
        (["2027-01"], "januari", "January"),
        (["Q4"], "Q4", "Q4"),
    ],
)
def test_months_are_listed_by_name(periods: list[str], sv: str, en: str) -> None:
    assert month_list(periods, "sv", TODAY) == sv
    assert month_list(periods, "en", TODAY) == en


def test_without_a_today_no_year_is_told() -> None:
    assert month_list(["2020-12"], "sv") == "december"


def test_dates_and_times() -> None:
    assert date_phrase(TODAY, "sv") == "3 november"
    assert date_phrase(date(2026, 11, 5), "sv", weekday=True, year=True) == "torsdag 5 november 2026"
    assert (clock_phrase(time(9, 12), "sv"), clock_phrase(time(9, 12), "en")) == ("09.12", "09:12")


@pytest.mark.parametrize(
    ("text", "sv", "en"),
    [
        ("mon-fri 09:00-16:00", "måndag till fredag 9-16", "Monday to Friday 9:00-16:00"),
        ("mon-fri 09:00-18:00; sat 10:30-14:00", "måndag till fredag 9-18 och lördag 10.30-14",
         "Monday to Friday 9:00-18:00 and Saturday 10:30-14:00"),
        ("mon-sun 00:00-24:00", "alla dagar, dygnet runt", "every day, at any hour"),
    ],
)  # fmt: skip
def test_opening_hours_are_told_in_words(text: str, sv: str, en: str) -> None:
    assert (opening_hours_phrase(text, "sv"), opening_hours_phrase(text, "en")) == (sv, en)


def test_a_language_without_words_is_named() -> None:
    with pytest.raises(ConfigurationError, match="'so'"):
        month_list(["2026-11"], "so")


@pytest.mark.parametrize("language", ["sv", "en"])
def test_no_phrase_holds_a_no_break_space(language: str) -> None:
    phrases = [
        when_phrase(wished(local(12, 10), local(12, 12)), NOW, language, STOCKHOLM),
        opens_phrase(local(12, 9), NOW, language, STOCKHOLM),
        month_list(["2025-01", "2025-02", "2026-11"], language, TODAY),
        date_phrase(TODAY, language, weekday=True, year=True),
        opening_hours_phrase("mon-fri 09:00-16:00", language),
    ]
    assert not any("\u00a0" in phrase or "\u202f" in phrase for phrase in phrases)
