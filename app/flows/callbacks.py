"""A tenant asks to be phoned.

The request has an owner (nobody yet), a deadline from the opening hours and perhaps a wished time. It holds messages
until it is done, or two calls went unanswered. Asking again while it is open moves it; there is never a second one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from app.errors import Conflict, NotFound
from app.flows.contacts import log_contact
from app.flows.service import Service
from app.models import CallBack
from app.policy.because import Because, because
from app.policy.callback import Appointment, appoint
from app.policy.reply import Wish
from app.store import callbacks, contacts, runs
from app.store.engine import lock_tenancies
from app.store.touchpoints import append
from app.vocabulary import CallbackState, CallOutcome, ReasonCode, StepKind, TouchpointKind


@dataclass(frozen=True, slots=True)
class Asked:
    """What the tenant can be told: when we call, and whether that replaces what we said before."""

    appointment: Appointment
    moved: bool


def ask(
    session: Session,
    service: Service,
    *,
    who: Sequence[tuple[str, str]],
    wish: Wish | None,
    by: str,
    now: datetime,
    phone: str | None = None,
    message_id: str | None = None,
) -> Asked:
    """Open a call-back for each (tenancy, tenant) in `who`, or move the one that is open.

    `by` is `tenant` or a name. Without a wish, one that is open keeps its time, unless that has passed.
    """
    tenancies = sorted({tenancy_id for tenancy_id, _ in who})
    lock_tenancies(session, tenancies)
    appointment = appoint(wish, now, service.rules)
    held = {callback.tenancy_id: callback for callback in callbacks.waiting(session, tenancies)}
    first = held.get(who[0][0])
    if first is not None and not _wishes(wish) and first.due_by > now:
        appointment = Appointment(first.wished_from or first.created_at, first.wished_until, first.due_by)
    for tenancy_id, tenant_id in who:
        callback = held.get(tenancy_id)
        if callback is None:
            callback = held[tenancy_id] = _open(session, tenancy_id, tenant_id, phone, message_id, appointment, now)
        elif not _wishes(wish) and callback.due_by > now:
            continue
        move(session, callback, appointment, wish.words if wish else "", by, now)
    return Asked(appointment, moved=first is not None and _wishes(wish))


def _wishes(wish: Wish | None) -> bool:
    return wish is not None and (wish.day, wish.start, wish.end) != (None, None, None)


def _open(
    session: Session,
    tenancy_id: str,
    tenant_id: str,
    phone: str | None,
    message_id: str | None,
    appointment: Appointment,
    now: datetime,
) -> CallBack:
    callback = CallBack(
        tenancy_id=tenancy_id,
        case_id=contacts.open_case_id(session, tenancy_id),
        tenant_id=tenant_id,
        phone=phone,
        message_id=message_id,
        state=CallbackState.OPEN,
        due_by=appointment.due_by,
        created_at=now,
    )
    session.add(callback)
    session.flush()
    return callback


def move(session: Session, callback: CallBack, appointment: Appointment, words: str, by: str, now: datetime) -> None:
    """Set when to call. `words` are how the tenant put it. Nothing happens to a call-back that is closed."""
    wished = appointment.end is not None
    changed = callbacks.change(
        session,
        callback.id,
        due_by=appointment.due_by,
        wished_from=appointment.start if wished else None,
        wished_until=appointment.end,
        wished_text=words[:100] or None,
    )
    if changed:
        _note(
            session,
            callback,
            by,
            now,
            because(
                ReasonCode.CALLBACK_ASKED,
                name=contacts.given_name(session, callback.tenant_id),
                until=appointment.due_by,
            ),
        )


def take(session: Session, callback_id: int, by: str, now: datetime) -> None:
    """Make somebody the owner. Raises NotFound, or Conflict when another has it or it is closed."""
    callback = _waiting(session, callback_id)
    if not callbacks.change(session, callback.id, origins={CallbackState.OPEN}, state=CallbackState.TAKEN, owner=by):
        if callback.owner == by:
            return
        raise Conflict(f"{callback.owner} has taken this call already")
    reason = because(ReasonCode.CALLBACK_TAKEN, by=by, name=contacts.given_name(session, callback.tenant_id))
    _note(session, callback, by, now, reason)


def done(session: Session, service: Service, callback_id: int, by: str, now: datetime) -> None:
    """The call was made and the tenant reached. Raises Conflict when the call-back is closed already."""
    _called(session, service, callback_id, CallOutcome.REACHED, by, now)


def no_answer(session: Session, service: Service, callback_id: int, by: str, now: datetime) -> None:
    """Nobody answered: one more try by the next deadline; the second time it is not reached. Raises Conflict."""
    _called(session, service, callback_id, CallOutcome.NO_ANSWER, by, now)


def _called(session: Session, service: Service, callback_id: int, outcome: CallOutcome, by: str, now: datetime) -> None:
    callback = _waiting(session, callback_id)
    log_contact(
        session, service, tenancy_id=callback.tenancy_id, kind=StepKind.CALL, outcome=outcome, by=by, at=now, now=now
    )


def _waiting(session: Session, callback_id: int) -> CallBack:
    """The call-back, under the lock of its tenancies."""
    callback = session.get(CallBack, callback_id)
    if callback is None:
        raise NotFound
    linked = callbacks.asked_with(session, callback.tenancy_id)
    lock_tenancies(session, sorted({callback.tenancy_id, *(other.tenancy_id for other in linked)}))
    session.refresh(callback)
    if callback.state not in callbacks.WAITING:
        raise Conflict("this call has been made already")
    return callback


def _note(session: Session, callback: CallBack, actor: str, now: datetime, reason: Because) -> None:
    append(session, callback.tenancy_id, at=now, kind=TouchpointKind.CALLBACK, actor=actor, because=reason)
    runs.look_now(session, [callback.tenancy_id], now)
