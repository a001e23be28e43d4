"""The switches that people hold: the pause, and the release of the surge brake."""

from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from app.models import Control, SurgeDay
from app.store.engine import insert_new


def switches(session: Session) -> Control:
    """The one row of switches; all off when nobody has touched one."""
    return session.exec(select(Control).where(col(Control.id) == 1)).first() or Control(id=1)


def pause(session: Session, by: str, now: datetime) -> bool:
    """Switch the pause on. False when it is on already: whoever was first stays named."""
    insert_new(session, Control.__table__, [{"id": 1}])  # type: ignore[attr-defined]
    statement = update(Control).where(col(Control.id) == 1, col(Control.paused_at).is_(None))
    return session.exec(statement.values(paused_at=now, paused_by=by)).rowcount == 1


def resume(session: Session) -> bool:
    """Switch the pause off. False when it is off already."""
    statement = update(Control).where(col(Control.id) == 1, col(Control.paused_at).is_not(None))
    return session.exec(statement.values(paused_at=None, paused_by=None)).rowcount == 1


def held_surges(session: Session) -> list[SurgeDay]:
    """The days on which the brake holds first touches back, newest first."""
    statement = select(SurgeDay).where(col(SurgeDay.released_at).is_(None))
    return list(session.exec(statement.order_by(col(SurgeDay.day).desc(), col(SurgeDay.id).desc())))


def release_surge(session: Session, sequence_key: str, by: str, now: datetime) -> int:
    """Let go of the brake on a sequence. Returns how many days were held."""
    statement = update(SurgeDay).where(col(SurgeDay.sequence_key) == sequence_key, col(SurgeDay.released_at).is_(None))
    return session.exec(statement.values(released_at=now, released_by=by)).rowcount
