"""What the rent system said becomes facts.

A tick takes accepted events out of the inbox in the order they came, a batch to a transaction, tenancy by tenancy. An
event that names an unknown tenancy waits until that arrives. One that cannot be applied is rejected and stops no other.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Final

import structlog
from pydantic import ValidationError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlmodel import Session

from app.errors import FieldError
from app.flows.alerts import raise_alert
from app.flows.cases import settle_case
from app.flows.rent_events import CREATES, LEDGER, LedgerRead, snapshot
from app.flows.rent_facts import Touched, apply_event
from app.flows.rent_reading import problems_of, tenants_named, without_points
from app.flows.service import Service
from app.models import Invoice
from app.store import inbox, rent
from app.store.engine import lock_tenancies, writing
from app.store.inbox import Rejected, Settlement, Stored
from app.store.rent import Books
from app.store.runs import ensure_run, look_now, look_now_where
from app.vocabulary import AlertKind, InboxState, ReasonCode

BATCH: Final = 25
KEEP_BODIES: Final = timedelta(days=30)
WAITS_AT_MOST: Final = timedelta(days=1)
_ALERT: Final = "event_waiting:"

_log = structlog.get_logger()


def apply_events(service: Service, now: datetime) -> int:
    """Apply all that is accepted. Returns how many events were settled (applied, waiting or rejected)."""
    total = 0
    while True:
        with writing(service.engine) as session:
            events = inbox.take_accepted(session, BATCH)
            if events:
                _apply(session, service, events, now)
        total += len(events)
        if len(events) < BATCH:
            return total


def alert_waiting(service: Service, now: datetime) -> None:
    """Tell people about each event that has waited for its tenancy for more than a day."""
    with writing(service.engine) as session:
        for row_id in inbox.unalerted_waiting(session, now - WAITS_AT_MOST, _ALERT):
            raise_alert(session, service, AlertKind.EVENT_WAITING, key=f"{_ALERT}{row_id}", now=now)


def expire_bodies(service: Service, now: datetime) -> None:
    """Forget the bodies of rejected, ignored and conflicting events after thirty days."""
    with writing(service.engine) as session:
        inbox.expire_bodies(session, now - KEEP_BODIES)


@dataclass(slots=True)
class _Batch:
    """One transaction's work: what is known, what became of each event, and the tenancies to look at again."""

    session: Session
    service: Service
    now: datetime
    events: Sequence[Stored]
    waiting: Mapping[str, list[Stored]]
    books: Books
    settled: dict[int, Settlement] = field(default_factory=dict)
    applied: list[Stored] = field(default_factory=list)
    tenancies: set[str] = field(default_factory=set)
    payments_known: bool = False

    def settle(self, event: Stored, state: InboxState, problems: tuple[FieldError, ...] = ()) -> None:
        # Once a tenancy's snapshot is applied its contact points are in the tenant's row, and nowhere else.
        payload = without_points(event.payload) if state is InboxState.APPLIED else event.payload
        self.settled[event.id] = Settlement(state=state, payload=payload, problems=problems)
        if state is InboxState.APPLIED:
            self.applied.append(event)


def _apply(session: Session, service: Service, events: Sequence[Stored], now: datetime) -> None:
    """Apply all events in one savepoint; when that fails, each in its own, and those that fail are rejected."""
    batch = _open(session, service, events, now)
    units = list(_units(batch))
    try:
        with session.begin_nested():
            for unit in units:
                _apply_unit(batch, unit)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001  a fault that one event brings out must not stop all that come after
        _log.warning("rent_batch_failed", error=type(error).__name__, events=[event.id for event in events])
        batch = _open(session, service, events, now)
        for event in [event for unit in units for event in unit]:
            _apply_alone(batch, event)
    _supersede(batch)
    inbox.settle(session, batch.settled, now)
    look_now(session, sorted(batch.tenancies), now)
    if batch.payments_known:
        look_now_where(session, ReasonCode.FEED_STALE, now)


def _open(session: Session, service: Service, events: Sequence[Stored], now: datetime) -> _Batch:
    """Lock every tenancy that the events may change, in one go and one order, and read what is known of them."""
    beginning = {e.tenancy_id for e in events if e.type in CREATES and e.tenancy_id}
    waiting = inbox.waiting(session, beginning) if beginning else {}
    everything = [*events, *(event for group in waiting.values() for event in group)]
    invoices = {e.invoice_id for e in everything if e.invoice_id}
    tenants = {tenant for e in everything for tenant in tenants_named(e.payload)}
    tenancies = {e.tenancy_id for e in everything if e.tenancy_id}
    tenancies |= rent.tenancies_touched(session, invoices, tenants)
    lock_tenancies(session, sorted(tenancies))
    return _Batch(session, service, now, events, waiting, rent.open_books(session, tenancies, tenants, invoices))


def _units(batch: _Batch) -> Iterator[list[Stored]]:
    """The events of each tenancy together, in order. Payments are known up to a reading only after all before it."""
    groups: dict[str, list[Stored]] = {}
    for event in batch.events:
        if event.type == LEDGER:
            yield from groups.values()
            groups = {}
            yield [event]
            continue
        group = groups.setdefault(event.tenancy_id or "", [])
        group.append(event)
        if event.type in CREATES and event.tenancy_id not in batch.books.tenancies:
            # What waited for this tenancy follows its beginning, and so does what came before it in this batch.
            together = {e.id: e for e in [*batch.waiting.get(event.tenancy_id or "", ()), *group]}
            group[:] = sorted(together.values(), key=lambda e: (e.type not in CREATES, e.id))
    yield from groups.values()


def _apply_alone(batch: _Batch, event: Stored) -> None:
    try:
        with batch.session.begin_nested():
            _apply_unit(batch, [event])
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001  as above
        _log.exception("rent_event_failed", inbox_id=event.id, error=type(error).__name__)
        batch.books = _open(batch.session, batch.service, batch.events, batch.now).books
        batch.settle(event, InboxState.REJECTED, _problems(error))


def _problems(error: Exception) -> tuple[FieldError, ...]:
    if isinstance(error, ValidationError):
        return tuple(problems_of(error))
    return (FieldError("", f"could not be applied ({type(error).__name__}); Kvar's log says more"),)


def _apply_unit(batch: _Batch, events: Sequence[Stored]) -> None:
    """Apply and settle a reading, or events of one tenancy."""
    known = events[0].tenancy_id in batch.books.tenancies
    if events[0].type == LEDGER:
        _apply_reading(batch, events[0])
    elif not known and events[0].type not in CREATES:
        for event in events:
            batch.settle(event, InboxState.WAITING)
        return
    else:
        touched = Touched()
        for event in events:
            apply_event(batch.session, batch.service, batch.books, event, touched, batch.now)
        for tenancy_id in sorted(touched.tenancies):
            _after(batch, tenancy_id, touched)
        batch.tenancies |= touched.tenancies
    for event in events:
        batch.settle(event, InboxState.APPLIED)


def _apply_reading(batch: _Batch, event: Stored) -> None:
    said = snapshot(event.payload)
    if not isinstance(said, LedgerRead):
        raise TypeError(f"not a reading of the ledger: {type(said).__name__}")
    rent.put_reading(batch.session, said.as_of, said.booked_through, event.received_at)
    batch.payments_known = True


def _after(batch: _Batch, tenancy_id: str, touched: Touched) -> None:
    """What follows from changed invoices: rounds begin or are thanked for, and the case opens or closes."""
    invoices = batch.books.invoices_of(tenancy_id)
    replaced = {invoice.replaces for invoice in invoices if invoice.replaces != invoice.id}
    for root in sorted({invoice.root for invoice in invoices if invoice.id in touched.invoices}):
        chain = [invoice for invoice in invoices if invoice.root == root]
        unpaid = [invoice for invoice in chain if invoice.remaining > 0 and invoice.id not in replaced]
        if unpaid:
            _begin_round(batch, tenancy_id, root, max(unpaid, key=lambda i: (i.as_of, i.id)))
        elif any(_now_settled(touched, invoice.id) for invoice in chain):
            _thank(batch, tenancy_id, root)
    settle_case(batch.session, tenancy_id, batch.now, batch.service.rules)


def _begin_round(batch: _Batch, tenancy_id: str, root: str, invoice: Invoice) -> None:
    day_after = datetime.combine(invoice.due_date + timedelta(days=1), time(), batch.service.rules.timezone)
    ensure_run(
        batch.session,
        tenancy_id=tenancy_id,
        sequence_key="arrears",
        anchor=root,
        anchor_date=invoice.due_date,
        next_look_at=max(batch.now, day_after),
        now=batch.now,
    )


def _now_settled(touched: Touched, invoice_id: str) -> bool:
    change = touched.invoices.get(invoice_id)
    return change is not None and change.before is not None and change.changed("remaining")


def _thank(batch: _Batch, tenancy_id: str, root: str) -> None:
    if rent.was_reminded(batch.session, tenancy_id, root):
        ensure_run(
            batch.session,
            tenancy_id=tenancy_id,
            sequence_key="thanks",
            anchor=root,
            anchor_date=batch.service.rules.local_date(batch.now),
            next_look_at=batch.now,
            now=batch.now,
        )


def _supersede(batch: _Batch) -> None:
    """A right event takes away what an earlier wrong one about the same thing holds up."""
    tenancies = {e.tenancy_id for e in batch.applied if e.tenancy_id}
    invoices = {e.invoice_id for e in batch.applied if e.invoice_id}
    if not tenancies:
        return
    standing = inbox.standing_rejections(batch.session, tenancies, invoices)
    by = {wrong.id: right.id for wrong in standing for right in batch.applied if _same_subject(wrong, right)}
    inbox.supersede(batch.session, by)


def _same_subject(wrong: Rejected, right: Stored) -> bool:
    """An invoice by its id; else the same kind of thing about the same tenancy."""
    if wrong.id > right.id:
        return False
    if wrong.invoice_id is not None:
        return wrong.invoice_id == right.invoice_id
    family = wrong.type.partition(".")[0]
    return wrong.tenancy_id == right.tenancy_id and family in {"", right.type.partition(".")[0]}
