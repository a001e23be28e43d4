"""Delivery hands queued messages to their channels, each exactly once.

One transaction claims what is due, judges each message anew on locked facts, and marks the right ones as being sent.
Then they are sent, many at a time, with no transaction open. Each outcome is written down in a transaction of its own
(`flows.outcomes`); a send whose end nobody knows is never repeated.
"""

import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from threading import Lock
from typing import Final

import structlog
from sqlmodel import Session

from app.channels.base import Accepted, OutcomeUnknown, Outgoing, PermanentFailure, Sender, TemporaryFailure
from app.flows.alerts import record_alert
from app.flows.messages import cancel
from app.flows.outcomes import NotStarted, Outcome, give_up, lose_sight, record
from app.flows.recheck import still_right
from app.flows.service import Service
from app.models import Attempt, Message
from app.policy.delivery import UNCERTAIN_FOR
from app.store import control, messages, runs
from app.store.engine import lock_tenancies, writing
from app.vocabulary import AlertKind, MessageState

WORKERS: Final = 32
BATCH: Final = 4 * WORKERS
PASSES: Final = 50
"""Batches in one delivery; what is left is for the next tick."""
MARGIN: Final = timedelta(seconds=30)
"""How much longer a lease is than the sends it covers."""
_SWEEP: Final = 500
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
    """Deal with everything that is due, a batch at a time. Returns how many messages a provider accepted."""
    started = service.clock()
    accepted = 0
    for _ in range(PASSES):
        began = service.clock()
        at = now + (began - started)
        with writing(service.engine) as session:
            judged, sends = _claim(session, service, at)
        accepted += _send_all(service, sends, at, began)
        if judged < BATCH:
            break
    return accepted


def _send_all(service: Service, sends: Sequence[_Send], now: datetime, began: datetime) -> int:
    """Send side by side. `began`: what the clock said at `now`, when the leases began."""
    # Measured: outcomes are written down fastest one after another, on both kinds of database.
    recording = Lock()

    def hand_over(send: _Send) -> bool:
        outcome = _send(send, service.clock() - began)
        with recording, writing(service.engine) as session:
            record(session, send.attempt_id, outcome, now + (service.clock() - began))
        return isinstance(outcome, Accepted)

    if len(sends) <= 1:
        return sum(map(hand_over, sends))
    with ThreadPoolExecutor(max_workers=min(WORKERS, len(sends)), thread_name_prefix="send") as pool:
        return sum(pool.map(hand_over, sends))


def _claim(session: Session, service: Service, now: datetime) -> tuple[int, list[_Send]]:
    """How many messages were judged, and the attempts that came of it."""
    paused = control.switches(session).paused_at is not None
    due = messages.claim_due(session, now, channels=service.senders.keys(), limit=BATCH, staff_only=paused)
    waves = ceil(len(due) / WORKERS)
    sends = []
    ours = {message.id: message for message in _judgeable(session, due)}
    for message_id, message in ours.items():
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
    return len(ours), sends


def _judgeable(session: Session, due: Sequence[Message]) -> list[Message]:
    """Those whose facts are all locked: a tenant's other tenancies count. What another holds is for the next pass."""
    beside = runs.siblings(session, sorted({message.tenancy_id for message in due if message.tenancy_id is not None}))
    ours = runs.lock_free(session, sorted(set(beside).union(*beside.values())))
    return [message for message in due if message.tenancy_id is None or beside[message.tenancy_id] <= ours]


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
        session,
        message.id,
        MessageState.SENDING,
        origins={MessageState.QUEUED},
        attempt=message.attempts,
        attempts=number,
        lease_until=now + lease,
    )
    session.add(
        Attempt(
            id=attempt_id,
            message_id=message.id,
            number=number,
            provider=sender.name,
            started_at=now,
            lease_until=now + lease,
        )
    )
    session.flush()
    outgoing = Outgoing(
        attempt_id=attempt_id,
        message_id=message.id,
        channel=message.channel,
        to=message.address,
        body=message.body,
        subject=message.subject,
        html=message.html,
    )
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


def sweep_leases(service: Service, now: datetime) -> int:
    """Sends whose lease ran out become uncertain; uncertain for an hour, they become a person's. How many moved.

    In between, a receipt may tell how they ended. Nothing uncertain goes back to the queue.
    """
    moved = 0
    with writing(service.engine) as session:
        for message in _locked(session, messages.expired_sends(session, now, _SWEEP)):
            moved += lose_sight(session, message, now)
    with writing(service.engine) as session:
        for message in _locked(session, messages.uncertain_since(session, now - UNCERTAIN_FOR, _SWEEP)):
            moved += give_up(session, service, message, now)
    return moved


def _locked(session: Session, stuck: list[tuple[str, str | None]]) -> list[Message]:
    lock_tenancies(session, sorted({tenancy_id for _, tenancy_id in stuck if tenancy_id is not None}))
    return [session.get_one(Message, message_id, populate_existing=True) for message_id, _ in stuck]
