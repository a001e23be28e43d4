"""Holidays and bank days. Source: the `holidays` package, public holidays and the three eves (see 5-sweden)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import holidays

_DAY = timedelta(days=1)
_LANGUAGES = {"sv": "sv", "en": "en_US"}


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days on which a country rests. `country` is ISO 3166 (`SE`); None = no holidays, only weekends."""

    country: str | None

    def is_holiday(self, day: date) -> bool:
        """Whether `day` is a public holiday or one of the eves treated as one. A plain Sunday is not."""
        return self.country is not None and day in _holidays(self.country, day.year, "sv")

    def holiday_name(self, day: date, language: str) -> str | None:
        """What the holiday is called in `language` (`sv`, `en`; others get English); None on other days."""
        if self.country is None:
            return None
        return _holidays(self.country, day.year, _LANGUAGES.get(language, "en_US")).get(day)

    def is_bank_day(self, day: date) -> bool:
        return day.weekday() < 5 and not self.is_holiday(day)

    def next_bank_day(self, day: date) -> date:
        """The first bank day after `day`."""
        return self.add_bank_days(day, 1)

    def previous_bank_day(self, day: date) -> date:
        """The last bank day before `day`."""
        return self.add_bank_days(day, -1)

    def add_bank_days(self, day: date, count: int) -> date:
        """The `count`-th bank day after `day` (before it when negative); `day` itself for 0, bank day or not."""
        step = _DAY if count > 0 else -_DAY
        left = abs(count)
        while left:
            day += step
            left -= self.is_bank_day(day)
        return day

    def bank_days_between(self, start: date, end: date) -> int:
        """How many bank days lie after `start`, up to and with `end`; 0 when `end` is not after `start`."""
        return sum(self.is_bank_day(start + _DAY * n) for n in range(1, (end - start).days + 1))


@lru_cache(maxsize=256)
def _holidays(country: str, year: int, language: str) -> Mapping[date, str]:
    """Every holiday of one year by date. Made whole once, because the package's own lazy growth is not thread-safe."""
    return dict(
        holidays.country_holidays(
            country, years=year, categories=(holidays.PUBLIC, holidays.DE_FACTO), language=language
        ).items()
    )
