"""How a send ended, written down.

Each outcome belongs to one attempt and counts only while that is the current one: a receipt may have come first, or the
lease may have run out. Only what was certainly not accepted is sent again; what nobody knows is uncertain, and after an
hour a person's.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias, assert_never

from sqlmodel import Session

from app.channels.base import Accepted, OutcomeUnknown, PermanentFailure, TemporaryFailure
from app.flows.alerts import raise_alert, record_alert
from app.flows.messages import log, undo
from app.flows.receipts import block_failed
from app.flows.service import Service
from app.models import Attempt, Message, Task
from app.policy.because import because
from app.policy.delivery import retry_delay
from app.store import contacts, messages
from app.store.engine import lock_tenancies
from app.vocabulary import AlertKind, MessageClass, MessageState, ReasonCode, StepKind

_OPEN: Final = frozenset({MessageState.SENDING, MessageState.UNCERTAIN})


@dataclass(frozen=True, slots=True)
class NotStarted:
    """The lease was too short for the whole time-out, so nothing was sent."""


Outcome: TypeAlias = Accepted | TemporaryFailure | PermanentFailure | OutcomeUnknown | NotStarted


def record(session: Session, attempt_id: str, outcome: Outcome, now: datetime) -> None:
    """Write down how an attempt ended."""
    attempt = session.get_one(Attempt, attempt_id)
    message = session.get_one(Message, attempt.message_id)
    if message.tenancy_id is not None:
        lock_tenancies(session, [message.tenancy_id])
        session.refresh(message)
    match outcome:
        case Accepted():
            _accepted(session, message, attempt, outcome, now)
        case TemporaryFailure():
            _refused(session, message, attempt, outcome, now)
        case PermanentFailure():
            messages.finish_attempt(session, attempt.id, outcome="failed", code=outcome.code, at=now)
            _failed(session, message, attempt, outcome, now)
        case OutcomeUnknown():
            messages.finish_attempt(session, attempt.id, outcome="unknown", code=outcome.code, at=now)
            lose_sight(session, message, now, attempt=attempt.number)
        case NotStarted():
            messages.finish_attempt(session, attempt.id, outcome="not_started", at=now)
            messages.move(
                session, message.id, MessageState.QUEUED, origins=_OPEN, attempt=attempt.number, lease_until=None
            )
        case _:
            assert_never(outcome)


def _accepted(session: Session, message: Message, attempt: Attempt, outcome: Accepted, now: datetime) -> None:
    messages.finish_attempt(session, attempt.id, outcome="accepted", at=now, provider_ref=outcome.provider_ref)
    moved = messages.move(
        session,
        message.id,
        MessageState.DELIVERED if outcome.delivered else MessageState.SENT,
        origins=_OPEN,
        attempt=attempt.number,
        provider=attempt.provider,
        sent_at=attempt.started_at,
        settled_at=now if outcome.delivered else None,
    )
    if moved:
        log(session, message, None, now)


def _refused(session: Session, message: Message, attempt: Attempt, outcome: TemporaryFailure, now: datetime) -> None:
    messages.finish_attempt(session, attempt.id, outcome="refused", code=outcome.code, at=now)
    delay = retry_delay(attempt.id, attempt.number, outcome.retry_after)
    if delay is None:
        _failed(session, message, attempt, PermanentFailure(outcome.code), now)
        return
    messages.move(
        session,
        message.id,
        MessageState.QUEUED,
        origins=_OPEN,
        attempt=attempt.number,
        not_before=now + delay,
        lease_until=None,
    )


def _failed(session: Session, message: Message, attempt: Attempt, outcome: PermanentFailure, now: datetime) -> None:
    moved = messages.move(
        session,
        message.id,
        MessageState.FAILED,
        origins=_OPEN,
        attempt=attempt.number,
        provider=attempt.provider,
        settled_at=now,
    )
    if not moved:
        return
    undo(session, message, because(ReasonCode.PROVIDER_REFUSED, code=outcome.code), now, reached_nobody=True)
    if outcome.bad_address:
        block_failed(session, message, outcome.code, now)
    else:
        record_alert(session, AlertKind.DELIVERY, key=f"failed:{now:%Y-%m-%dT%H}", now=now, message_id=message.id)


def lose_sight(session: Session, message: Message, now: datetime, *, attempt: int | None = None) -> bool:
    """Nobody knows yet whether it arrived."""
    moved = messages.move(session, message.id, MessageState.UNCERTAIN, origins={MessageState.SENDING}, attempt=attempt)
    if moved:
        log(session, message, because(ReasonCode.OUTCOME_UNKNOWN), now)
    return moved


def give_up(session: Session, service: Service, message: Message, now: datetime) -> bool:
    """Nobody will know whether it arrived. It keeps its step and its day: silence beats a second reminder."""
    moved = messages.move(
        session, message.id, MessageState.UNRESOLVED, origins={MessageState.UNCERTAIN}, settled_at=now
    )
    if not moved:
        return False
    log(session, message, because(ReasonCode.DELIVERY_UNRESOLVED), now)
    if message.tenancy_id is not None:
        session.add(
            Task(
                tenancy_id=message.tenancy_id,
                case_id=contacts.open_case_id(session, message.tenancy_id),
                run_id=message.run_id,
                kind=StepKind.REVIEW,
                step_key="delivery",
                because_code=ReasonCode.DELIVERY_UNRESOLVED.value,
                created_at=now,
            )
        )
    key = f"delivery:{now:%Y-%m-%dT%H}"
    if message.message_class is MessageClass.ALERT:
        # An alert about an alert would go the way of the first.
        record_alert(session, AlertKind.DELIVERY, key=f"{key}:alert", now=now, message_id=message.id)
    else:
        raise_alert(
            session, service, AlertKind.DELIVERY, key=key, now=now, tenancy_id=message.tenancy_id, message_id=message.id
        )
    return True
