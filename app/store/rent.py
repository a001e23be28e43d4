"""The facts of the rent system: the newest snapshot of each thing wins by `as_of`, whatever order they come in.

Writers hold the tenancy's lock. Each function that takes a snapshot says what it changed; None for an older word.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import and_, or_
from sqlmodel import Session, col, select

from app.models import FeedReading, Holding, Invoice, LegalMatter, Run, Tenancy, Tenant, Touch
from app.models import Message as SentMessage
from app.policy.invoice_chain import roots
from app.vocabulary import EndReason, LegalMatterKind, LegalState, MessageState, RunState

_LEFT: Final = (MessageState.SENT, MessageState.DELIVERED)


@dataclass(frozen=True, slots=True)
class Change:
    """A newer word: the fields before (None: the first word) and after. `replaced`: it was as old as the one before."""

    before: Mapping[str, Any] | None
    after: Mapping[str, Any]
    replaced: bool = False

    def changed(self, field: str) -> bool:
        return self.before is not None and self.before[field] != self.after[field]


@dataclass(slots=True)
class Books:
    """The rows that a batch of events may change, read once. `invoices`: those named, unpaid, or replacing another."""

    tenancies: dict[str, Tenancy]
    tenants: dict[str, Tenant]
    invoices: dict[str, Invoice]
    holdings: dict[tuple[str, str], Holding]
    """By tenancy and tenant."""

    def held_by(self, tenant_id: str) -> set[str]:
        return {tenancy for tenancy, tenant in self.holdings if tenant == tenant_id}

    def invoices_of(self, tenancy_id: str) -> list[Invoice]:
        return sorted((i for i in self.invoices.values() if i.tenancy_id == tenancy_id), key=lambda i: i.id)


def tenancies_touched(session: Session, invoice_ids: Collection[str], tenant_ids: Collection[str]) -> set[str]:
    """The tenancies that these invoices belong to so far, and those that these tenants hold: all to be locked."""
    by_invoice = select(Invoice.tenancy_id).where(col(Invoice.id).in_(invoice_ids))
    by_tenant = select(Holding.tenancy_id).where(col(Holding.tenant_id).in_(tenant_ids))
    return {*session.exec(by_invoice), *session.exec(by_tenant)}


def open_books(
    session: Session, tenancy_ids: Collection[str], tenant_ids: Collection[str], invoice_ids: Collection[str]
) -> Books:
    """Read, as it is in the database now, what is known of these (locked) tenancies, tenants and invoices."""
    fresh = {"populate_existing": True}
    tenancies = select(Tenancy).where(col(Tenancy.id).in_(tenancy_ids))
    tenants = select(Tenant).where(col(Tenant.id).in_(tenant_ids))
    standing = or_(col(Invoice.remaining) > 0, col(Invoice.replaces).is_not(None))
    theirs = and_(col(Invoice.tenancy_id).in_(tenancy_ids), standing)
    invoices = select(Invoice).where(or_(col(Invoice.id).in_(invoice_ids), theirs))
    holdings = select(Holding).where(
        or_(col(Holding.tenancy_id).in_(tenancy_ids), col(Holding.tenant_id).in_(tenant_ids))
    )
    return Books(
        tenancies={row.id: row for row in session.exec(tenancies, execution_options=fresh)},
        tenants={row.id: row for row in session.exec(tenants, execution_options=fresh)},
        invoices={row.id: row for row in session.exec(invoices, execution_options=fresh)},
        holdings={(row.tenancy_id, row.tenant_id): row for row in session.exec(holdings, execution_options=fresh)},
    )


def put_tenancy(
    session: Session, books: Books, tenancy_id: str, values: Mapping[str, Any], received_at: datetime
) -> Change | None:
    """Take in a tenancy's own fields (`values`, with `as_of`). Holders are put apart."""
    tenancy = books.tenancies.get(tenancy_id)
    if tenancy is None:
        books.tenancies[tenancy_id] = Tenancy(id=tenancy_id, first_seen=received_at, **values)
        return _first(session, books.tenancies[tenancy_id], values)
    tenancy.first_seen = min(tenancy.first_seen, received_at)
    return _newer(session, tenancy, values)


def put_holders(session: Session, books: Books, tenancy_id: str, holders: Mapping[str, bool]) -> None:
    """Who holds the tenancy now (tenant id → primary); others hold it no longer."""
    for tenant_id, primary in holders.items():
        holding = books.holdings.get((tenancy_id, tenant_id)) or Holding(tenancy_id=tenancy_id, tenant_id=tenant_id)
        holding.is_primary = primary
        books.holdings[tenancy_id, tenant_id] = holding
        session.add(holding)
    gone = [key for key in books.holdings if key[0] == tenancy_id and key[1] not in holders]
    for key in gone:
        session.delete(books.holdings.pop(key))
    session.flush()


def put_tenant(session: Session, books: Books, tenant_id: str, values: Mapping[str, Any]) -> Change | None:
    """Take in a person's fields (`values`, with `as_of`), which may be named by several tenancies."""
    tenant = books.tenants.get(tenant_id)
    if tenant is None:
        books.tenants[tenant_id] = Tenant(id=tenant_id, **values)
        return _first(session, books.tenants[tenant_id], values)
    return _newer(session, tenant, values)


def end_tenancy(
    session: Session, books: Books, tenancy_id: str, ended_on: date, reason: EndReason, as_of: datetime
) -> Change | None:
    """Take in when and why the tenancy ends."""
    tenancy = books.tenancies[tenancy_id]
    values = {"ended_on": ended_on, "end_reason": reason, "end_as_of": as_of}
    if tenancy.end_as_of is None:
        return _written(session, tenancy, values, replaced=False)
    return _newer(session, tenancy, values, stamp="end_as_of")


def put_invoice(
    session: Session, books: Books, invoice_id: str, values: Mapping[str, Any], *, received_at: datetime, now: datetime
) -> Change | None:
    """Take in an invoice's snapshot (`values`, with `tenancy_id` and `as_of`), and mend the chains it belongs to."""
    settled = now if values["remaining"] == 0 else None
    invoice = books.invoices.get(invoice_id)
    if invoice is None:
        root = values["replaces"] or invoice_id
        invoice = Invoice(id=invoice_id, root=root, first_seen=received_at, settled_seen=settled, **values)
        books.invoices[invoice_id] = invoice
        change: Change | None = _first(session, invoice, values)
    else:
        invoice.first_seen = min(invoice.first_seen, received_at)
        change = _newer(session, invoice, values)
    if change is None:
        return None
    if settled is None or invoice.settled_seen is None:
        invoice.settled_seen = settled
    for tenancy_id in sorted({values["tenancy_id"], (change.before or values)["tenancy_id"]}):
        _mend_roots(session, books, tenancy_id)
    return change


def put_legal(
    session: Session, tenancy_id: str, kind: LegalMatterKind, state: LegalState, values: Mapping[str, Any]
) -> Change | None:
    """Take in a word on a notice or an eviction (`values`: on_date, grounds, social_board_notified_on, as_of)."""
    whole = {"state": state, **values}
    matter = session.exec(
        select(LegalMatter).where(LegalMatter.tenancy_id == tenancy_id, LegalMatter.kind == kind)
    ).one_or_none()
    if matter is None:
        session.add(LegalMatter(tenancy_id=tenancy_id, kind=kind, **whole))
        session.flush()
        return Change(None, whole)
    return _newer(session, matter, whole)


def put_reading(session: Session, as_of: datetime, booked_through: date, received_at: datetime) -> None:
    """Payments are known up to here."""
    session.add(FeedReading(as_of=as_of, booked_through=booked_through, received_at=received_at))
    session.flush()


def _first(session: Session, row: Any, values: Mapping[str, Any]) -> Change:
    session.add(row)
    session.flush()
    return Change(None, dict(values))


def _newer(session: Session, row: Any, values: Mapping[str, Any], stamp: str = "as_of") -> Change | None:
    known: datetime = getattr(row, stamp)
    if values[stamp] < known:
        return None
    same_moment = values[stamp] == known
    if same_moment and all(getattr(row, name) == value for name, value in values.items()):
        return None
    return _written(session, row, values, replaced=same_moment)


def _written(session: Session, row: Any, values: Mapping[str, Any], *, replaced: bool) -> Change:
    before = {name: getattr(row, name) for name in values}
    for name, value in values.items():
        setattr(row, name, value)
    session.add(row)
    session.flush()
    return Change(before, dict(values), replaced=replaced)


def _mend_roots(session: Session, books: Books, tenancy_id: str) -> None:
    """An invoice may come before the one that it replaces: the roots of the tenancy are worked out again."""
    invoices = books.invoices_of(tenancy_id)
    found = roots({invoice.id: invoice.replaces for invoice in invoices})
    for invoice in invoices:
        old, new = invoice.root, found[invoice.id]
        if old != new:
            invoice.root = new
            session.add(invoice)
            session.flush()
            _move_round(session, tenancy_id, old, new)


def _move_round(session: Session, tenancy_id: str, old: str, new: str) -> None:
    """What was done in a round stays done when the round turns out to have begun with an earlier invoice."""
    if session.exec(select(Invoice.id).where(Invoice.tenancy_id == tenancy_id, Invoice.root == old)).first():
        return
    touches = select(Touch).where(Touch.tenancy_id == tenancy_id, col(Touch.live))
    done = {(t.sequence_key, t.step_key) for t in session.exec(touches.where(Touch.anchor == new))}
    for touch in session.exec(touches.where(Touch.anchor == old)).all():
        if (touch.sequence_key, touch.step_key) not in done:
            touch.anchor = new
            session.add(touch)
    runs = select(Run).where(Run.tenancy_id == tenancy_id)
    there = {run.sequence_key for run in session.exec(runs.where(Run.anchor == new))}
    for run in session.exec(runs.where(Run.anchor == old)).all():
        if run.sequence_key in there:
            run.state, run.next_look_at, run.first_touch_on = RunState.STOPPED, None, None
        else:
            run.anchor = new
        session.add(run)
    session.flush()


def was_reminded(session: Session, tenancy_id: str, root: str) -> bool:
    """Whether an arrears message of this round has left."""
    statement = (
        select(Touch.id)
        .join(SentMessage, col(SentMessage.id) == col(Touch.message_id))
        .where(Touch.tenancy_id == tenancy_id, Touch.sequence_key == "arrears", Touch.anchor == root, col(Touch.live))
        .where(col(SentMessage.state).in_(_LEFT))
    )
    return session.exec(statement).first() is not None


def has_run(session: Session, tenancy_id: str, sequence_key: str, anchor: str) -> bool:
    statement = select(Run.id).where(
        Run.tenancy_id == tenancy_id, Run.sequence_key == sequence_key, Run.anchor == anchor
    )
    return session.exec(statement).first() is not None


def protected(session: Session, tenant_ids: Collection[str]) -> frozenset[str]:
    """Those of the tenants whose identity is protected."""
    statement = select(Tenant.id).where(col(Tenant.id).in_(tenant_ids), col(Tenant.protected_identity))
    return frozenset(session.exec(statement))
