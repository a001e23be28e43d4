"""A tenant has written.

The message is stored once, as it came, and understood (`policy.reply`) under the lock of every tenancy of that number.
What follows (`flows.effects`) and the answer are written in the same transaction. What is not understood holds
everything until a person has handled it.
"""

import hashlib
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlmodel import Session

from app.errors import NotFound
from app.flows.answers import party
from app.flows.effects import Reply, take_effect
from app.flows.holds import release_hold
from app.flows.service import Service
from app.models import Message
from app.policy.because import Because, because
from app.policy.phone import parse_phone
from app.policy.reply import classify
from app.store import callbacks, contacts, holds, messages, replies
from app.store.contacts import Holder
from app.store.engine import lock_tenancies
from app.store.touchpoints import append
from app.vocabulary import (
    Channel,
    Direction,
    HoldKind,
    IntentKind,
    MessageClass,
    MessageState,
    ReasonCode,
    TouchpointKind,
)

LONGEST: Final = 1600
"""Characters of a message that are kept; a longer one is cut, with a mark."""

_SETTLED: Final = frozenset(
    {IntentKind.OPT_OUT, IntentKind.OPT_IN, IntentKind.WRONG_NUMBER, IntentKind.AUTO_REPLY, IntentKind.ACKNOWLEDGED}
)
"""Needs nobody, whoever wrote it."""
_SETTLED_IF_KNOWN: Final = _SETTLED | {IntentKind.CALL_ME, IntentKind.SAYS_PAID}
_TIME_ASKED: Final = frozenset({"callback_ack", "callback_ack_adjusted", "callback_moved"})
"""Answers after which a bare time is a wish for the call."""


def receive(
    session: Session, service: Service, *, provider: str, provider_ref: str, sender: str, body: str, now: datetime
) -> str:
    """Take in one message from `sender`, a number or an e-mail address. Returns its id; if told before, the first's."""
    channel, address = _normalise(sender, service)
    provider_ref = _reference(provider_ref)
    who = _lock(session, channel, address)
    text = _storable(body)
    to = party(service, channel, address, who)
    intent = classify(text, to.language, _awaiting(session, address, who), now.astimezone(service.rules.timezone))
    settled = intent.kind in (_SETTLED_IF_KNOWN if who else _SETTLED)
    reason = because(ReasonCode.REPLY_UNDERSTOOD, intent=intent.kind.value, words=intent.words or None)
    message = Message(
        id=uuid.uuid4().hex,
        tenancy_id=to.tenancy_id,
        tenant_id=to.tenant_id,
        direction=Direction.IN,
        channel=channel,
        address=address,
        language=to.language,
        body=_kept(text),
        intent=intent.kind.value,
        state=MessageState.RECEIVED,
        because_code=reason.code.value,
        because_values=reason.as_dict(),
        provider=provider,
        provider_ref=provider_ref,
        created_at=now,
        handled_at=now if settled else None,
    )
    if not replies.insert_reply(session, message):
        return messages.by_provider_ref(session, provider, provider_ref) or message.id
    _log(session, message, who, reason, now)
    take_effect(session, service, Reply(message, intent, who, to), now)
    return message.id


def handle(session: Session, message_id: str, by: str, now: datetime) -> bool:
    """A person has dealt with a reply: its hold ends everywhere. False when that was done before. Raises NotFound."""
    message = session.get(Message, message_id)
    if message is None or message.direction is not Direction.IN:
        raise NotFound
    held = holds.set_by_reply(session, message_id, HoldKind.UNREAD_REPLY)
    lock_tenancies(session, [hold.tenancy_id for hold in held])
    changed = replies.mark_handled(session, [message_id], now) == 1
    for hold in held:
        if hold.id is not None:
            release_hold(session, hold.id, by, now)
    return changed


def _normalise(sender: str, service: Service) -> tuple[Channel, str]:
    text = " ".join(_storable(sender).split())
    if "@" in text:
        return Channel.EMAIL, text.lower()[:254]
    return Channel.SMS, parse_phone(text, service.rules.calendar.country or "SE") or text[:254]


def _lock(session: Session, channel: Channel, address: str) -> list[Holder]:
    """Everybody at the address, under lock; the tenancy that we last wrote about comes first."""
    concerned = {holder.tenancy_id for holder in contacts.holders_at(session, channel, address)}
    waiting = {message.tenancy_id for message in messages.queued_unsolicited(session, [address])}
    lock_tenancies(session, sorted(concerned | {tenancy_id for tenancy_id in waiting if tenancy_id is not None}))
    who = [h for h in contacts.holders_at(session, channel, address) if h.tenancy_id in concerned]
    latest = messages.latest_to(session, address)
    return sorted(who, key=lambda holder: latest is None or holder.tenancy_id != latest.tenancy_id)


def _awaiting(session: Session, address: str, who: Sequence[Holder]) -> str | None:
    latest = messages.latest_to(session, address, MessageClass.ANSWER)
    if latest is None or latest.template_key not in _TIME_ASKED:
        return None
    return "callback_time" if callbacks.waiting(session, [holder.tenancy_id for holder in who]) else None


def _storable(text: str) -> str:
    """Without what a database refuses: NUL, and halves of surrogate pairs."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def _reference(provider_ref: str) -> str:
    """The provider's id; one too long for its column by its digest, so that it still tells a repetition."""
    text = _storable(provider_ref)
    return text if len(text) <= 100 else hashlib.sha256(text.encode()).hexdigest()


def _kept(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} […]"


def _log(session: Session, message: Message, who: Sequence[Holder], reason: Because, now: datetime) -> None:
    for tenancy_id in sorted({holder.tenancy_id for holder in who}):
        append(session, tenancy_id, at=now, kind=TouchpointKind.REPLY, actor="tenant", because=reason, message=message)
