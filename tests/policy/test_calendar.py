from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.policy.calendar import Calendar

SWEDEN = Calendar("SE")
WEEKENDS_ONLY = Calendar(None)
DAYS = st.dates(date(2020, 1, 1), date(2045, 12, 31))


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 1, 1), "Nyårsdagen"),
        (date(2026, 1, 6), "Trettondedag jul"),
        (date(2026, 4, 3), "Långfredagen"),
        (date(2026, 4, 6), "Annandag påsk"),
        (date(2026, 5, 1), "Första maj"),
        (date(2026, 5, 14), "Kristi himmelsfärdsdag"),
        (date(2026, 6, 6), "Nationaldagen"),
        (date(2026, 6, 19), "Midsommarafton"),
        (date(2026, 10, 31), "Alla helgons dag"),
        (date(2026, 12, 24), "Julafton"),
        (date(2026, 12, 25), "Juldagen"),
        (date(2026, 12, 31), "Nyårsafton"),
    ],
)
def test_swedish_holidays_and_the_three_eves_are_holidays(day: date, name: str) -> None:
    assert SWEDEN.is_holiday(day)
    assert not SWEDEN.is_bank_day(day)
    assert SWEDEN.holiday_name(day, "sv") == name
    assert SWEDEN.holiday_name(day, "en") not in {None, name}
    assert SWEDEN.holiday_name(day, "so") == SWEDEN.holiday_name(day, "en")


@pytest.mark.parametrize(
    "day", [date(2026, 4, 4), date(2026, 4, 2), date(2026, 11, 1), date(2026, 12, 23), date(2026, 6, 5)]
)
def test_other_eves_and_plain_sundays_are_no_holidays(day: date) -> None:
    assert not SWEDEN.is_holiday(day)
    assert SWEDEN.holiday_name(day, "sv") is None


def test_without_a_country_only_weekends_rest() -> None:
    assert not WEEKENDS_ONLY.is_holiday(date(2026, 12, 24))
    assert WEEKENDS_ONLY.is_bank_day(date(2026, 12, 24))
    assert not WEEKENDS_ONLY.is_bank_day(date(2026, 12, 26))
    assert WEEKENDS_ONLY.holiday_name(date(2026, 12, 24), "sv") is None


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [
        (date(2026, 10, 30), 1, date(2026, 11, 2)),
        (date(2026, 10, 30), 2, date(2026, 11, 3)),
        (date(2026, 10, 31), 1, date(2026, 11, 2)),
        (date(2026, 11, 1), -1, date(2026, 10, 30)),
        (date(2026, 11, 2), -1, date(2026, 10, 30)),
        (date(2026, 10, 31), 0, date(2026, 10, 31)),
        (date(2026, 12, 23), 1, date(2026, 12, 28)),
        (date(2026, 4, 2), 1, date(2026, 4, 7)),
        (date(2027, 1, 5), 1, date(2027, 1, 7)),
    ],
)
def test_bank_days_are_counted_over_weekends_and_holidays(start: date, count: int, expected: date) -> None:
    assert SWEDEN.add_bank_days(start, count) == expected


@given(DAYS, st.integers(1, 40))
def test_counting_forward_and_back_agree(day: date, count: int) -> None:
    later = SWEDEN.add_bank_days(day, count)
    assert SWEDEN.is_bank_day(later)
    assert SWEDEN.bank_days_between(day, later) == count
    assert SWEDEN.bank_days_between(later, day) == 0
    assert SWEDEN.add_bank_days(later, -count) <= SWEDEN.next_bank_day(day - timedelta(days=1))


@given(DAYS)
def test_the_neighbouring_bank_days_are_strictly_before_and_after(day: date) -> None:
    before, after = SWEDEN.previous_bank_day(day), SWEDEN.next_bank_day(day)
    assert before < day < after
    assert SWEDEN.is_bank_day(before)
    assert SWEDEN.is_bank_day(after)
    assert SWEDEN.bank_days_between(before, after) == 1 + SWEDEN.is_bank_day(day)
