from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.policy.calendar import Calendar
from app.policy.contact_hours import parse_hours
from app.policy.facts import FeedFacts, InvoiceFacts
from app.policy.freshness import feed_fresh
from app.policy.rules import Rules
from app.policy.span import Span

STOCKHOLM = ZoneInfo("Europe/Stockholm")
SWEDEN = Calendar("SE")
RULES = Rules(
    timezone=STOCKHOLM,
    calendar=SWEDEN,
    contact_hours=parse_hours("mon-fri 09:00-18:00", STOCKHOLM, SWEDEN),
    opening_hours=parse_hours("mon-fri 09:00-16:00", STOCKHOLM, SWEDEN),
    callback_within=Span(1, bank=True),
    feed_max_age=timedelta(hours=36),
    small_debt=10_000,
    surge_percent=10,
    language="sv",
    sendable_languages=frozenset({"sv", "en"}),
)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM).astimezone(UTC)


def invoice(as_of: str, **changes: object) -> InvoiceFacts:
    plain = InvoiceFacts(
        id="INV-88",
        root="INV-88",
        period="2026-11",
        due_date=date(2026, 10, 30),
        amount=845_000,
        remaining=845_000,
        currency="SEK",
        kind="rent",
        first_seen=local("2026-10-01 06:00"),
        as_of=local(as_of),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # the table names fields by word


@pytest.mark.parametrize(
    ("as_of", "booked_through", "now", "fresh"),
    [
        ("2026-11-03 06:00", date(2026, 11, 2), "2026-11-03 09:00", True),
        ("2026-11-03 06:00", date(2026, 10, 30), "2026-11-03 09:00", False),
        ("2026-11-02 06:00", date(2026, 11, 2), "2026-11-03 18:00", True),
        ("2026-11-02 06:00", date(2026, 11, 2), "2026-11-03 18:01", False),
        ("2026-11-06 06:00", date(2026, 11, 5), "2026-11-07 12:00", False),
        ("2026-11-06 06:00", date(2026, 11, 6), "2026-11-07 12:00", True),
        ("2026-11-06 20:00", date(2026, 11, 6), "2026-11-09 09:00", True),
        ("2026-11-06 06:00", date(2026, 11, 6), "2026-11-09 18:00", True),
        ("2026-11-06 06:00", date(2026, 11, 6), "2026-11-09 18:01", False),
        ("2026-12-23 18:00", date(2026, 12, 23), "2026-12-28 09:00", True),
        ("2026-04-02 18:00", date(2026, 4, 2), "2026-04-07 09:00", True),
        ("2026-03-27 18:00", date(2026, 3, 27), "2026-03-30 09:00", True),
        ("2026-11-03 10:00", date(2026, 11, 2), "2026-11-03 09:00", True),
        ("2020-11-03 10:00", date(2026, 11, 2), "2026-11-03 09:00", False),
        ("2026-11-03 06:00", None, "2026-11-03 09:00", False),
    ],
)
def test_the_feed_ages_on_bank_days_only_and_must_reach_the_previous_one(
    as_of: str, booked_through: date | None, now: str, fresh: bool
) -> None:
    assert feed_fresh(FeedFacts(local(as_of), booked_through), [], local(now), RULES) is fresh


@pytest.mark.parametrize(
    ("invoices", "fresh"),
    [
        ([], True),
        ([invoice("2026-11-03 05:30")], True),
        ([invoice("2026-11-01 05:30")], True),
        ([invoice("2026-10-30 05:30")], False),
        ([invoice("2026-11-03 05:30"), invoice("2026-10-30 05:30", id="INV-87")], False),
        ([invoice("2026-11-03 05:30"), invoice("2026-10-30 05:30", id="INV-87", disputed=True)], True),
        ([invoice("2026-10-30 05:30", remaining=0)], True),
    ],
)
def test_before_any_reading_every_chaseable_invoice_must_itself_be_fresh(
    invoices: list[InvoiceFacts], fresh: bool
) -> None:
    assert feed_fresh(FeedFacts(), invoices, local("2026-11-03 09:00"), RULES) is fresh
