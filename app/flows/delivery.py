"""Delivery hands queued messages to their channels, each exactly once.

One transaction claims what is due, judges each message anew on locked facts, and marks the right ones as being sent.
Then they are sent, many at a time, with no transaction open. Each outcome is written down in a transaction of its own
(`flows.outcomes`); a send whose end nobody knows is never repeated.
"""

import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Final

import structlog
from sqlmodel import Session

from app.channels.base import Accepted, OutcomeUnknown, Outgoing, PermanentFailure, Sender, TemporaryFailure
from app.flows.alerts import record_alert
from app.flows.messages import cancel
from app.flows.outcomes import NotStarted, Outcome, record
from app.flows.recheck import still_right
from app.flows.service import Service
from app.models import Attempt, Message
from app.store import control, messages
from app.store.engine import writing
from app.vocabulary import AlertKind, MessageState

WORKERS: Final = 32
BATCH: Final = 4 * WORKERS
MARGIN: Final = timedelta(seconds=30)
"""How much longer a lease is than the sends it covers."""
JUDGE_AGAIN: Final = timedelta(minutes=5)

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Send:
    """One attempt that this process holds until `lease` after the claim."""

    attempt_id: str
    message_id: str
    outgoing: Outgoing
    sender: Sender
    lease: timedelta


def deliver(service: Service, now: datetime) -> int:
    """One pass over what is due. Returns how many messages a provider accepted."""
    began = service.clock()
    with writing(service.engine) as session:
        sends = _claim(session, service, now)

    def hand_over(send: _Send) -> bool:
        outcome = _send(send, service.clock() - began)
        at = now + (service.clock() - began)
        with writing(service.engine) as session:
            record(session, send.attempt_id, outcome, at)
        return isinstance(outcome, Accepted)

    if len(sends) <= 1:
        return sum(map(hand_over, sends))
    with ThreadPoolExecutor(max_workers=min(WORKERS, len(sends)), thread_name_prefix="send") as pool:
        return sum(pool.map(hand_over, sends))


def _claim(session: Session, service: Service, now: datetime) -> list[_Send]:
    paused = control.switches(session).paused_at is not None
    due = messages.claim_due(session, now, channels=service.senders.keys(), limit=BATCH, staff_only=paused)
    waves = ceil(len(due) / WORKERS)
    sends = []
    for message_id, message in [(message.id, message) for message in due]:
        try:
            with session.begin_nested():
                send = _judge(session, service, message, waves, now)
        except Exception:  # noqa: BLE001  one message that cannot be judged must not hold up all others
            _log.exception("a message could not be judged", message_id=message_id)
            messages.postpone(session, message_id, now + JUDGE_AGAIN)
            record_alert(session, AlertKind.DELIVERY, key=f"unjudged:{now:%Y-%m-%dT%H}", now=now, message_id=message_id)
            continue
        if send is not None:
            sends.append(send)
    return sends


def _judge(session: Session, service: Service, message: Message, waves: int, now: datetime) -> _Send | None:
    """Cancel the message if it has become wrong; else mark it as being sent, under a lease that covers every wave."""
    wrong = still_right(session, service, message, now)
    if wrong is not None:
        cancel(session, message, wrong, now)
        return None
    sender = service.senders[message.channel]
    lease = sender.timeout * waves + MARGIN
    attempt_id, number = uuid.uuid4().hex, message.attempts + 1
    messages.move(
        session, message.id, MessageState.SENDING, origins={MessageState.QUEUED}, attempt=message.attempts,
        attempts=number, lease_until=now + lease,
    )
    session.add(Attempt(id=attempt_id, message_id=message.id, number=number, provider=sender.name, started_at=now,
                        lease_until=now + lease))
    session.flush()
    outgoing = Outgoing(attempt_id=attempt_id, message_id=message.id, channel=message.channel, to=message.address,
                        body=message.body, subject=message.subject, html=message.html)
    return _Send(attempt_id=attempt_id, message_id=message.id, outgoing=outgoing, sender=sender, lease=lease)


def _send(send: _Send, waited: timedelta) -> Outcome:
    """Send, if the lease outlasts the whole time-out. A sender that breaks its word may have sent: nobody knows."""
    if waited + send.sender.timeout > send.lease:
        return NotStarted()
    try:
        return send.sender.send(send.outgoing)
    except (TemporaryFailure, PermanentFailure, OutcomeUnknown) as outcome:
        return outcome
    except Exception:  # noqa: BLE001  whatever went wrong, the message may have left
        _log.exception("a sender failed in an unknown way", message_id=send.message_id, provider=send.sender.name)
        return OutcomeUnknown("unexpected")
