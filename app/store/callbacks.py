"""Call-backs: who asked to be phoned, and when."""

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import or_, update
from sqlmodel import Session, col, select

from app.models import CallBack
from app.vocabulary import CallbackState

WAITING: Final = frozenset({CallbackState.OPEN, CallbackState.TAKEN})


def waiting(session: Session, tenancy_ids: Collection[str]) -> list[CallBack]:
    """The call-backs of these tenancies that have not been made, oldest first."""
    statement = select(CallBack).where(col(CallBack.tenancy_id).in_(tenancy_ids), col(CallBack.state).in_(WAITING))
    return list(session.exec(statement.order_by(col(CallBack.id)).execution_options(populate_existing=True)))


def asked_with(session: Session, tenancy_id: str) -> list[CallBack]:
    """The call-backs of a tenancy that have not been made, and those that the same reply opened on other tenancies."""
    own = select(CallBack.message_id).where(col(CallBack.tenancy_id) == tenancy_id, col(CallBack.state).in_(WAITING))
    statement = select(CallBack).where(
        col(CallBack.state).in_(WAITING),
        or_(col(CallBack.tenancy_id) == tenancy_id, col(CallBack.message_id).in_(own)),
    )
    return list(session.exec(statement.order_by(col(CallBack.id)).execution_options(populate_existing=True)))


def change(
    session: Session, callback_id: int | None, *, origins: Collection[CallbackState] = WAITING, **values: Any
) -> bool:
    """Change a call-back, unless it has left `origins`. True when it changed."""
    statement = update(CallBack).where(col(CallBack.id) == callback_id, col(CallBack.state).in_(origins))
    return session.exec(statement.values(**values)).rowcount == 1
