"""What the API reads: pages, newest first. `before` is the place of the last one seen; `limit` how many to return."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import and_, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from app.models import CallBack, Case, Holding, InboxEvent, Invoice, Message, Tenancy, Tenant
from app.vocabulary import CallbackState, CaseState, Channel, Direction, InboxState, MessageState


class Holder(NamedTuple):
    """A tenant of a tenancy, and whether they are its primary one."""

    tenant: Tenant
    primary: bool


def tenancy(session: Session, tenancy_id: str) -> Tenancy | None:
    return session.get(Tenancy, tenancy_id)


def holders(session: Session, tenancy_id: str) -> list[Holder]:
    """The tenants, the primary one first."""
    rows = session.exec(
        select(Tenant, Holding.is_primary)
        .join(Holding, col(Holding.tenant_id) == col(Tenant.id))
        .where(Holding.tenancy_id == tenancy_id)
        .order_by(col(Holding.is_primary).desc(), Tenant.id)
    )
    return [Holder(*row) for row in rows]


def open_case(session: Session, tenancy_id: str) -> Case | None:
    return session.exec(select(Case).where(Case.tenancy_id == tenancy_id, Case.state == CaseState.OPEN)).first()


def case(session: Session, case_id: int) -> Case | None:
    return session.get(Case, case_id)


def cases(
    session: Session, *, state: CaseState | None, tenancy_id: str | None, before: int | None, limit: int
) -> Sequence[Case]:
    statement = select(Case).order_by(col(Case.id).desc()).limit(limit)
    if state is not None:
        statement = statement.where(Case.state == state)
    if tenancy_id is not None:
        statement = statement.where(Case.tenancy_id == tenancy_id)
    if before is not None:
        statement = statement.where(col(Case.id) < before)
    return session.exec(statement).all()


def owed(session: Session, tenancy_ids: Sequence[str], today: date) -> Mapping[str, Sequence[Invoice]]:
    """Past due with something remaining, by tenancy, oldest first. An invoice that another replaces is left out."""
    newer = aliased(Invoice)
    replaced = select(newer.id).where(col(newer.replaces) == col(Invoice.id)).exists()
    statement = (
        select(Invoice)
        .where(col(Invoice.tenancy_id).in_(tenancy_ids), Invoice.due_date < today, Invoice.remaining > 0, ~replaced)
        .order_by(col(Invoice.due_date), Invoice.id)
    )
    found: dict[str, list[Invoice]] = {tenancy_id: [] for tenancy_id in tenancy_ids}
    for invoice in session.exec(statement):
        found[invoice.tenancy_id].append(invoice)
    return found


def callbacks(
    session: Session, *, state: CallbackState | None, tenancy_id: str | None, before: int | None, limit: int
) -> Sequence[CallBack]:
    statement = select(CallBack).order_by(col(CallBack.id).desc()).limit(limit)
    if state is not None:
        statement = statement.where(CallBack.state == state)
    if tenancy_id is not None:
        statement = statement.where(CallBack.tenancy_id == tenancy_id)
    if before is not None:
        statement = statement.where(col(CallBack.id) < before)
    return session.exec(statement).all()


def message(session: Session, message_id: str) -> Message | None:
    return session.get(Message, message_id)


class MessageFilter(NamedTuple):
    """Which messages; None = any."""

    tenancy_id: str | None = None
    state: MessageState | None = None
    direction: Direction | None = None
    channel: Channel | None = None


def messages(
    session: Session, which: MessageFilter, *, before: tuple[datetime, str] | None, limit: int
) -> Sequence[Message]:
    statement = select(Message).order_by(col(Message.created_at).desc(), col(Message.id).desc()).limit(limit)
    for column, wanted in which._asdict().items():
        if wanted is not None:
            statement = statement.where(getattr(Message, column) == wanted)
    return session.exec(_older(statement, before)).all()


def inbox(
    session: Session, *, state: InboxState | None, tenancy_id: str | None, before: int | None, limit: int
) -> Sequence[InboxEvent]:
    statement = select(InboxEvent).order_by(col(InboxEvent.id).desc()).limit(limit)
    if state is not None:
        statement = statement.where(InboxEvent.state == state)
    if tenancy_id is not None:
        statement = statement.where(InboxEvent.tenancy_id == tenancy_id)
    if before is not None:
        statement = statement.where(col(InboxEvent.id) < before)
    return session.exec(statement).all()


def _older(statement: SelectOfScalar[Message], before: tuple[datetime, str] | None) -> SelectOfScalar[Message]:
    if before is None:
        return statement
    at, message_id = before
    same_moment = and_(col(Message.created_at) == at, col(Message.id) < message_id)
    return statement.where(or_(col(Message.created_at) < at, same_moment))
