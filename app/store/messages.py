"""Messages and what hangs on them: conditional moves between states, touches and cap claims, attempts."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, or_, update
from sqlmodel import Session, col, select

from app.models import Attempt, CapClaim, Message, Tenancy, Touch
from app.vocabulary import Channel, Direction, MessageClass, MessageState


def move(
    session: Session,
    message_id: str,
    to: MessageState,
    *,
    origins: Collection[MessageState],
    attempt: int | None = None,
    **values: Any,
) -> bool:
    """Move a message, unless it has left `origins` or has a newer attempt than `attempt`. True when it moved."""
    statement = update(Message).where(col(Message.id) == message_id, col(Message.state).in_(origins))
    if attempt is not None:
        statement = statement.where(col(Message.attempts) == attempt)
    return session.exec(statement.values(state=to, **values)).rowcount == 1


def release_touches(session: Session, message_id: str) -> None:
    """The steps that this message was meant to do count as not done."""
    session.exec(update(Touch).where(col(Touch.message_id) == message_id, col(Touch.live)).values(live=False))


def release_claims(session: Session, message_id: str) -> None:
    """The day's cap is free again: nothing of this message reached anybody."""
    session.exec(delete(CapClaim).where(col(CapClaim.message_id) == message_id))


def claim_due(
    session: Session,
    now: datetime,
    *,
    channels: Collection[Channel],
    limit: int,
    staff_only: bool = False,
) -> list[Message]:
    """Up to `limit` queued messages that are due, oldest first, their tenancies and rows locked by this transaction.

    Tenancies come before messages, as everywhere; what another holds is skipped, never waited for.
    `staff_only`: only alerts.
    """
    due = (
        col(Message.state) == MessageState.QUEUED,
        or_(col(Message.not_before).is_(None), col(Message.not_before) <= now),
        col(Message.channel).in_(channels),
    )
    order = (col(Message.created_at), col(Message.id))
    of_nobody = select(Message.id).where(*due, col(Message.tenancy_id).is_(None))
    if staff_only:
        of_nobody = of_nobody.where(col(Message.message_class) == MessageClass.ALERT)
    ids = list(session.exec(of_nobody.order_by(*order).limit(limit)))
    if not staff_only:
        of_tenancies = (
            select(Message.id)
            .join(Tenancy, col(Tenancy.id) == col(Message.tenancy_id))
            .where(*due)
            .order_by(*order)
            .limit(limit)
            .with_for_update(of=Tenancy, skip_locked=True)
        )
        ids += session.exec(of_tenancies)
    claimed = select(Message).where(col(Message.id).in_(ids), *due).order_by(*order).limit(limit)
    return list(session.exec(claimed.with_for_update(of=Message, skip_locked=True)))


def expired_sends(session: Session, now: datetime, limit: int) -> list[tuple[str, str | None]]:
    """(message, tenancy) of messages still being sent although their lease is over."""
    return _stuck(session, MessageState.SENDING, now, limit)


def uncertain_since(session: Session, moment: datetime, limit: int) -> list[tuple[str, str | None]]:
    """(message, tenancy) of uncertain messages whose lease ended before `moment`."""
    return _stuck(session, MessageState.UNCERTAIN, moment, limit)


def _stuck(session: Session, state: MessageState, moment: datetime, limit: int) -> list[tuple[str, str | None]]:
    statement = (
        select(Message.id, Message.tenancy_id)
        .where(col(Message.state) == state, col(Message.lease_until) <= moment)
        .order_by(col(Message.lease_until), col(Message.id))
        .limit(limit)
    )
    return [(message_id, tenancy_id) for message_id, tenancy_id in session.exec(statement)]


def finish_attempt(
    session: Session,
    attempt_id: str,
    *,
    outcome: str,
    at: datetime,
    code: str | None = None,
    provider_ref: str | None = None,
) -> None:
    """Write down how an attempt ended; a receipt that came first keeps its word on the outcome."""
    values: dict[str, Any] = {"finished_at": at}
    if provider_ref is not None:
        values["provider_ref"] = provider_ref
    session.exec(update(Attempt).where(col(Attempt.id) == attempt_id).values(**values))
    unsaid = update(Attempt).where(col(Attempt.id) == attempt_id, col(Attempt.outcome).is_(None))
    session.exec(unsaid.values(outcome=outcome, error_code=code))


def note_receipt(session: Session, attempt_id: str, *, outcome: str, code: str | None = None) -> None:
    """Write down what a receipt said about an attempt; the last word on it stays."""
    settled = (MessageState.DELIVERED.value, MessageState.UNDELIVERED.value)
    statement = update(Attempt).where(
        col(Attempt.id) == attempt_id, or_(col(Attempt.outcome).is_(None), col(Attempt.outcome).not_in(settled))
    )
    session.exec(statement.values(outcome=outcome, error_code=code))


def queued_unsolicited(session: Session, addresses: Collection[str]) -> list[Message]:
    """Messages waiting to go to these addresses that nobody there asked for."""
    statement = select(Message).where(
        col(Message.address).in_(addresses),
        col(Message.state) == MessageState.QUEUED,
        col(Message.message_class).in_((MessageClass.ARREARS, MessageClass.INFORMATION)),
    )
    return list(session.exec(statement.order_by(col(Message.created_at), col(Message.id))))


def answers_since(session: Session, address: str, since: datetime, templates: Collection[str] | None = None) -> int:
    """How many automatic answers (of these templates) have been written to an address since then."""
    statement = (
        select(func.count())
        .select_from(Message)
        .where(
            col(Message.address) == address,
            col(Message.direction) == Direction.OUT,
            col(Message.message_class) == MessageClass.ANSWER,
            col(Message.created_at) > since,
            col(Message.state) != MessageState.CANCELLED,
        )
    )
    if templates is not None:
        statement = statement.where(col(Message.template_key).in_(templates))
    return session.exec(statement).one()


def latest_to(session: Session, address: str, message_class: MessageClass | None = None) -> Message | None:
    """The latest message (of a class) to this address that has left or is about to."""
    statement = select(Message).where(
        col(Message.address) == address,
        col(Message.direction) == Direction.OUT,
        col(Message.state).not_in((MessageState.CANCELLED, MessageState.FAILED)),
    )
    if message_class is not None:
        statement = statement.where(col(Message.message_class) == message_class)
    return session.exec(statement.order_by(col(Message.created_at).desc(), col(Message.id).desc()).limit(1)).first()


def by_provider_ref(session: Session, provider: str, provider_ref: str) -> str | None:
    """The id of the message that a provider knows by this reference."""
    statement = select(Message.id).where(col(Message.provider) == provider, col(Message.provider_ref) == provider_ref)
    return session.exec(statement).first()


def postpone(session: Session, message_id: str, until: datetime) -> None:
    """Leave a queued message alone until then."""
    statement = update(Message).where(col(Message.id) == message_id, col(Message.state) == MessageState.QUEUED)
    session.exec(statement.values(not_before=until))
