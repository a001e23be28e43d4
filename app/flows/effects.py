"""What follows from a tenant's reply, by what it means. The table of "Replies" in 4-decisions.md.

A number of several tenancies or holders holds all of them. Somebody whom we do not know gets no personal data, and
nothing but a neutral answer once a day; danger to life is acted on whoever writes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final

from sqlmodel import Session

from app.flows.alerts import raise_alert
from app.flows.answers import Party, answer, may_answer
from app.flows.callbacks import ask
from app.flows.holds import set_hold
from app.flows.messages import KVAR, cancel
from app.flows.service import Service
from app.models import Message
from app.policy.because import because
from app.policy.reply import Intent
from app.policy.rules import Rules
from app.rendering.phrases import opens_phrase, when_phrase
from app.store import contacts, holds, messages, replies, runs
from app.store.contacts import Holder
from app.store.touchpoints import append
from app.vocabulary import AlertKind, BlockKind, Channel, HoldKind, IntentKind, ReasonCode, TouchpointKind

SAYS_PAID_FOR: Final = 3
"""Bank days in which a payment that the tenant speaks of should be seen."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A stored message, what it means, everybody at its number (the one it is about first), and whom to answer."""

    message: Message
    intent: Intent
    who: Sequence[Holder]
    to: Party

    @property
    def tenancies(self) -> list[str]:
        return list(dict.fromkeys(holder.tenancy_id for holder in self.who))


def take_effect(session: Session, service: Service, reply: Reply, now: datetime) -> None:
    """Do what follows, and queue the answer."""
    match reply.intent.kind:
        case IntentKind.OPT_OUT:
            _opt_out(session, service, reply, now)
        case IntentKind.OPT_IN:
            _opt_in(session, service, reply, now)
        case IntentKind.CRISIS | IntentKind.THREAT as kind:
            _danger(session, service, reply, kind, now)
        case IntentKind.AUTO_REPLY | IntentKind.ACKNOWLEDGED:
            pass
        case _ if not reply.who:
            _read_later(session, service, reply, now)
        case IntentKind.CALL_ME:
            _call_me(session, service, reply, now)
        case IntentKind.SAYS_PAID:
            _says_paid(session, service, reply, now)
        case IntentKind.WRONG_NUMBER:
            _wrong_number(session, service, reply, now)
        case _:
            _hold_each(session, reply, HoldKind.UNREAD_REPLY, now)
            _read_later(session, service, reply, now)
    runs.look_now(session, reply.tenancies, now)


def _opt_out(session: Session, service: Service, reply: Reply, now: datetime) -> None:
    to = reply.to
    new = contacts.block(
        session, channel=to.channel, address=to.address, kind=BlockKind.OPT_OUT, message_id=reply.message.id, now=now
    )
    _cancel_pending(session, to.address, ReasonCode.OPTED_OUT, to.name, now)
    if new:
        answer(session, service, to, "opt_out_ack", inbound=reply.message, now=now)


def _opt_in(session: Session, service: Service, reply: Reply, now: datetime) -> None:
    to = reply.to
    if contacts.lift(session, channel=to.channel, address=to.address, kind=BlockKind.OPT_OUT, now=now):
        _note_point(session, reply, ReasonCode.OPTED_IN, now)
    answer(session, service, to, "opt_in_ack", inbound=reply.message, now=now)


def _danger(session: Session, service: Service, reply: Reply, kind: IntentKind, now: datetime) -> None:
    """Everything stops, and people are told at once. A threat gets no answer."""
    crisis = kind is IntentKind.CRISIS
    _hold_each(session, reply, HoldKind.CRISIS if crisis else HoldKind.THREAT, now)
    raise_alert(
        session,
        service,
        AlertKind.CRISIS if crisis else AlertKind.THREAT,
        key=f"{kind.value}:{reply.message.id}",
        now=now,
        tenancy_id=reply.to.tenancy_id,
        message_id=reply.message.id,
    )
    if crisis and service.rules.opening_hours.is_open(now):
        answer(session, service, reply.to, "crisis_ack_open", inbound=reply.message, now=now)
    elif crisis:
        when = _opens(service, reply.to.language, now)
        answer(session, service, reply.to, "crisis_ack_closed", inbound=reply.message, now=now, when=when)


def _call_me(session: Session, service: Service, reply: Reply, now: datetime) -> None:
    who = {holder.tenancy_id: holder.tenant_id for holder in reversed(reply.who)}
    phone = reply.to.address if reply.to.channel is Channel.SMS else None
    asked = ask(
        session,
        service,
        who=[(tenancy_id, who[tenancy_id]) for tenancy_id in reply.tenancies],
        wish=reply.intent.wish,
        by="tenant",
        phone=phone,
        message_id=reply.message.id,
        now=now,
    )
    when = when_phrase(asked.appointment, now, reply.to.language, service.rules.timezone)
    key = "callback_moved" if asked.moved else "callback_ack"
    if asked.appointment.adjusted:
        key = "callback_ack_adjusted"
    answer(session, service, reply.to, key, inbound=reply.message, now=now, when=when)


def _says_paid(session: Session, service: Service, reply: Reply, now: datetime) -> None:
    until = _end_of_bank_day(service.rules, now, SAYS_PAID_FOR)
    for tenancy_id in reply.tenancies:
        if holds.owes(session, tenancy_id):
            _hold_once(session, reply, tenancy_id, HoldKind.SAYS_PAID, now, until)
    answer(session, service, reply.to, "says_paid_ack", inbound=reply.message, now=now)


def _wrong_number(session: Session, service: Service, reply: Reply, now: datetime) -> None:
    """The number is somebody else's. What we sent there may have told them about our tenant."""
    to = reply.to
    for tenant_id in sorted({holder.tenant_id for holder in reply.who}):
        contacts.block(
            session,
            channel=to.channel,
            address=to.address,
            kind=BlockKind.WRONG_NUMBER,
            tenant_id=tenant_id,
            message_id=reply.message.id,
            now=now,
        )
    _cancel_pending(session, to.address, ReasonCode.POINT_BLOCKED, "", now, kind=BlockKind.WRONG_NUMBER.value)
    _note_point(session, reply, ReasonCode.NUMBER_WRONG, now, breach="possible")
    stranger = Party(channel=to.channel, address=to.address, language=to.language, tenancy_id=to.tenancy_id)
    answer(session, service, stranger, "wrong_number_ack", inbound=reply.message, now=now)


def _read_later(session: Session, service: Service, reply: Reply, now: datetime) -> None:
    """Once a day at most, whatever else is written."""
    to, today = reply.to, service.rules.local_date(now)
    if not may_answer(session, to, "read_later_ack", now):
        return
    if replies.claim_day(session, f"ack:{to.address}", today, reply.message.id):
        when = _opens(service, to.language, now)
        answer(session, service, to, "read_later_ack", inbound=reply.message, now=now, when=when)


def _hold_each(session: Session, reply: Reply, kind: HoldKind, now: datetime) -> None:
    """Every unread reply holds by itself, until it is read; danger holds once."""
    for tenancy_id in reply.tenancies:
        if kind is HoldKind.UNREAD_REPLY:
            set_hold(session, tenancy_id=tenancy_id, kind=kind, by=KVAR, now=now, message_id=reply.message.id)
        else:
            _hold_once(session, reply, tenancy_id, kind, now, None)


def _hold_once(
    session: Session, reply: Reply, tenancy_id: str, kind: HoldKind, now: datetime, until: datetime | None
) -> None:
    if not holds.unreleased(session, tenancy_id, {kind}):
        set_hold(session, tenancy_id=tenancy_id, kind=kind, by=KVAR, now=now, until=until, message_id=reply.message.id)


def _cancel_pending(
    session: Session, address: str, code: ReasonCode, name: str, now: datetime, kind: str | None = None
) -> None:
    for message in messages.queued_unsolicited(session, [address]):
        cancel(session, message, because(code, name=name or None, kind=kind), now)


def _note_point(session: Session, reply: Reply, code: ReasonCode, now: datetime, breach: str | None = None) -> None:
    names = {holder.tenancy_id: holder.given_name for holder in reversed(reply.who)}
    for tenancy_id, name in sorted(names.items()):
        append(
            session,
            tenancy_id,
            at=now,
            kind=TouchpointKind.CONTACT_POINT,
            actor="tenant",
            because=because(code, name=name or None, breach=breach),
            channel=reply.to.channel,
        )


def _opens(service: Service, language: str, now: datetime) -> str:
    return opens_phrase(service.rules.opening_hours.next_open(now), now, language, service.rules.timezone)


def _end_of_bank_day(rules: Rules, now: datetime, days: int) -> datetime:
    last = rules.calendar.add_bank_days(rules.local_date(now), days)
    return datetime.combine(last + timedelta(days=1), time.min, rules.timezone).astimezone(UTC)
