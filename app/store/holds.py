"""Holds: dated reasons not to send."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import or_, update
from sqlmodel import Session, col, select

from app.models import Hold, Invoice
from app.vocabulary import HoldKind


def unreleased(session: Session, tenancy_id: str, kinds: Collection[HoldKind]) -> list[Hold]:
    """The holds of these kinds that nobody has released, lapsed ones too."""
    statement = select(Hold).where(
        col(Hold.tenancy_id) == tenancy_id, col(Hold.kind).in_(kinds), col(Hold.released_at).is_(None)
    )
    return list(session.exec(statement.order_by(col(Hold.id))))


def set_by_reply(session: Session, message_id: str, kind: HoldKind) -> list[Hold]:
    """The holds that a reply has set and nobody has released."""
    statement = select(Hold).where(
        col(Hold.message_id) == message_id, col(Hold.kind) == kind, col(Hold.released_at).is_(None)
    )
    return list(session.exec(statement.order_by(col(Hold.tenancy_id), col(Hold.id))))


def unread_with(session: Session, tenancy_id: str) -> list[Hold]:
    """The holds for unread replies on a tenancy, and those that the same replies set on other tenancies."""
    waits = (col(Hold.kind) == HoldKind.UNREAD_REPLY, col(Hold.released_at).is_(None))
    own = select(Hold.message_id).where(col(Hold.tenancy_id) == tenancy_id, *waits)
    statement = select(Hold).where(*waits, or_(col(Hold.tenancy_id) == tenancy_id, col(Hold.message_id).in_(own)))
    return list(session.exec(statement.order_by(col(Hold.tenancy_id), col(Hold.id))))


def release(session: Session, hold_id: int, by: str, now: datetime) -> bool:
    """End a hold. False when it had been released already."""
    statement = update(Hold).where(col(Hold.id) == hold_id, col(Hold.released_at).is_(None))
    return session.exec(statement.values(released_at=now, released_by=by)).rowcount == 1


def owes(session: Session, tenancy_id: str) -> bool:
    """Whether anything remains on any invoice of the tenancy, due or not."""
    statement = select(Invoice.id).where(col(Invoice.tenancy_id) == tenancy_id, col(Invoice.remaining) > 0)
    return session.exec(statement.limit(1)).first() is not None
