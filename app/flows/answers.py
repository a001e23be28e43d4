"""Automatic answers to what a tenant wrote.

Not capped and at any hour, because the tenant spoke first; but never after STOPP, except to START and to somebody in
danger, and never more than two within ten minutes, so that two machines do not talk to each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session

from app.flows.messages import queue
from app.flows.service import Service
from app.models import Message
from app.policy.because import because
from app.rendering.variables import variables
from app.store import contacts, messages
from app.store.contacts import Holder
from app.vocabulary import BlockKind, Channel, MessageClass, ReasonCode

CRISIS: Final = frozenset({"crisis_ack_open", "crisis_ack_closed"})
AFTER_STOP: Final = CRISIS | {"opt_out_ack", "opt_in_ack"}
LOOP: Final = timedelta(minutes=10)
MOST_IN_LOOP: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Whom to answer. A name only when the number is one person's; no tenancy when nobody is known there."""

    channel: Channel
    address: str
    language: str
    tenancy_id: str | None = None
    tenant_id: str | None = None
    name: str = ""


def party(service: Service, channel: Channel, address: str, who: Sequence[Holder]) -> Party:
    """The other party of a conversation, from the holders at its address: the first is the one it is about."""
    stated = {holder.language for holder in who}
    common = stated.pop() if len(stated) == 1 else None
    language = common if common in service.rules.sendable_languages else service.rules.language
    if not who:
        return Party(channel=channel, address=address, language=language or service.rules.language)
    alone = len({holder.tenant_id for holder in who}) == 1
    return Party(
        channel=channel,
        address=address,
        language=language or service.rules.language,
        tenancy_id=who[0].tenancy_id,
        tenant_id=who[0].tenant_id,
        name=who[0].given_name if alone else "",
    )


def answer(
    session: Session, service: Service, to: Party, key: str, *, inbound: Message, now: datetime, when: str = ""
) -> bool:
    """Queue the answer `key`, unless STOPP or a loop forbids it. `when` is a phrase in the party's language."""
    if not may_answer(session, to, key, now):
        return False
    words = variables(service.company, to.language, name=to.name, when=when)
    rendered = service.texts.render(key, to.language, to.channel, words)
    queue(
        session,
        tenancy_id=to.tenancy_id,
        tenant_id=to.tenant_id,
        channel=to.channel,
        address=to.address,
        message_class=MessageClass.ANSWER,
        rendered=rendered,
        now=now,
        in_reply_to=inbound.id,
        because=because(ReasonCode.ANSWER, intent=inbound.intent, name=to.name or None),
    )
    return True


def may_answer(session: Session, to: Party, key: str, now: datetime) -> bool:
    """Somebody in danger is answered even when other answers have just gone out."""
    counted = CRISIS if key in CRISIS else None
    if messages.answers_since(session, to.address, now - LOOP, counted) >= MOST_IN_LOOP:
        return False
    stopped = contacts.is_blocked(session, to.channel, to.address, BlockKind.OPT_OUT)
    return not stopped or key in AFTER_STOP
