"""The company's rules: what the settings say, in the form that decisions read."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.policy.calendar import Calendar
from app.policy.contact_hours import OpenHours
from app.policy.span import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Everything a decision may depend on besides the facts. Money in minor units."""

    timezone: ZoneInfo
    calendar: Calendar
    contact_hours: OpenHours
    opening_hours: OpenHours
    callback_within: Span
    feed_max_age: timedelta
    small_debt: int
    surge_percent: int
    language: str
    sendable_languages: frozenset[str]
    surge_floor: int = 5
    cap_week: int = 3

    def local_date(self, at: datetime) -> date:
        """The company's calendar date at `at` (aware)."""
        return at.astimezone(self.timezone).date()
