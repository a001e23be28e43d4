"""What people do with the inbox: look an event up, and put a rejected or ignored one back."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from app.models import InboxEvent
from app.store.inbox import SOURCE, Arrival, row_of
from app.vocabulary import InboxState

REPLAYABLE = (InboxState.REJECTED, InboxState.IGNORED)


def revisions(session: Session, event_id: str) -> Sequence[InboxEvent]:
    """Every body received under this id; the first is the one that counts."""
    statement = select(InboxEvent).where(InboxEvent.source == SOURCE, InboxEvent.event_id == event_id)
    return session.exec(statement.order_by(col(InboxEvent.revision))).all()


def listed(session: Session, states: Sequence[InboxState], limit: int) -> Sequence[InboxEvent]:
    """The newest events in these states (all, when none is named), newest first."""
    statement = select(InboxEvent).order_by(col(InboxEvent.id).desc()).limit(limit)
    return session.exec(statement.where(col(InboxEvent.state).in_(states)) if states else statement).all()


def rejected_ids(session: Session, but_not: str) -> Sequence[str]:
    """The ids of all rejected events, but not of this type, whose body is still kept, oldest first."""
    statement = select(InboxEvent.event_id).where(
        InboxEvent.state == InboxState.REJECTED, InboxEvent.type != but_not, col(InboxEvent.payload).is_not(None)
    )
    return session.exec(statement.order_by(col(InboxEvent.id))).all()


def put_back(session: Session, event: InboxEvent, arrival: Arrival, now: datetime) -> bool:
    """Give the event what it was read as this time; its fingerprints stay. False when it has moved on meanwhile."""
    fields = ("type", "state", "tenancy_id", "invoice_id", "as_of", "payload", "problems", "settled_at")
    values = {name: value for name, value in row_of(arrival, now).items() if name in fields}
    statement = update(InboxEvent).where(col(InboxEvent.id) == event.id, col(InboxEvent.state).in_(REPLAYABLE))
    done = session.execute(statement.values(**values, superseded_by=None))
    session.refresh(event)
    return bool(getattr(done, "rowcount", 0))
