"""Messages to tenants and staff are rows first.

Whoever wants something said queues it here, with its exact text and its reason, in the transaction that makes it so.
`flows.delivery` hands it over later, or cancels it when it has become wrong. A cancelled message
frees its step and its day.
"""

import uuid
from datetime import datetime
from typing import Any

from sqlmodel import Session

from app.models import Message
from app.policy.because import Because
from app.policy.delivery import origins
from app.rendering.texts import Rendered
from app.store import messages, runs
from app.store.engine import lock_tenancies
from app.store.touchpoints import append
from app.vocabulary import Channel, Direction, MessageClass, MessageState, TouchpointKind

KVAR = "kvar"
"""The actor of everything that happens by itself."""


def queue(
    session: Session,
    *,
    tenancy_id: str | None,
    tenant_id: str | None,
    channel: Channel,
    address: str,
    message_class: MessageClass,
    rendered: Rendered,
    because: Because,
    now: datetime,
    run_id: int | None = None,
    step_key: str | None = None,
    in_reply_to: str | None = None,
    not_before: datetime | None = None,
) -> Message:
    """Put a message in the outbox, as it will be sent. It leaves at the next delivery, or at `not_before`."""
    message = Message(
        id=uuid.uuid4().hex,
        tenancy_id=tenancy_id,
        tenant_id=tenant_id,
        run_id=run_id,
        step_key=step_key,
        in_reply_to=in_reply_to,
        direction=Direction.OUT,
        channel=channel,
        message_class=message_class,
        address=address,
        state=MessageState.QUEUED,
        because_code=because.code.value,
        because_values=because.as_dict() or None,
        not_before=not_before,
        created_at=now,
        **_as_rendered(rendered),
    )
    session.add(message)
    session.flush()
    return message


def _as_rendered(rendered: Rendered) -> dict[str, Any]:
    return {
        "language": rendered.language,
        "template_key": rendered.template,
        "template_version": rendered.version,
        "subject": rendered.subject,
        "body": rendered.body,
        "html": rendered.html,
        "parts": rendered.parts,
        "encoding": rendered.encoding,
    }


def cancel(session: Session, message: Message, because: Because, now: datetime) -> None:
    """Take back a queued message: its step and its day are free again, the runs look anew. Nothing if it left."""
    if message.tenancy_id is not None:
        lock_tenancies(session, [message.tenancy_id])
    moved = messages.move(
        session,
        message.id,
        MessageState.CANCELLED,
        origins=origins(MessageState.CANCELLED),
        settled_at=now,
        because_code=because.code.value,
        because_values=because.as_dict() or None,
    )
    if moved:
        undo(session, message, because, now, reached_nobody=True)


def undo(session: Session, message: Message, because: Because, now: datetime, *, reached_nobody: bool) -> None:
    """A message has come to nothing: its step is to be done again. Its day is free only if it `reached_nobody`."""
    messages.release_touches(session, message.id)
    if reached_nobody:
        messages.release_claims(session, message.id)
    log(session, message, because, now)
    if message.tenancy_id is not None:
        runs.look_now(session, [message.tenancy_id], now)


def log(session: Session, message: Message, because: Because | None, at: datetime) -> None:
    """Write what happened to a message, and its text, into its tenancy's log; messages to staff belong to none.

    Without `because` the message's own reason stands.
    """
    if message.tenancy_id is not None:
        kind = TouchpointKind.MESSAGE
        append(session, message.tenancy_id, at=at, kind=kind, actor=KVAR, because=because, message=message)
