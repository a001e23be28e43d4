from datetime import date

import pytest

from app.policy.calendar import Calendar
from app.policy.span import Span, parse_span

SWEDEN = Calendar("SE")


@pytest.mark.parametrize(
    ("text", "count", "bank"),
    [
        ("2 bank days", 2, True),
        ("1 bank day", 1, True),
        ("4 days", 4, False),
        ("1 day", 1, False),
        ("0 days", 0, False),
        ("-2 bank days", -2, True),
        ("  8  Days ", 8, False),
    ],
)
def test_a_span_is_a_number_of_days_or_bank_days(text: str, count: int, bank: bool) -> None:
    span = parse_span(text)
    assert span == Span(count, bank)
    assert parse_span(str(span)) == span


@pytest.mark.parametrize(
    "text", ["", "2", "days", "two days", "2 weeks", "2.5 days", "2 bankdays", "2 days later", "1000 days"]
)
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match='write it as "4 days" or "2 bank days"'):
        parse_span(text)


@pytest.mark.parametrize(
    ("text", "start", "expected"),
    [
        ("4 days", date(2026, 10, 30), date(2026, 11, 3)),
        ("2 bank days", date(2026, 10, 30), date(2026, 11, 3)),
        ("0 days", date(2026, 10, 31), date(2026, 10, 31)),
        ("0 bank days", date(2026, 10, 31), date(2026, 10, 31)),
        ("1 bank day", date(2026, 12, 23), date(2026, 12, 28)),
        ("2 bank days", date(2026, 12, 30), date(2027, 1, 5)),
        ("-2 bank days", date(2026, 4, 7), date(2026, 4, 1)),
        ("-3 days", date(2026, 3, 1), date(2026, 2, 26)),
    ],
)
def test_bank_days_skip_weekends_holidays_and_eves(text: str, start: date, expected: date) -> None:
    assert parse_span(text).after(start, SWEDEN) == expected
