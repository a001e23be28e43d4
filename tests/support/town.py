"""A town for journeys: a whole Kvar behind its real doors, a clock that is set, and a ledger read every bank day."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlmodel import col, select
from starlette.testclient import TestClient

from app.flows.replies import receive
from app.flows.service import Service
from app.jobs import run_all
from app.main import create_app
from app.models import Message, Touchpoint
from app.settings import Settings
from app.store.engine import reading, writing
from app.store.neighbourhood import next_moment
from app.vocabulary import Channel, Direction, MessageState
from tests.support.rent import SECRET, event, invoice, sign, tenancy, tenant
from tests.support.service import FakeSender, FixedClock

STOCKHOLM = ZoneInfo("Europe/Stockholm")
LEFT = (MessageState.SENT, MessageState.DELIVERED)
STEP = timedelta(hours=1)


def local(text: str) -> datetime:
    """`2026-11-03 09:00` on Stockholm's clocks, as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM).astimezone(UTC)


def shown(at: datetime) -> str:
    """A moment as people there read it: `2026-11-03 09:00`."""
    return at.astimezone(STOCKHOLM).strftime("%Y-%m-%d %H:%M")


@dataclass
class Town:
    """Everything goes in by HTTP; time moves only in `until`, which runs the ticks at each moment something is due."""

    client: TestClient
    service: Service
    clock: FixedClock
    sms: FakeSender
    email: FakeSender
    feed: bool = True
    """The rent system reads its ledger at six on bank days."""
    ticking: bool = True
    """Events are applied, and what follows is done, as soon as they are posted."""
    _ids: "count[int]" = field(default_factory=lambda: count(1))
    _invoices: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        return self.clock.now

    def post(self, kind: str, data: dict[str, Any]) -> None:
        """One signed event through the public door, applied."""
        body = json.dumps(event(kind, data, _stamp(self.now))).encode()
        headers = sign(SECRET, f"town-{next(self._ids)}", body)
        answer = self.client.post("/webhooks/rent", content=body, headers=headers)
        assert answer.status_code == 202, answer.text
        if self.ticking:
            run_all(self.service, self.now)

    def moves_in(
        self, key: str, name: str, *, starts_on: str = "2024-02-01", home: dict[str, Any] | None = None, **person: Any
    ) -> None:
        """A tenancy `T-key` with one tenant; phone and e-mail follow from `key` unless given."""
        who = {
            "tenant_id": f"P-{key}", "given_name": name, "phone": f"+4670174{int(key):04d}",
            "email": f"p{key}@example.org",
        } | person  # fmt: skip
        data = tenancy(tenant(**who), tenancy_id=f"T-{key}", starts_on=starts_on, as_of=_stamp(self.now))
        self.post("tenancy.started", data | (home or {}))

    def owes(self, key: str, due: str, **fields: Any) -> None:
        """The rent that falls due on `due`, not paid: invoice `I-key`, or `invoice_id`."""
        month = datetime.fromisoformat(due) + timedelta(days=5)
        known = self._invoices.get(fields.get("invoice_id", f"I-{key}"), {})
        new = {"invoice_id": f"I-{key}", "tenancy_id": f"T-{key}", "due_date": due, "period": month.strftime("%Y-%m")}
        self._tell("invoice.issued", invoice(**(known or new) | new | fields))

    def pays(self, invoice_id: str, *, on: str | None = None, remaining: int = 0, **fields: Any) -> None:
        """Paid, wholly or but for `remaining`; `on` is the day the bank took the order."""
        kind = "invoice.partially_paid" if remaining else "invoice.paid"
        self._tell(kind, self._invoices[invoice_id] | {"remaining": remaining, "paid_on": on} | fields)

    def changes(self, kind: str, invoice_id: str, **fields: Any) -> None:
        self._tell(kind, self._invoices[invoice_id] | fields)

    def _tell(self, kind: str, data: dict[str, Any]) -> None:
        self._invoices[data["invoice_id"]] = data
        self.post(kind, data | {"as_of": _stamp(self.now)})

    def says(self, key: str, text: str, *, ref: str | None = None) -> str | None:
        """An SMS from the tenant of `T-key`, answered at once when it is to be. `ref` is the provider's id for it."""
        reference = ref or f"r{next(self._ids)}"
        with writing(self.service.engine) as session:
            stored = receive(
                session, self.service, provider="phone", provider_ref=reference, sender=f"+4670174{int(key):04d}",
                body=text, now=self.now,
            )  # fmt: skip
        run_all(self.service, self.now)
        return stored

    def until(self, moment: str) -> None:
        """Let time pass, stopping wherever something is due and at every six in the morning."""
        end = local(moment)
        assert end >= self.now, f"time does not run backwards, from {shown(self.now)} to {moment}"
        while self.now < end:
            self.clock.now = self._stop(end)
            self._morning()
            run_all(self.service, self.now)

    def _stop(self, end: datetime) -> datetime:
        with reading(self.service.engine) as session:
            due = next_moment(session, self.now)
        six = self.now.astimezone(STOCKHOLM).replace(hour=6, minute=0, second=0, microsecond=0)
        six = six if six.astimezone(UTC) > self.now else six + timedelta(days=1)
        return min(end, six.astimezone(UTC), due or end)

    def _morning(self) -> None:
        here = self.now.astimezone(STOCKHOLM)
        calendar = self.service.rules.calendar
        if self.feed and (here.hour, here.minute) == (6, 0) and calendar.is_bank_day(here.date()):
            through = calendar.previous_bank_day(here.date()).isoformat()
            self.post("ledger.read", {"as_of": _stamp(self.now), "booked_through": through})

    def messages(self, *keys: str) -> list[tuple[str, str, str]]:
        """What has left, oldest first: (when, channel, template), for these tenancies or all."""
        return [(shown(m.sent_at), m.channel.value, m.template_key or "") for m in self._left(keys) if m.sent_at]

    def texts(self, *keys: str) -> list[str]:
        """The words that left, oldest first."""
        return [m.body for m in self._left(keys)]

    def _left(self, keys: tuple[str, ...]) -> list[Message]:
        statement = select(Message).where(col(Message.direction) == Direction.OUT, col(Message.state).in_(LEFT))
        if keys:
            statement = statement.where(col(Message.tenancy_id).in_([f"T-{key}" for key in keys]))
        with reading(self.service.engine) as session:
            return list(
                session.exec(statement.order_by(col(Message.sent_at), col(Message.created_at), col(Message.id)))
            )

    def log(self, key: str, *kinds: str) -> list[tuple[str, str, str]]:
        """The tenancy's log: (when, kind, reason code), oldest first; only these kinds when any is named."""
        statement = select(Touchpoint).where(col(Touchpoint.tenancy_id) == f"T-{key}").order_by(col(Touchpoint.seq))
        with reading(self.service.engine) as session:
            rows = [(shown(t.at), t.kind.value, t.code or "") for t in session.exec(statement)]
        return [row for row in rows if not kinds or row[1] in kinds]


@contextmanager
def town(engine: Engine, start: str, **settings: object) -> Iterator[Town]:
    """A town whose clock stands at `start` (local time)."""
    clock = FixedClock(local(start))
    url = engine.url.render_as_string(hide_password=False)
    values = {"database_url": url, "rent_webhook_secrets": (SECRET,), "company_name": "Bobolaget"} | settings
    app = create_app(Settings.isolated(**values), clock=clock, run_jobs=False)
    sms, email = FakeSender(delivered=True), FakeSender(delivered=True)
    service: Service = app.state.service
    app.state.service = service = _with_senders(service, sms, email)
    with TestClient(app) as client:
        here = Town(client, service, clock, sms, email)
        if here.feed:
            here.post("ledger.read", {"as_of": _stamp(here.now), "booked_through": _through(here)})
        yield here


def _with_senders(service: Service, sms: FakeSender, email: FakeSender) -> Service:
    return replace(service, senders={Channel.SMS: sms, Channel.EMAIL: email})


def _through(here: Town) -> str:
    calendar = here.service.rules.calendar
    return calendar.previous_bank_day(here.service.rules.local_date(here.now)).isoformat()


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
