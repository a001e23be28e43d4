"""What tenants write, until somebody has dealt with it."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import update
from sqlmodel import Session, col

from app.models import CapClaim, Message
from app.store.engine import insert_new
from app.vocabulary import Direction


def insert_reply(session: Session, reply: Message) -> bool:
    """Store an inbound message. False when the provider has told us of it before."""
    row = reply.model_dump(exclude_none=True)
    return insert_new(session, Message.__table__, [row]) == 1  # type: ignore[attr-defined]


def mark_handled(session: Session, message_ids: Collection[str], now: datetime) -> int:
    """Nothing more is needed from a person about these replies. Returns how many were waiting."""
    statement = update(Message).where(
        col(Message.id).in_(message_ids), col(Message.direction) == Direction.IN, col(Message.handled_at).is_(None)
    )
    return session.exec(statement.values(handled_at=now)).rowcount


def claim_day(session: Session, key: str, day: date, message_id: str) -> bool:
    """Take what may be had once a day. False when it has been taken."""
    row = {"key": key, "day": day, "message_id": message_id}
    return insert_new(session, CapClaim.__table__, [row]) == 1  # type: ignore[attr-defined]
