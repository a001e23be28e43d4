"""A length of time in a sequence or a setting: "4 days", "2 bank days"."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from app.policy.calendar import Calendar

_SPAN = re.compile(r"(-?\d{1,3})\s+(bank\s+)?days?")


@dataclass(frozen=True, slots=True)
class Span:
    """A number of calendar days, or of bank days; negative = before."""

    count: int
    bank: bool

    def after(self, day: date, calendar: Calendar) -> date:
        """The day that lies this span after `day`; for a negative span, before it."""
        if self.bank:
            return calendar.add_bank_days(day, self.count)
        return day + timedelta(days=self.count)

    def __str__(self) -> str:
        unit = "day" if abs(self.count) == 1 else "days"
        return f"{self.count} bank {unit}" if self.bank else f"{self.count} {unit}"


def parse_span(text: str) -> Span:
    """Read "2 bank days", "1 bank day", "4 days", "0 days" or "-2 bank days"; ValueError says what is allowed."""
    found = _SPAN.fullmatch(text.strip().lower())
    if found is None:
        raise ValueError(f'"{text}" is not a length of time; write it as "4 days" or "2 bank days"')
    return Span(int(found[1]), bank=found[2] is not None)
