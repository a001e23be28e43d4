"""The demo's rent system: keeps its own books and tells Kvar over HTTP, signed as Standard Webhooks asks.

It speaks by itself at 06:00 on every bank day: new invoices, booked payments, what is overdue, and how far the ledger
is read. It may fall silent; then nothing is said until it resumes.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from standardwebhooks import Webhook

from app.demo.company import HOUSEHOLDS, NOVEMBER, PLACE, Household, Person
from app.demo.ledger import ISSUE_DAY, Entry, Ledger, month_after
from app.policy.calendar import Calendar
from app.web.simulator.world import Account, RentDay

MORNING = time(6)
CENTRAL = ZoneInfo("Europe/Stockholm")


@dataclass(frozen=True, slots=True)
class Announcement:
    """What the rent system has to tell on a day, besides new invoices and payments. `data` completes the event."""

    on: date
    type: str
    household: Household
    data: dict[str, Any] = field(default_factory=dict)


class RentDoor:
    """Kvar's rent webhook, seen from outside. One event a request."""

    def __init__(self, http: httpx.Client, secret: str) -> None:
        self._http = http
        self._sign = Webhook(secret).sign
        self._sent = 0

    def post(self, event_type: str, now: datetime, data: dict[str, Any]) -> None:
        """Deliver one event. Raises httpx.HTTPStatusError unless Kvar has it on disk."""
        self._sent += 1
        event_id = f"evt-{self._sent:06}"
        body = json.dumps({"type": event_type, "timestamp": _utc(now), "data": data}, ensure_ascii=False)
        signed_at = datetime.now(
            UTC
        )  # the five minutes of the signature are real ones, also when the story's clock runs
        response = self._http.post(
            "/webhooks/rent",
            content=body.encode(),
            headers={
                "content-type": "application/json",
                "webhook-id": event_id,
                "webhook-timestamp": str(int(signed_at.timestamp())),
                "webhook-signature": self._sign(event_id, signed_at, body),
            },
        )
        response.raise_for_status()


class DemoRentSystem:
    """The rent system of `company`, as the simulator's doors want it (`app.web.simulator.world.RentSystem`)."""

    def __init__(self, door: RentDoor, calendar: Calendar, announcements: Sequence[Announcement]) -> None:
        self._door = door
        self._calendar = calendar
        self._announcements = sorted(announcements, key=lambda a: a.on)
        self._ledger = Ledger(calendar)
        self._periods = [NOVEMBER]
        self._told: dict[str, tuple[str, Entry]] = {}
        self._known: set[str] = set()
        self._last_morning: date | None = None
        self._silent = False
        self._ledger.open_books([NOVEMBER])

    @property
    def silent(self) -> bool:
        return self._silent

    def accounts(self) -> Sequence[Account]:
        return [self._account(household) for household in HOUSEHOLDS if household.id in self._known]

    def rent_days(self, until: date) -> Sequence[RentDay]:
        days = [(self._ledger.due_date(period), period) for period in self._periods]
        return [
            RentDay(day, period, *self._ledger.paid_in_time(period)) for day, period in reversed(days) if day <= until
        ]

    def next_at(self, after: datetime) -> datetime:
        local = after.astimezone(CENTRAL)
        day = local.date()
        if local.time() >= MORNING or not self._calendar.is_bank_day(day):
            day = self._calendar.next_bank_day(day)
        return datetime.combine(day, MORNING, CENTRAL).astimezone(UTC)

    def speak(self, now: datetime) -> None:
        local = now.astimezone(CENTRAL)
        today = local.date()
        if local.time() < MORNING or self._last_morning == today or not self._calendar.is_bank_day(today):
            return
        self._last_morning = today
        self._issue(today)
        self._ledger.book_payments(today)
        if not self._silent:
            self._report(now)

    def pay(self, invoice_id: str, now: datetime, *, amount: int | None = None, paid_on: date | None = None) -> None:
        today = now.astimezone(CENTRAL).date()
        for invoice in [invoice_id] if amount else self._ledger.with_past_due(invoice_id, today):
            self._ledger.pay(invoice, paid_on or today, amount)
        self._tell_changes(now)

    def miss(self, invoice_id: str) -> None:
        if invoice_id not in self._ledger.entries:
            raise KeyError(invoice_id)
        self._ledger.missed.add(invoice_id)

    def silence(self) -> None:
        self._silent = True

    def resume(self, now: datetime) -> None:
        self._silent = False
        self._report(now)

    def _report(self, now: datetime) -> None:
        """Everything not told yet, and last how far the ledger is read."""
        self._tell_tenancies(now)
        self._announce(now)
        self._tell_changes(now)
        booked = self._calendar.previous_bank_day(now.astimezone(CENTRAL).date())
        self._door.post("ledger.read", now, {"as_of": _utc(now), "booked_through": booked.isoformat()})

    def _issue(self, today: date) -> None:
        issued_on = self._calendar.next_bank_day(today.replace(day=ISSUE_DAY) - timedelta(days=1))
        following = month_after(today.strftime("%Y-%m"))
        if today >= issued_on and following not in self._periods:
            self._ledger.issue(following)
            self._periods.append(following)

    def _tell_tenancies(self, now: datetime) -> None:
        """The first report carries every tenancy that is there already; who moves in later is announced."""
        if self._known:
            return
        new = {a.household.id for a in self._announcements if a.type == "tenancy.started"}
        there = [household for household in HOUSEHOLDS if household.id not in new]
        self._known.update(household.id for household in there)
        self._batch(now, [("tenancy.updated", tenancy_snapshot(household)) for household in there])

    def _announce(self, now: datetime) -> None:
        today = now.astimezone(CENTRAL).date()
        due = [a for a in self._announcements if a.on <= today]
        self._announcements = [a for a in self._announcements if a.on > today]
        for said in due:
            if said.type.startswith("invoice."):
                self._rebook(said)
                continue
            self._known.add(said.household.id)
            if said.type == "tenancy.ended":
                self._ledger.end(said.household.id)
            data = (
                tenancy_snapshot(said.household)
                if said.type == "tenancy.started"
                else {"tenancy_id": said.household.id}
            )
            self._door.post(said.type, now, data | said.data | {"as_of": _utc(now)})

    def _rebook(self, said: Announcement) -> None:
        invoice = self._ledger.now_due(said.household.id)
        if "kronor" in said.data:
            self._ledger.pay(invoice.id, said.data["on"], said.data["kronor"] * 100)
        else:
            self._ledger.mark(invoice.id, **said.data)

    def _tell_changes(self, now: datetime) -> None:
        """Every invoice whose snapshot differs from what was told last."""
        if self._silent:
            return
        today = now.astimezone(CENTRAL).date()
        changed: list[tuple[str, dict[str, Any]]] = []
        for entry in self._ledger.entries.values():
            word = (entry.event_type(today), entry)
            if entry.tenancy_id in self._known - self._ledger.ended and self._told.get(entry.id) != word:
                self._told[entry.id] = word
                changed.append((word[0], entry.snapshot()))
        self._batch(now, changed)

    def _batch(self, now: datetime, events: Sequence[tuple[str, dict[str, Any]]]) -> None:
        """Several events in one signed request, each with an id of its own."""
        stamp = _utc(now)
        listed = [
            {"id": f"{kind}-{stamp}-{number:03}", "type": kind, "timestamp": stamp, "data": data | {"as_of": stamp}}
            for number, (kind, data) in enumerate(events)
        ]
        if listed:
            self._door.post("batch", now, {"events": listed})

    def _account(self, household: Household) -> Account:
        entry = self._ledger.now_due(household.id)
        person = household.primary
        return Account(
            tenancy_id=household.id,
            name=household.shown,
            given_name="" if person.protected else person.given or household.shown,
            phone=None if person.protected else person.phone,
            language=person.language or "sv",
            kind=household.kind,
            payment_method=household.method,
            invoice_id=entry.id,
            period=entry.period,
            due_date=entry.due_date,
            amount=entry.amount,
            remaining=entry.remaining,
            deferred_until=entry.deferred_until,
            disputed=entry.disputed,
            ended=household.id in self._ledger.ended,
            protected=person.protected,
            will_miss=entry.id in self._ledger.missed,
        )


def tenancy_snapshot(household: Household) -> dict[str, Any]:
    """The tenancy as the webhook carries it, without `as_of`."""
    return {
        "tenancy_id": household.id,
        "starts_on": household.starts_on.isoformat(),
        "address": household.address,
        "area": PLACE,
        "municipality": PLACE,
        "payment_method": household.method.value,
        "children_in_household": household.children,
        "kind": household.kind.value,
        "tenants": [_tenant(person, primary=person is household.primary) for person in household.people],
    }


def _tenant(person: Person, *, primary: bool) -> dict[str, Any]:
    return {
        "tenant_id": person.id,
        "given_name": person.given,
        "family_name": person.family,
        "phone": person.phone,
        "email": person.email,
        "language": person.language,
        "channel": None,
        "primary": primary,
        "protected_identity": person.protected,
        "deceased": person.deceased,
        "organisation": person.organisation,
        "representative": person.representative,
    }


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
