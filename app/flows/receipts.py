"""What a provider tells about a message afterwards.

A receipt names one attempt, and moves its message forward or not at all, in whatever order and how often it comes. It
also resolves a send whose outcome was unknown. What did not arrive frees its step, so that another way is tried.
"""

from datetime import datetime

from sqlmodel import Session

from app.flows.messages import KVAR, log, undo
from app.models import Attempt, Message
from app.policy.because import because
from app.policy.delivery import TERMINAL, origins
from app.store import contacts, messages
from app.store.engine import lock_tenancies
from app.store.touchpoints import append
from app.vocabulary import BlockKind, MessageState, ReasonCode, TouchpointKind


def receive(
    session: Session,
    *,
    attempt_id: str,
    status: MessageState,
    now: datetime,
    code: str | None = None,
    bad_address: bool = False,
) -> bool:
    """Take in a receipt: `sent`, `delivered` or `undelivered`. True when the message moved; an unknown attempt is none.

    `code` is the provider's; `bad_address` when it says that the contact point itself is at fault.
    """
    attempt = session.get(Attempt, attempt_id)
    if attempt is None:
        return False
    message = session.get_one(Message, attempt.message_id)
    if message.tenancy_id is not None:
        lock_tenancies(session, [message.tenancy_id])
        session.refresh(message)
    unsent = message.sent_at is None
    moved = messages.move(
        session,
        message.id,
        status,
        origins=origins(status),
        attempt=attempt.number,
        provider=attempt.provider,
        sent_at=message.sent_at or attempt.started_at,
        settled_at=now if status in TERMINAL else None,
    )
    messages.note_receipt(session, attempt_id, outcome=status.value, code=code)
    if moved and status is MessageState.UNDELIVERED:
        undo(session, message, because(ReasonCode.PROVIDER_REFUSED, code=code), now, reached_nobody=False)
        if bad_address:
            block_failed(session, message, code, now)
    elif moved and unsent:
        log(session, message, None, now)
    return moved


def block_failed(session: Session, message: Message, code: str | None, now: datetime) -> None:
    """The provider knows no such number or address: it is not used for this tenant again."""
    new = contacts.block(
        session,
        channel=message.channel,
        address=message.address,
        kind=BlockKind.FAILED,
        tenant_id=message.tenant_id or "",
        message_id=message.id,
        now=now,
    )
    if new and message.tenancy_id is not None:
        reason = because(ReasonCode.NUMBER_FAILED, code=code)
        append(
            session,
            message.tenancy_id,
            at=now,
            kind=TouchpointKind.CONTACT_POINT,
            actor=KVAR,
            because=reason,
            channel=message.channel,
        )
