"""What the simulator's doors are given. Made by `app.demo`; without it `create_app` opens none of them."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from app.channels.base import Sender
from app.flows.service import Service
from app.vocabulary import Channel, PaymentMethod, TenancyKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A tenancy in the rent system's own books, and the invoice that matters now. Money in minor units.

    The invoice is the oldest unpaid one, else the newest. `name` is what may stand on a screen.
    """

    tenancy_id: str
    name: str
    given_name: str
    phone: str | None
    language: str
    kind: TenancyKind
    payment_method: PaymentMethod
    invoice_id: str
    period: str
    due_date: date
    amount: int
    remaining: int
    currency: str = "SEK"
    deferred_until: date | None = None
    disputed: bool = False
    ended: bool = False
    protected: bool = False
    will_miss: bool = False
    """Left to itself, this invoice will not be paid by its due date."""

    def days_late(self, today: date) -> int:
        return (today - self.due_date).days if self.remaining and not self.ended else 0


@dataclass(frozen=True, slots=True)
class RentDay:
    """The day a month's rent is due, and how many of the homes had paid it by then."""

    due_date: date
    period: str
    homes: int
    paid: int


class MovableClock(Protocol):
    """The app's clock: stands still until it is moved, and never moves back."""

    def __call__(self) -> datetime: ...

    def move_to(self, at: datetime) -> None: ...


class RentSystem(Protocol):
    """The other side of the rent webhook. Every method posts over HTTP to the public door, unless silent."""

    @property
    def silent(self) -> bool: ...

    def accounts(self) -> Sequence[Account]:
        """All tenancies, in the order of their ids."""
        ...

    def rent_days(self, until: date) -> Sequence[RentDay]:
        """The due dates up to and with `until`, newest first."""
        ...

    def next_at(self, after: datetime) -> datetime:
        """When it will next speak by itself."""
        ...

    def speak(self, now: datetime) -> None:
        """Say what is due at `now`: invoices, payments, and how far the ledger is read."""
        ...

    def pay(self, invoice_id: str, now: datetime, *, amount: int | None = None, paid_on: date | None = None) -> None:
        """Book a payment: `amount` on that invoice, else all of it and of the household's other late ones.

        Raises KeyError when there is no such invoice.
        """
        ...

    def miss(self, invoice_id: str) -> None:
        """Leave the invoice unpaid until somebody pays it."""
        ...

    def silence(self) -> None: ...

    def resume(self, now: datetime) -> None:
        """Speak again, and first of everything that was left unsaid."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulator:
    """One simulated neighbourhood. `lock` keeps two visitors' clicks apart, so that the same story comes out."""

    clock: MovableClock
    rent_system: RentSystem
    run_ticks: Callable[[Service, datetime], object]
    restart: Callable[[], None]
    senders: Mapping[Channel, Sender] | None = None
    phones: tuple[str, ...] = ()
    staff: str = "Sara"
    place: str = "Norrängen"
    lock: threading.Lock = field(default_factory=threading.Lock)
