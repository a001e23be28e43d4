"""What the simulated neighbourhood shows: the messages of some phones, the newest entries of everybody's log, who waits
for a call, and when something will next happen."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, func, select

from app.models import CallBack, Hold, Message, Run, Task, Tenant, Touchpoint, TouchpointContent
from app.vocabulary import (
    CallbackState,
    Direction,
    HoldKind,
    MessageClass,
    MessageState,
    RunState,
    StepKind,
    TaskState,
    TouchpointKind,
)

_ARRIVED = (MessageState.SENT, MessageState.DELIVERED, MessageState.RECEIVED)


class Said(NamedTuple):
    """A message as it was seen on a phone or in a mailbox. `to` is the given name of the tenant it went to."""

    message: Message
    to: str | None


class Happened(NamedTuple):
    """A log entry, its content (None when erased), and the message it is about, if any."""

    touchpoint: Touchpoint
    content: TouchpointContent | None
    message: Message | None


class CallTask(NamedTuple):
    """A call that the contact plan asks a person to make."""

    tenancy_id: str
    since: datetime


def threads(session: Session, tenancy_ids: Collection[str]) -> dict[str, list[Said]]:
    """What came and went, by tenancy, oldest first. Messages that were never sent are not on any phone."""
    rows = session.exec(
        select(Message, Tenant.given_name)
        .join(Tenant, col(Tenant.id) == col(Message.tenant_id), isouter=True)
        .where(col(Message.tenancy_id).in_(tenancy_ids), col(Message.state).in_(_ARRIVED))
        .order_by(
            func.coalesce(Message.sent_at, Message.created_at),
            col(Message.created_at),
            col(Message.direction),  # "in" before "out": the question before its answer
            col(Message.id),
        )
    )
    found: dict[str, list[Said]] = {tenancy_id: [] for tenancy_id in tenancy_ids}
    for message, given_name in rows:
        found[message.tenancy_id or ""].append(Said(message, given_name))
    return found


def happened(session: Session, *, without: Collection[TouchpointKind], limit: int) -> list[Happened]:
    """The newest entries of all logs, newest first."""
    rows = session.exec(
        select(Touchpoint, TouchpointContent, Message)
        .join(TouchpointContent, col(TouchpointContent.touchpoint_id) == col(Touchpoint.id), isouter=True)
        .join(Message, col(Message.id) == col(Touchpoint.message_id), isouter=True)
        .where(col(Touchpoint.kind).not_in(without))
        .order_by(col(Touchpoint.at).desc(), col(Touchpoint.id).desc())
        .limit(limit)
    )
    return [Happened(*row) for row in rows]


def written_to(session: Session, since: datetime) -> set[str]:
    """Tenancies that got a message about late rent since then."""
    statement = select(Message.tenancy_id).where(
        col(Message.direction) == Direction.OUT,
        col(Message.message_class) == MessageClass.ARREARS,
        col(Message.state).in_(_ARRIVED),
        col(Message.created_at) >= since,
    )
    return {tenancy_id for tenancy_id in session.exec(statement) if tenancy_id is not None}


def waiting_callbacks(session: Session) -> Sequence[CallBack]:
    """Call-backs that nobody has made yet, the most urgent first."""
    statement = select(CallBack).where(col(CallBack.state).in_((CallbackState.OPEN, CallbackState.TAKEN)))
    return session.exec(
        statement.order_by(func.coalesce(CallBack.wished_from, CallBack.due_by), col(CallBack.id))
    ).all()


def call_tasks(session: Session) -> list[CallTask]:
    """Open call steps, oldest first."""
    statement = select(Task.tenancy_id, Task.created_at).where(
        col(Task.kind) == StepKind.CALL, col(Task.state) == TaskState.OPEN
    )
    return [CallTask(*row) for row in session.exec(statement.order_by(col(Task.created_at), col(Task.id)))]


def unread_replies(session: Session) -> Sequence[Message]:
    """What tenants wrote that holds until a person has read it, oldest first; each reply once."""
    held = select(Hold.message_id).where(col(Hold.kind) == HoldKind.UNREAD_REPLY, col(Hold.released_at).is_(None))
    statement = select(Message).where(col(Message.id).in_(held))
    return session.exec(statement.order_by(col(Message.created_at), col(Message.id))).all()


def next_moment(session: Session, after: datetime) -> datetime | None:
    """When a run, a message or the end of a hold next asks for a look."""
    looks = select(func.min(Run.next_look_at)).where(col(Run.state) == RunState.ACTIVE, col(Run.next_look_at) > after)
    sends = select(func.min(Message.not_before)).where(
        col(Message.state) == MessageState.QUEUED, col(Message.not_before) > after
    )
    ends = select(func.min(Hold.until)).where(col(Hold.released_at).is_(None), col(Hold.until) > after)
    moments = [session.exec(statement).one() for statement in (looks, sends, ends)]
    return min((moment for moment in moments if moment is not None), default=None)
