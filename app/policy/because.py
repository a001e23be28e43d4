"""Reasons as data: a code and the values its sentence needs."""

from dataclasses import dataclass
from datetime import date, datetime

from app.vocabulary import ReasonCode

Value = str | int


@dataclass(frozen=True, slots=True)
class Because:
    """Why. `values` are plain strings and whole numbers, sorted by name, so that reasons compare and store as JSON.

    Dates are ISO 8601 (`2026-11-03`), moments RFC 3339 UTC (`2026-11-03T08:00:00Z`); the sentence formats them.
    """

    code: ReasonCode
    values: tuple[tuple[str, Value], ...] = ()

    def as_dict(self) -> dict[str, Value]:
        return dict(self.values)


def because(code: ReasonCode, /, **values: str | int | date | datetime | None) -> Because:
    """Make a reason; `None` values are left out."""
    plain = {name: _plain(value) for name, value in values.items() if value is not None}
    return Because(code, tuple(sorted(plain.items())))


def _plain(value: str | int | date | datetime) -> Value:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, int) else str(value)
