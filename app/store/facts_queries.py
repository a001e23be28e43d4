"""The queries behind `store.facts`: each reads one subject for many tenancies at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_
from sqlmodel import Session, col, func, select

from app.models import (
    CallBack,
    CapClaim,
    Case,
    ContactBlock,
    Control,
    FeedReading,
    Hold,
    Holding,
    InboxEvent,
    Invoice,
    LegalMatter,
    LoggedContact,
    Message,
    Plan,
    PlanInvoice,
    Task,
    Tenant,
    Touch,
)
from app.policy.facts import ContactPoint, FeedFacts, HolderFacts, InvoiceFacts, LegalFacts
from app.vocabulary import (
    BlockKind,
    CallbackState,
    CaseState,
    Channel,
    Direction,
    InboxState,
    IntentKind,
    LegalMatterKind,
    LegalState,
    StepKind,
)

_NOT_ANSWERS = [IntentKind.OPT_OUT, IntentKind.OPT_IN, IntentKind.WRONG_NUMBER, IntentKind.AUTO_REPLY]


@dataclass(frozen=True, slots=True)
class TouchRow:
    touch: Touch
    message: Message | None
    task: Task | None


def feed(session: Session) -> FeedFacts:
    """The newest reading of the ledger."""
    newest = session.exec(select(FeedReading).order_by(col(FeedReading.as_of).desc()).limit(1)).first()
    return FeedFacts(newest.as_of, newest.booked_through) if newest else FeedFacts()


def paused(session: Session) -> bool:
    control = session.get(Control, 1)
    return control is not None and control.paused_at is not None


def holders(session: Session, ids: Sequence[str]) -> dict[str, list[HolderFacts]]:
    """Who holds each tenancy, with what is known against each contact point."""
    statement = select(Holding, Tenant).join(Tenant, col(Tenant.id) == col(Holding.tenant_id))
    rows = session.exec(statement.where(col(Holding.tenancy_id).in_(ids))).all()
    blocks = _blocks(session, {a for _, t in rows for a in (t.phone, t.email) if a})
    found: dict[str, list[HolderFacts]] = defaultdict(list)
    for holding, tenant in rows:
        found[holding.tenancy_id].append(_holder(tenant, blocks, primary=holding.is_primary))
    return found


def _blocks(session: Session, addresses: set[str]) -> list[ContactBlock]:
    if not addresses:
        return []
    statement = select(ContactBlock).where(
        col(ContactBlock.address).in_(addresses), col(ContactBlock.lifted_at).is_(None)
    )
    return list(session.exec(statement))


def _holder(tenant: Tenant, blocks: list[ContactBlock], *, primary: bool) -> HolderFacts:
    points = ((Channel.SMS, tenant.phone), (Channel.EMAIL, tenant.email))
    return HolderFacts(
        tenant_id=tenant.id,
        given_name=tenant.given_name,
        family_name=tenant.family_name,
        language=tenant.language,
        preferred=tenant.channel,
        primary=primary,
        points=tuple(ContactPoint(c, a, _blocked(tenant.id, c, a, blocks)) for c, a in points if a),
        protected_identity=tenant.protected_identity,
        deceased=tenant.deceased,
        organisation=tenant.organisation,
        represented=tenant.represented,
    )


def _blocked(tenant_id: str, channel: Channel, address: str, blocks: list[ContactBlock]) -> BlockKind | None:
    return next(
        (b.kind for b in blocks if b.address == address and b.channel == channel and b.tenant_id in {"", tenant_id}),
        None,
    )


def point_blocked(session: Session, channel: Channel, address: str, tenant_id: str) -> BlockKind | None:
    """Why this tenant is not written to at this address, if so."""
    return _blocked(tenant_id, channel, address, _blocks(session, {address}))


def invoices(session: Session, ids: Sequence[str]) -> dict[str, list[InvoiceFacts]]:
    in_plan = set(
        session.exec(
            select(PlanInvoice.invoice_id)
            .join(Plan, col(Plan.id) == col(PlanInvoice.plan_id))
            .where(col(Plan.tenancy_id).in_(ids), col(Plan.active))
        )
    )
    rows = session.exec(select(Invoice).where(col(Invoice.tenancy_id).in_(ids)).order_by(col(Invoice.id))).all()
    replaced = {(row.tenancy_id, row.replaces) for row in rows if row.replaces != row.id}
    found: dict[str, list[InvoiceFacts]] = defaultdict(list)
    for row in rows:
        found[row.tenancy_id].append(
            InvoiceFacts(
                id=row.id,
                root=row.root,
                period=row.period,
                due_date=row.due_date,
                amount=row.amount,
                remaining=row.remaining,
                currency=row.currency,
                kind=row.kind,
                first_seen=row.first_seen,
                as_of=row.as_of,
                payment_method=row.payment_method,
                paid_on=row.paid_on,
                deferred_until=row.deferred_until,
                disputed=row.disputed,
                in_collection=row.in_collection,
                in_plan=row.id in in_plan,
                replaced=(row.tenancy_id, row.id) in replaced,
            )
        )
    return found


def touches(session: Session, ids: Sequence[str], without_message: str | None) -> Iterable[tuple[str, TouchRow]]:
    """Live touches with the state of what they brought about."""
    statement = (
        select(Touch, Message, Task)
        .join(Message, col(Message.id) == col(Touch.message_id), isouter=True)
        .join(Task, col(Task.id) == col(Touch.task_id), isouter=True)
        .where(col(Touch.tenancy_id).in_(ids), col(Touch.live))
        .order_by(col(Touch.at), col(Touch.id))
    )
    for touch, message, task in session.exec(statement):
        if without_message is None or touch.message_id != without_message:
            yield touch.tenancy_id, TouchRow(touch, message, task)


def holds(session: Session, ids: Sequence[str]) -> Iterable[tuple[str, Hold]]:
    statement = (
        select(Hold).where(col(Hold.tenancy_id).in_(ids), col(Hold.released_at).is_(None)).order_by(col(Hold.id))
    )
    return ((hold.tenancy_id, hold) for hold in session.exec(statement))


def open_callbacks(session: Session, ids: Sequence[str]) -> Iterable[tuple[str, CallBack]]:
    waiting = [CallbackState.OPEN, CallbackState.TAKEN]
    statement = select(CallBack).where(col(CallBack.tenancy_id).in_(ids), col(CallBack.state).in_(waiting))
    return ((callback.tenancy_id, callback) for callback in session.exec(statement))


def contacts(session: Session, ids: Sequence[str]) -> Iterable[tuple[str, tuple[LoggedContact, str | None, str]]]:
    """Logged calls and visits; with the call step and round they were made for, if any."""
    statement = (
        select(LoggedContact, Touch.step_key, Touch.anchor)
        .join(
            Touch, (col(Touch.task_id) == col(LoggedContact.task_id)) & (col(Touch.kind) == StepKind.CALL), isouter=True
        )
        .where(col(LoggedContact.tenancy_id).in_(ids))
        .order_by(col(LoggedContact.at))
    )
    for contact, step, anchor in session.exec(statement):
        yield contact.tenancy_id, (contact, step, anchor or "")


def replies(session: Session, ids: Sequence[str], addresses: Sequence[str]) -> list[tuple[str | None, str, datetime]]:
    """Replies that say something: (tenancy if known, address, when)."""
    statement = select(Message.tenancy_id, Message.address, Message.created_at).where(
        col(Message.direction) == Direction.IN,
        or_(col(Message.tenancy_id).in_(ids), col(Message.address).in_(addresses)),
        or_(col(Message.intent).is_(None), col(Message.intent).not_in([i.value for i in _NOT_ANSWERS])),
    )
    return list(session.exec(statement))


def legal(session: Session, ids: Sequence[str]) -> dict[str, LegalFacts]:
    known: dict[str, dict[LegalMatterKind, date | None]] = defaultdict(dict)
    rows = session.exec(select(LegalMatter).where(col(LegalMatter.tenancy_id).in_(ids)))
    for row in rows:
        if row.state is not LegalState.WITHDRAWN:
            known[row.tenancy_id][row.kind] = row.on_date or row.as_of.date()
    return {
        tenancy_id: LegalFacts(matters.get(LegalMatterKind.NOTICE), matters.get(LegalMatterKind.EVICTION))
        for tenancy_id, matters in known.items()
    }


def pending(session: Session, ids: Sequence[str], invoice_ids: Sequence[str]) -> dict[str, int]:
    """Received events about these tenancies or invoices that are not in the facts yet, and not superseded."""
    statement = select(InboxEvent.tenancy_id, InboxEvent.invoice_id, func.count()).where(
        col(InboxEvent.state).in_([InboxState.ACCEPTED, InboxState.WAITING, InboxState.REJECTED]),
        col(InboxEvent.superseded_by).is_(None),
        or_(col(InboxEvent.tenancy_id).in_(ids), col(InboxEvent.invoice_id).in_(invoice_ids)),
    )
    owners = dict(session.exec(select(Invoice.id, Invoice.tenancy_id).where(col(Invoice.id).in_(invoice_ids))).all())
    found: dict[str, int] = defaultdict(int)
    for tenancy_id, invoice_id, count in session.exec(
        statement.group_by(col(InboxEvent.tenancy_id), col(InboxEvent.invoice_id))
    ):
        for owner in {tenancy_id, owners.get(invoice_id or "")} - {None}:
            found[str(owner)] += count
    return found


def late_before(session: Session, ids: Sequence[str], since: datetime) -> set[str]:
    """Tenancies with an arrears case closed since then."""
    statement = select(Case.tenancy_id).where(
        col(Case.tenancy_id).in_(ids), col(Case.state) == CaseState.CLOSED, col(Case.closed_at) >= since
    )
    return set(session.exec(statement))


def plan_offered(session: Session, ids: Sequence[str]) -> set[str]:
    return set(session.exec(select(Plan.tenancy_id).where(col(Plan.tenancy_id).in_(ids))))


def claims(session: Session, keys: Collection[str], since: date, without_message: str | None) -> dict[str, list[date]]:
    """Days of unsolicited messages since `since`, by cap key."""
    statement = select(CapClaim).where(col(CapClaim.key).in_(keys), col(CapClaim.day) >= since)
    if without_message is not None:
        statement = statement.where(col(CapClaim.message_id) != without_message)
    found: dict[str, list[date]] = defaultdict(list)
    for claim in session.exec(statement):
        found[claim.key].append(claim.day)
    return found
