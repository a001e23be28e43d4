"""The facts of the rent system: the newest snapshot of each thing wins by `as_of`, whatever order they come in.

Writers hold the tenancy's lock. Each function that takes a snapshot says what it changed; None for an older word.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

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


def tenancy_exists(session: Session, tenancy_id: str) -> bool:
    return session.get(Tenancy, tenancy_id) is not None


def starts_on(session: Session, tenancy_id: str) -> date | None:
    return session.get_one(Tenancy, tenancy_id).starts_on


def tenant_exists(session: Session, tenant_id: str) -> bool:
    return session.get(Tenant, tenant_id) is not None


def put_tenancy(session: Session, tenancy_id: str, values: Mapping[str, Any], received_at: datetime) -> Change | None:
    """Take in a tenancy's own fields (`values`, with `as_of`). Holders are put apart."""
    tenancy = session.get(Tenancy, tenancy_id)
    if tenancy is None:
        session.add(Tenancy(id=tenancy_id, first_seen=received_at, **values))
        session.flush()
        return Change(None, dict(values))
    tenancy.first_seen = min(tenancy.first_seen, received_at)
    return _newer(session, tenancy, values)


def put_holders(session: Session, tenancy_id: str, holders: Mapping[str, bool]) -> set[str]:
    """Who holds the tenancy now (tenant id → primary); others hold it no longer. Returns those who left."""
    present = {h.tenant_id: h for h in session.exec(select(Holding).where(Holding.tenancy_id == tenancy_id))}
    for tenant_id, primary in holders.items():
        holding = present.get(tenant_id) or Holding(tenancy_id=tenancy_id, tenant_id=tenant_id)
        holding.is_primary = primary
        session.add(holding)
    left = {tenant_id for tenant_id in present if tenant_id not in holders}
    for tenant_id in left:
        session.delete(present[tenant_id])
    session.flush()
    return left


def put_tenant(session: Session, tenant_id: str, values: Mapping[str, Any]) -> Change | None:
    """Take in a person's fields (`values`, with `as_of`), which may be named by several tenancies."""
    tenant = session.get(Tenant, tenant_id)
    if tenant is None:
        session.add(Tenant(id=tenant_id, **values))
        session.flush()
        return Change(None, dict(values))
    return _newer(session, tenant, values)


def end_tenancy(session: Session, tenancy_id: str, ended_on: date, reason: EndReason, as_of: datetime) -> Change | None:
    """Take in when and why the tenancy ends."""
    tenancy = session.get_one(Tenancy, tenancy_id)
    values = {"ended_on": ended_on, "end_reason": reason, "end_as_of": as_of}
    if tenancy.end_as_of is None:
        return _written(session, tenancy, values, replaced=False)
    return _newer(session, tenancy, values, stamp="end_as_of")


def put_invoice(
    session: Session, invoice_id: str, values: Mapping[str, Any], *, received_at: datetime, now: datetime
) -> Change | None:
    """Take in an invoice's snapshot (`values`, with `tenancy_id` and `as_of`), and mend the chains it belongs to."""
    settled = now if values["remaining"] == 0 else None
    invoice = session.get(Invoice, invoice_id)
    if invoice is None:
        root = values["replaces"] or invoice_id
        session.add(Invoice(id=invoice_id, root=root, first_seen=received_at, settled_seen=settled, **values))
        session.flush()
        change: Change | None = Change(None, dict(values))
    else:
        invoice.first_seen = min(invoice.first_seen, received_at)
        change = _newer(session, invoice, values)
    if change is None:
        return None
    if invoice is not None and (settled is None or invoice.settled_seen is None):
        invoice.settled_seen = settled
    for tenancy_id in {values["tenancy_id"], (change.before or values)["tenancy_id"]}:
        _mend_roots(session, tenancy_id, invoice_id)
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


def _mend_roots(session: Session, tenancy_id: str, invoice_id: str) -> None:
    """An invoice may come before the one that it replaces: all roots of the tenancy are worked out again."""
    own = session.get_one(Invoice, invoice_id)
    replaced_by = select(Invoice.id).where(Invoice.replaces == invoice_id, Invoice.tenancy_id == tenancy_id)
    if own.replaces is None and own.root == own.id and session.exec(replaced_by).first() is None:
        return
    invoices = session.exec(select(Invoice).where(Invoice.tenancy_id == tenancy_id)).all()
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


def invoices_of(session: Session, tenancy_id: str) -> Sequence[Invoice]:
    return session.exec(select(Invoice).where(Invoice.tenancy_id == tenancy_id).order_by(col(Invoice.id))).all()


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


def tenancies_touched(session: Session, invoice_ids: Collection[str], tenant_ids: Collection[str]) -> set[str]:
    """The tenancies that these invoices belong to so far, and those that these tenants hold: all to be locked."""
    by_invoice = select(Invoice.tenancy_id).where(col(Invoice.id).in_(invoice_ids))
    by_tenant = select(Holding.tenancy_id).where(col(Holding.tenant_id).in_(tenant_ids))
    return {*session.exec(by_invoice), *session.exec(by_tenant)}
