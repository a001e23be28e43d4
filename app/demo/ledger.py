"""The rent system's own books: who owes what, and who pays when. Pure: no clock, no network."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from app.demo.company import BY_ID, HOUSEHOLDS, Household
from app.policy.calendar import Calendar
from app.vocabulary import PaymentMethod, TenancyKind

ISSUE_DAY = 16
"""Invoices for the coming month go out on this day, or the next bank day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One invoice. Money in minor units."""

    id: str
    tenancy_id: str
    period: str
    due_date: date
    amount: int
    remaining: int
    method: PaymentMethod
    kind: str = "rent"
    paid_on: date | None = None
    deferred_until: date | None = None
    disputed: bool = False

    def snapshot(self) -> dict[str, Any]:
        """The invoice as the webhook carries it, without `as_of`."""
        return {
            "invoice_id": self.id,
            "tenancy_id": self.tenancy_id,
            "period": self.period,
            "due_date": self.due_date.isoformat(),
            "amount": self.amount,
            "remaining": self.remaining,
            "currency": "SEK",
            "kind": self.kind,
            "payment_method": self.method.value,
            "reference": self.id.replace("INV-", "7").replace("-", ""),
            "paid_on": self.paid_on.isoformat() if self.paid_on else None,
            "deferred_until": self.deferred_until.isoformat() if self.deferred_until else None,
            "disputed": self.disputed,
            "in_collection": False,
            "reminded_on": None,
            "replaces": None,
        }

    def event_type(self, today: date) -> str:
        """The hint that goes with the snapshot."""
        if self.remaining == 0:
            return "invoice.paid"
        if self.disputed:
            return "invoice.disputed"
        if self.deferred_until:
            return "invoice.deferred"
        if self.remaining < self.amount:
            return "invoice.partially_paid"
        return "invoice.overdue" if self.due_date < today else "invoice.issued"


@dataclass(slots=True)
class Ledger:
    """All invoices by id, and those that nobody will pay unasked."""

    calendar: Calendar
    entries: dict[str, Entry] = field(default_factory=dict)
    missed: set[str] = field(default_factory=set)
    ended: set[str] = field(default_factory=set)

    def open_books(self, periods: Iterable[str]) -> None:
        """Enter what is there from the start: older invoices, and everybody's for `periods`."""
        for household in HOUSEHOLDS:
            for period, due, kronor in household.also:
                self._enter(household, period, due, kronor)
        for period in periods:
            self.issue(period)

    def issue(self, period: str) -> None:
        """Everybody's invoice for a month, due on the last bank day before it unless the contract says otherwise."""
        for household in HOUSEHOLDS:
            if household.id not in self.ended:
                due = household.due.get(period) or self.due_date(period)
                self._enter(household, period, due, household.rent)

    def due_date(self, period: str) -> date:
        year, month = (int(part) for part in period.split("-"))
        return self.calendar.previous_bank_day(date(year, month, 1))

    def pay(self, invoice_id: str, on: date, amount: int | None = None) -> None:
        """Book a payment of `amount`, at most what remains."""
        entry = self.entries[invoice_id]
        left = entry.remaining - min(amount if amount is not None else entry.remaining, entry.remaining)
        self.entries[invoice_id] = replace(entry, remaining=left, paid_on=on if left == 0 else None)
        self.missed.discard(invoice_id) if left == 0 else self.missed.add(invoice_id)

    def mark(self, invoice_id: str, *, deferred_until: date | None = None, disputed: bool = False) -> None:
        self.entries[invoice_id] = replace(self.entries[invoice_id], deferred_until=deferred_until, disputed=disputed)

    def end(self, tenancy_id: str) -> None:
        self.ended.add(tenancy_id)

    def book_payments(self, today: date) -> None:
        """Book everything that the households have paid by themselves before `today`."""
        for entry in list(self.entries.values()):
            if entry.remaining and entry.id not in self.missed and entry.tenancy_id not in self.ended:
                paid_on = self.pays_on(entry)
                if paid_on < today:
                    self.pay(entry.id, paid_on)

    def pays_on(self, entry: Entry) -> date:
        """The day on which the household pays by itself; the bank draws autogiro on the due date."""
        early = 0 if entry.method is PaymentMethod.AUTOGIRO else BY_ID[entry.tenancy_id].early
        return self.calendar.add_bank_days(entry.due_date, -early)

    def of(self, tenancy_id: str) -> list[Entry]:
        """A tenancy's invoices, oldest due date first."""
        return sorted(
            (e for e in self.entries.values() if e.tenancy_id == tenancy_id), key=lambda e: (e.due_date, e.id)
        )

    def with_past_due(self, invoice_id: str, today: date) -> list[str]:
        """The invoice, and the others of its tenancy that are late."""
        late = [e.id for e in self.of(self.entries[invoice_id].tenancy_id) if e.remaining and e.due_date < today]
        return [invoice_id, *(one for one in late if one != invoice_id)]

    def now_due(self, tenancy_id: str) -> Entry:
        """The invoice that matters now: the oldest unpaid, else the newest."""
        entries = self.of(tenancy_id)
        return next((entry for entry in entries if entry.remaining), entries[-1])

    def paid_in_time(self, period: str) -> tuple[int, int]:
        """How many homes there are, and how many of them paid a month's rent by its due date."""
        homes = [e for e in self.entries.values() if e.period == period and _is_home(e)]
        homes = [e for e in homes if e.tenancy_id not in self.ended]
        return len(homes), sum(1 for e in homes if e.paid_on is not None and e.paid_on <= e.due_date)

    def _enter(self, household: Household, period: str, due: date, kronor: int) -> None:
        amount = kronor * 100
        entry = Entry(
            id=f"INV-{household.id[2:]}-{period[2:4]}{period[5:]}",
            tenancy_id=household.id,
            period=period,
            due_date=due,
            amount=amount,
            remaining=amount,
            method=household.method,
        )
        self.entries.setdefault(entry.id, entry)
        if period in household.late:
            self.missed.add(entry.id)


def _is_home(entry: Entry) -> bool:
    return BY_ID[entry.tenancy_id].kind is TenancyKind.HOME


def month_after(period: str) -> str:
    """`2026-12` → `2027-01`."""
    year, month = (int(part) for part in period.split("-"))
    return (date(year, month, 1) + timedelta(days=32)).strftime("%Y-%m")
