"""One event of the rent system becomes facts, and what it changed becomes an entry in the log."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from sqlmodel import Session

from app.flows.rent_events import (
    CREDITED,
    LEGAL,
    STARTED,
    UNCLEAR,
    EvictionSnapshot,
    InvoiceSnapshot,
    NoticeServed,
    TenancyEnded,
    TenancySnapshot,
    TenantSnapshot,
    snapshot,
)
from app.flows.rent_reading import without_points
from app.flows.service import Service
from app.policy.because import because
from app.store import inbox, rent
from app.store.inbox import Stored
from app.store.rent import Books, Change
from app.store.runs import ensure_run
from app.store.touchpoints import append
from app.vocabulary import Channel, LegalMatterKind, LegalState, ReasonCode, TouchpointKind

ACTOR: Final = "rent system"
WELCOME: Final = "welcome"
START: Final = "start"

_LEGAL_CODES: Final = {
    (LegalMatterKind.NOTICE, LegalState.SERVED): ReasonCode.NOTICE_SERVED,
    (LegalMatterKind.NOTICE, LegalState.WITHDRAWN): ReasonCode.NOTICE_WITHDRAWN,
    (LegalMatterKind.EVICTION, LegalState.APPLIED): ReasonCode.EVICTION_APPLIED,
    (LegalMatterKind.EVICTION, LegalState.SCHEDULED): ReasonCode.EVICTION_SCHEDULED,
    (LegalMatterKind.EVICTION, LegalState.WITHDRAWN): ReasonCode.EVICTION_WITHDRAWN,
    (LegalMatterKind.EVICTION, LegalState.EXECUTED): ReasonCode.EVICTION_EXECUTED,
}


@dataclass(slots=True)
class Touched:
    """What has changed so far: the tenancies whose facts did, and each invoice's change."""

    tenancies: set[str] = field(default_factory=set)
    invoices: dict[str, Change] = field(default_factory=dict)


def apply_event(
    session: Session, service: Service, books: Books, event: Stored, touched: Touched, now: datetime
) -> None:
    """Take in one event of a known (or just beginning) tenancy. The tenancies it touches are locked and in `books`."""
    match snapshot(event.payload):
        case TenancySnapshot() as said:
            _tenancy(session, books, event, said, touched, now)
        case TenancyEnded() as said:
            _ended(session, books, said, touched, now)
        case InvoiceSnapshot() as said:
            _invoice(session, service, books, event, said, touched, now)
        case NoticeServed() | EvictionSnapshot() as said:
            _legal(session, event.type, said, touched, now)
        case other:
            raise TypeError(f"not about a tenancy: {type(other).__name__}")


def _tenancy(
    session: Session, books: Books, event: Stored, said: TenancySnapshot, touched: Touched, now: datetime
) -> None:
    values = said.model_dump(exclude={"tenancy_id", "tenants"})
    change = rent.put_tenancy(session, books, said.tenancy_id, values, event.received_at)
    for tenant in said.tenants:
        if change is not None or tenant.tenant_id in books.tenants:
            _tenant(session, books, said, tenant, touched, now)
    if change is not None:
        rent.put_holders(session, books, said.tenancy_id, {t.tenant_id: t.primary for t in said.tenants})
        _log_replaced(session, said.tenancy_id, change, now)
    if event.type == STARTED:
        _start(session, books, said, now)
    touched.tenancies.add(said.tenancy_id)


def _start(session: Session, books: Books, said: TenancySnapshot, now: datetime) -> None:
    """A tenancy begins once, however often and in whatever order it is said."""
    if said.starts_on is None:
        return
    if not rent.has_run(session, said.tenancy_id, WELCOME, START):
        reason = because(ReasonCode.TENANCY_STARTED, name=_shown_name(said), since=said.starts_on)
        append(session, said.tenancy_id, at=now, kind=TouchpointKind.TENANCY, actor=ACTOR, because=reason)
    begins = books.tenancies[said.tenancy_id].starts_on or said.starts_on
    ensure_run(
        session,
        tenancy_id=said.tenancy_id,
        sequence_key=WELCOME,
        anchor=START,
        anchor_date=begins,
        next_look_at=now,
        now=now,
    )


def _tenant(
    session: Session, books: Books, said: TenancySnapshot, tenant: TenantSnapshot, touched: Touched, now: datetime
) -> None:
    values = tenant.model_dump(exclude={"tenant_id", "primary", "representative"}) | {
        "phone": tenant.phone or None,
        "email": tenant.email or None,
        "represented": tenant.representative,
        "as_of": said.as_of,
    }
    change = rent.put_tenant(session, books, tenant.tenant_id, values)
    if change is None:
        return
    held = books.held_by(tenant.tenant_id)
    touched.tenancies |= held
    _log_points(session, said.tenancy_id, tenant, change, now)
    if tenant.protected_identity:
        _forget_points(session, tenant.tenant_id, held | {said.tenancy_id})


def _log_points(session: Session, tenancy_id: str, tenant: TenantSnapshot, change: Change, now: datetime) -> None:
    """That a contact point changed, never what it is."""
    for channel, name in ((Channel.SMS, "phone"), (Channel.EMAIL, "email")):
        reason = None
        if getattr(tenant, name) == UNCLEAR and channel is Channel.SMS:
            reason = because(ReasonCode.PHONE_NOT_UNDERSTOOD, name=tenant.given_name or None)
        if change.changed(name) or (reason is not None and change.before is None):
            kind = TouchpointKind.CONTACT_POINT
            append(session, tenancy_id, at=now, kind=kind, actor=ACTOR, because=reason, channel=channel)


def _forget_points(session: Session, tenant_id: str, tenancy_ids: set[str]) -> None:
    """Bodies that are kept whole from before the identity was protected lose the contact points too."""
    for row_id, payload in inbox.bodies_naming(session, tenancy_ids):
        bare = without_points(payload, frozenset({tenant_id}))
        if bare != payload:
            inbox.replace_body(session, row_id, bare)


def _ended(session: Session, books: Books, said: TenancyEnded, touched: Touched, now: datetime) -> None:
    change = rent.end_tenancy(session, books, said.tenancy_id, said.ended_on, said.reason, said.as_of)
    if change is not None:
        _log_replaced(session, said.tenancy_id, change, now)
        if change.changed("ended_on"):
            reason = because(ReasonCode.TENANCY_ENDED, day=said.ended_on)
            append(session, said.tenancy_id, at=now, kind=TouchpointKind.TENANCY, actor=ACTOR, because=reason)
    touched.tenancies.add(said.tenancy_id)


def _invoice(
    session: Session,
    service: Service,
    books: Books,
    event: Stored,
    said: InvoiceSnapshot,
    touched: Touched,
    now: datetime,
) -> None:
    values = said.model_dump(exclude={"invoice_id"})
    change = rent.put_invoice(session, books, said.invoice_id, values, received_at=event.received_at, now=now)
    touched.tenancies.add(said.tenancy_id)
    if change is None:
        return
    if change.before is not None:
        touched.tenancies.add(change.before["tenancy_id"])
    earlier = touched.invoices.get(said.invoice_id)
    touched.invoices[said.invoice_id] = change if earlier is None else Change(earlier.before, change.after)
    _log_replaced(session, said.tenancy_id, change, now)
    code = _payment(change, event.type, service, now)
    if code is not None:
        reason = because(code, month=said.period, day=said.due_date)
        append(session, said.tenancy_id, at=now, kind=TouchpointKind.PAYMENT, actor=ACTOR, because=reason)


def _payment(change: Change, hint: str, service: Service, now: datetime) -> ReasonCode | None:
    """What the newer snapshot tells about the money, if anything."""
    due: date = change.after["due_date"]
    left: int = change.after["remaining"]
    past_due = left > 0 and due < service.rules.local_date(now)
    if change.before is None:
        return ReasonCode.INVOICE_OVERDUE if past_due else None
    left_before: int = change.before["remaining"]
    if left == 0:
        paid = ReasonCode.CREDITED if hint == CREDITED else ReasonCode.PAID
        return paid if left_before > 0 else None
    if left_before == 0:
        return ReasonCode.PAYMENT_BOUNCED
    if left < left_before:
        return ReasonCode.PART_PAID
    newly = service.rules.local_date(change.before["as_of"]) <= due
    return ReasonCode.INVOICE_OVERDUE if past_due and newly else None


def _legal(
    session: Session, event_type: str, said: NoticeServed | EvictionSnapshot, touched: Touched, now: datetime
) -> None:
    legal = LEGAL[event_type]
    values: dict[str, Any] = {"as_of": said.as_of, "grounds": None, "social_board_notified_on": None}
    if isinstance(said, NoticeServed):
        values |= {"on_date": said.served_on, "grounds": said.grounds}
        values["social_board_notified_on"] = said.social_board_notified_on
    else:
        values["on_date"] = said.date
    change = rent.put_legal(session, said.tenancy_id, legal.kind, legal.state, values)
    touched.tenancies.add(said.tenancy_id)
    if change is None:
        return
    _log_replaced(session, said.tenancy_id, change, now)
    if change.before is None or change.changed("state") or change.changed("on_date"):
        reason = because(_LEGAL_CODES[legal.kind, legal.state], day=values["on_date"])
        append(session, said.tenancy_id, at=now, kind=TouchpointKind.LEGAL, actor=ACTOR, because=reason)


def _log_replaced(session: Session, tenancy_id: str, change: Change, now: datetime) -> None:
    if change.replaced:
        reason = because(ReasonCode.SNAPSHOT_REPLACED)
        append(session, tenancy_id, at=now, kind=TouchpointKind.NOTE, actor=ACTOR, because=reason)


def _shown_name(said: TenancySnapshot) -> str | None:
    """The primary holder's given name, unless it must not be shown."""
    holder = min(said.tenants, key=lambda t: not t.primary, default=None)
    return holder.given_name or None if holder and not holder.protected_identity else None
