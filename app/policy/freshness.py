"""Whether what Kvar knows of payments is new enough to remind anybody (see the feed in 3-contracts)."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from app.policy.facts import FeedFacts, InvoiceFacts
from app.policy.rules import Rules

_DAY = timedelta(days=1)


def feed_fresh(feed: FeedFacts, invoices: Iterable[InvoiceFacts], now: datetime, rules: Rules) -> bool:
    """True when the newest `ledger.read` is recent and reaches the previous bank day.

    Before any `ledger.read`, every chaseable invoice must itself be as recent.
    """
    today = rules.local_date(now)
    if feed.as_of is None:
        return all(_recent(invoice.as_of, now, rules) for invoice in invoices if invoice.chaseable(today))
    if feed.booked_through is None or feed.booked_through < rules.calendar.previous_bank_day(today):
        return False
    return _recent(feed.as_of, now, rules)


def _recent(as_of: datetime, now: datetime, rules: Rules) -> bool:
    """Whether at most `feed_max_age` of bank-day time has passed since `as_of`: banks book nothing on other days."""
    age = timedelta()
    day = rules.local_date(as_of)
    while day <= rules.local_date(now):
        if rules.calendar.is_bank_day(day):
            age += max(timedelta(), min(now, _midnight(day + _DAY, rules)) - max(as_of, _midnight(day, rules)))
        if age > rules.feed_max_age:
            return False
        day += _DAY
    return True


def _midnight(day: date, rules: Rules) -> datetime:
    return datetime.combine(day, time(), rules.timezone).astimezone(UTC)
