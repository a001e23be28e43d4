"""The shipped arrears sequence, walked for every month-end of two years. The holidays here are written by hand."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest

from app.policy.facts import CallAttempt, Facts
from app.vocabulary import PaymentMethod
from tests.support.facts import ARREARS, RULES, STOCKHOLM, day, facts, invoice, run
from tests.support.walk import Event, walk

RED_DAYS = {
    date(int(year), int(month), int(number))
    for year, days in {
        "2025": "12-24 12-25 12-26 12-31",
        "2026": "1-1 1-6 4-3 4-5 4-6 5-1 5-14 5-24 6-6 6-19 6-20 10-31 12-24 12-25 12-26 12-31",
        "2027": "1-1 1-6 3-26 3-28 3-29 5-1 5-6 5-16 6-6 6-25 6-26 11-6 12-24 12-25 12-26 12-31",
    }.items()
    for month, number in (d.split("-") for d in days.split())
}
"""Swedish holidays with the three eves, from the calendar on the wall."""
MONTHS = [date(2026 + n // 12, n % 12 + 1, 1) for n in range(24)]
DAY = timedelta(days=1)
INVOICE, AUTOGIRO = PaymentMethod.INVOICE, PaymentMethod.AUTOGIRO


def works(at: date) -> bool:
    return at.weekday() < 5 and at not in RED_DAYS


def bank_days(start: date, count: int) -> date:
    while count:
        start += DAY
        count -= works(start)
    return start


def first_open(at: date) -> date:
    return at if works(at) else first_open(at + DAY)


def due_before(month: date) -> date:
    """The last bank day before a month."""
    return month - DAY if works(month - DAY) else due_before(month - DAY)


DUE_DATES = [due_before(month) for month in MONTHS]


def owing(due: date, method: PaymentMethod) -> Facts:
    seen = datetime.combine(due - 20 * DAY, time(6), UTC)
    owed = invoice(due_date=due, payment_method=method, first_seen=seen, as_of=seen)
    return facts(invoices=(owed,), run=run(anchor_date=due))


def walked(
    due: date, method: PaymentMethod, happenings: list[tuple[datetime, Callable[[Facts], Facts]]] | None = None
) -> list[Event]:
    start = datetime.combine(due - 5 * DAY, time(), STOCKHOLM).astimezone(UTC)
    return walk(owing(due, method), ARREARS, RULES, start, start + 60 * DAY, happenings or [])


def timetable(due: date, method: PaymentMethod) -> list[str]:
    """What 5-sweden's timetable says, worked out anew: message, call and review, each on its first opening."""
    shift = 2 if method is AUTOGIRO else 0
    review = due + 8 * DAY
    message = bank_days(due, 2 + shift)
    call = first_open(max(bank_days(due + 4 * DAY, shift), bank_days(message, 2)))
    plan = [(message, "not_seen_yet"), (call, "call")]
    before = [(at, what) for at, what in plan if at < review]
    return [f"{at} 09:00 {what}" for at, what in [*before, (first_open(review), "review")]]


@pytest.mark.parametrize("method", [INVOICE, AUTOGIRO])
@pytest.mark.parametrize("due", DUE_DATES, ids=str)
def test_every_month_end_of_two_years(due: date, method: PaymentMethod) -> None:
    events = walked(due, method)
    assert [str(event) for event in events] == timetable(due, method)
    local = [event.at.astimezone(STOCKHOLM) for event in events]
    assert all(works(at.date()) and time(9) <= at.time() < time(18) for at in local)
    days = {event.what: (at.date() - due).days for event, at in zip(events, local, strict=True)}
    assert 2 <= days.get("not_seen_yet", 4) <= 7
    assert 4 <= days.get("call", 4) <= 7
    assert local[-1].date() == first_open(due + 8 * DAY)
    steps = [at.date() for event, at in zip(events, local, strict=True) if event.what != "review"]
    assert all(bank_days(earlier, 2) <= later for earlier, later in pairwise(steps))


@pytest.mark.parametrize("method", [INVOICE, AUTOGIRO])
@pytest.mark.parametrize("due", DUE_DATES[::5], ids=str)
def test_looking_every_hour_changes_nothing(due: date, method: PaymentMethod) -> None:
    start = datetime.combine(due, time(), STOCKHOLM).astimezone(UTC)
    hourly = [(start + timedelta(hours=n), lambda f: f) for n in range(24 * 20)]
    assert [str(e) for e in walked(due, method, hourly)] == [str(e) for e in walked(due, method)]


BY_HAND = [
    ("2025-12-30", INVOICE, "New Year and Epiphany", ["2026-01-05 not_seen_yet", "2026-01-07 review"]),
    ("2025-12-30", AUTOGIRO, "the bank's second try ends after D+8", ["2026-01-07 review"]),
    ("2026-01-30", INVOICE, "a plain month", ["2026-02-03 not_seen_yet", "2026-02-05 call", "2026-02-09 review"]),
    ("2026-01-30", AUTOGIRO, "a plain month", ["2026-02-05 not_seen_yet", "2026-02-09 review"]),
    ("2026-03-31", INVOICE, "Easter", ["2026-04-02 not_seen_yet", "2026-04-08 review"]),
    ("2026-03-31", AUTOGIRO, "Easter", ["2026-04-08 review"]),
    ("2026-04-30", INVOICE, "the First of May", ["2026-05-05 not_seen_yet", "2026-05-07 call", "2026-05-08 review"]),
    ("2026-04-30", AUTOGIRO, "the First of May", ["2026-05-07 not_seen_yet", "2026-05-08 review"]),
    (
        "2026-05-29",
        INVOICE,
        "National Day on a Saturday",
        ["2026-06-02 not_seen_yet", "2026-06-04 call", "2026-06-08 review"],
    ),
    (
        "2026-06-12",
        INVOICE,
        "review on Midsummer Day",
        ["2026-06-16 not_seen_yet", "2026-06-18 call", "2026-06-22 review"],
    ),
    ("2026-06-17", INVOICE, "Midsummer's Eve", ["2026-06-22 not_seen_yet", "2026-06-24 call", "2026-06-25 review"]),
    ("2026-06-17", AUTOGIRO, "Midsummer's Eve", ["2026-06-24 not_seen_yet", "2026-06-25 review"]),
    ("2026-06-30", INVOICE, "a call on D+6", ["2026-07-02 not_seen_yet", "2026-07-06 call", "2026-07-08 review"]),
    (
        "2026-10-30",
        INVOICE,
        "All Saints' Day after D",
        ["2026-11-03 not_seen_yet", "2026-11-05 call", "2026-11-09 review"],
    ),
    (
        "2026-11-30",
        INVOICE,
        "D+4 and the gap on one day",
        ["2026-12-02 not_seen_yet", "2026-12-04 call", "2026-12-08 review"],
    ),
    ("2026-11-30", AUTOGIRO, "the call would fall on the review", ["2026-12-04 not_seen_yet", "2026-12-08 review"]),
    ("2026-12-18", INVOICE, "Christmas", ["2026-12-22 not_seen_yet", "2026-12-28 review"]),
    ("2026-12-18", AUTOGIRO, "Christmas", ["2026-12-28 review"]),
    ("2026-12-30", INVOICE, "New Year and Epiphany", ["2027-01-05 not_seen_yet", "2027-01-07 review"]),
    ("2026-12-30", AUTOGIRO, "New Year and Epiphany", ["2027-01-07 review"]),
    (
        "2027-03-31",
        INVOICE,
        "after an early Easter",
        ["2027-04-02 not_seen_yet", "2027-04-06 call", "2027-04-08 review"],
    ),
    ("2027-04-30", INVOICE, "Ascension", ["2027-05-04 not_seen_yet", "2027-05-07 call", "2027-05-10 review"]),
    ("2027-04-30", AUTOGIRO, "Ascension", ["2027-05-07 not_seen_yet", "2027-05-10 review"]),
    (
        "2027-10-29",
        INVOICE,
        "review on All Saints' Day",
        ["2027-11-02 not_seen_yet", "2027-11-04 call", "2027-11-08 review"],
    ),
]


@pytest.mark.parametrize(
    ("due", "method", "expected"), [pytest.param(d, m, e, id=f"{d} {m} {why}") for d, m, why, e in BY_HAND]
)
def test_month_ends_worked_out_by_hand(due: str, method: PaymentMethod, expected: list[str]) -> None:
    assert [str(event) for event in walked(day(due), method)] == [line.replace(" ", " 09:00 ") for line in expected]


def test_the_due_dates_are_the_last_bank_days() -> None:
    assert [str(due) for due in DUE_DATES[:6]] == [
        "2025-12-30",
        "2026-01-30",
        "2026-02-27",
        "2026-03-31",
        "2026-04-30",
        "2026-05-29",
    ]


def unanswered(on: datetime) -> tuple[datetime, Callable[[Facts], Facts]]:
    attempt = CallAttempt("call", "INV-1", on, reached=False)
    return on, lambda known: replace(known, call_attempts=(*known.call_attempts, attempt))


@pytest.mark.parametrize("due", DUE_DATES, ids=str)
def test_after_two_unanswered_calls_one_message_before_the_review_and_never_after_it(due: date) -> None:
    plain = walked(due, INVOICE)
    calls = [event.at.astimezone(STOCKHOLM).date() for event in plain if event.what == "call"]
    for spacing in (1, 2, 3):
        tries = [at for first in calls for at in (first, bank_days(first, spacing))]
        moments = [datetime.combine(at, time(10), STOCKHOLM).astimezone(UTC) for at in tries]
        events = walked(due, INVOICE, [unanswered(at) for at in moments])
        written = [e.at.astimezone(STOCKHOLM).date() for e in events if e.what == "still_missing"]
        in_time = tries[-1:] if tries and tries[-1] < due + 8 * DAY else []
        assert written == in_time
        assert [e.what for e in events if e.what != "still_missing"] == [e.what for e in plain]
        assert events[-1].what == "review"


@pytest.mark.parametrize("due", DUE_DATES[::3], ids=str)
def test_a_payment_at_any_hour_ends_it_all(due: date) -> None:
    plain = walked(due, INVOICE)
    for days in range(10):
        paid = datetime.combine(due + days * DAY, time(12), STOCKHOLM).astimezone(UTC)
        settled = invoice(due_date=due, remaining=0)
        events = walked(due, INVOICE, [(paid, lambda known, settled=settled: replace(known, invoices=(settled,)))])  # type: ignore[misc]  # a default binds the loop's value
        assert [str(e) for e in events] == [str(e) for e in plain if e.at < paid]
