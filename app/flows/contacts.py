"""A person has called or visited, and says how it went.

Reached: what the tenant asked for has been given, so call-backs, the call task and unread replies are closed. No
answer: the open call-back gets one more try. A wrong number is never used for that tenant again.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from app.flows.holds import release_hold
from app.flows.service import Service
from app.models import CallBack, Task
from app.policy.because import because
from app.policy.callback import appoint
from app.store import callbacks, contacts, holds, replies, runs
from app.store.engine import lock_tenancies
from app.store.touchpoints import append
from app.vocabulary import (
    BlockKind,
    CallbackState,
    CallOutcome,
    Channel,
    ReasonCode,
    StepKind,
    TouchpointKind,
)

_CODES = {
    CallOutcome.REACHED: ReasonCode.CALL_REACHED,
    CallOutcome.NO_ANSWER: ReasonCode.CALL_NO_ANSWER,
    CallOutcome.WRONG_NUMBER: ReasonCode.NUMBER_WRONG,
}
TRIES = 2
"""Unanswered calls after which a call-back is not reached."""


def log_contact(
    session: Session,
    service: Service,
    *,
    tenancy_id: str,
    kind: StepKind,
    outcome: CallOutcome,
    by: str,
    at: datetime,
    now: datetime,
) -> None:
    """Write down a call or a visit made at `at`, and what follows from it.

    A number of several tenancies opens one request on each: a call about one of them settles the request on all.
    """
    shared = {c.tenancy_id for c in callbacks.asked_with(session, tenancy_id)}
    shared |= {h.tenancy_id for h in holds.unread_with(session, tenancy_id)}
    lock_tenancies(session, sorted({tenancy_id, *shared}))
    asked = callbacks.asked_with(session, tenancy_id)
    tasks = contacts.open_tasks(session, tenancy_id, kind)
    own = [callback for callback in asked if callback.tenancy_id == tenancy_id]
    contacts.log_contact(
        session,
        tenancy_id=tenancy_id,
        kind=kind,
        outcome=outcome,
        by=by,
        at=at,
        task_id=tasks[0].id if tasks else None,
        callback_id=own[0].id if own else None,
    )
    name = next((tenant.given_name for tenant in contacts.holders_of(session, tenancy_id)), None)
    reason = because(_CODES[outcome], by=by, name=name)
    append(session, tenancy_id, at=at, kind=TouchpointKind(kind.value), actor=by, because=reason)
    _follow(session, service, tenancy_id, kind, outcome, tasks, asked, by=by, now=now)
    runs.look_now(session, sorted({tenancy_id, *shared}), now)


def _follow(
    session: Session,
    service: Service,
    tenancy_id: str,
    kind: StepKind,
    outcome: CallOutcome,
    tasks: Sequence[Task],
    asked: Sequence[CallBack],
    *,
    by: str,
    now: datetime,
) -> None:
    match outcome:
        case CallOutcome.REACHED:
            _reached(session, tenancy_id, tasks, asked, by=by, now=now)
        case CallOutcome.NO_ANSWER if kind is StepKind.CALL:
            _no_answer(session, service, asked, by=by, now=now)
        case CallOutcome.WRONG_NUMBER if kind is StepKind.CALL:
            _wrong_number(session, tenancy_id, asked, by=by, now=now)
        case _:
            pass


def _reached(
    session: Session, tenancy_id: str, tasks: Sequence[Task], asked: Sequence[CallBack], *, by: str, now: datetime
) -> None:
    for callback in asked:
        _close(session, callback, CallbackState.DONE, by=by, now=now)
    for task in tasks:
        if task.id is not None and contacts.close_task(session, task.id, now):
            reason = because(ReasonCode.TASK_DONE, by=by, kind=task.kind.value)
            append(session, tenancy_id, at=now, kind=TouchpointKind.TASK, actor=by, because=reason)
    unread = holds.unread_with(session, tenancy_id)
    replies.mark_handled(session, {hold.message_id for hold in unread if hold.message_id}, now)
    for hold in unread:
        if hold.id is not None:
            release_hold(session, hold.id, by, now)


def _no_answer(session: Session, service: Service, asked: Sequence[CallBack], *, by: str, now: datetime) -> None:
    for callback in asked:
        tries = callback.attempts + 1
        if tries >= TRIES:
            _close(session, callback, CallbackState.NOT_REACHED, by=by, now=now)
            continue
        due_by = appoint(None, now, service.rules).due_by
        if callbacks.change(session, callback.id, attempts=tries, due_by=due_by):
            _note(session, callback, ReasonCode.CALLBACK_NO_ANSWER, by, now)


def _wrong_number(session: Session, tenancy_id: str, asked: Sequence[CallBack], *, by: str, now: datetime) -> None:
    """The number that was called: the one asked to be phoned on, else the first holder's."""
    numbers = [(callback.tenant_id, callback.phone) for callback in asked]
    numbers += [(tenant.id, tenant.phone) for tenant in contacts.holders_of(session, tenancy_id)]
    tenant_id, phone = next(((tenant, phone) for tenant, phone in numbers if phone), (None, None))
    if tenant_id is not None and phone is not None:
        contacts.block(
            session, channel=Channel.SMS, address=phone, kind=BlockKind.WRONG_NUMBER, tenant_id=tenant_id, now=now
        )
    for callback in asked:
        _close(session, callback, CallbackState.NOT_REACHED, by=by, now=now)


def _close(session: Session, callback: CallBack, state: CallbackState, *, by: str, now: datetime) -> None:
    tries = callback.attempts + 1
    if callbacks.change(session, callback.id, state=state, closed_at=now, owner=callback.owner or by, attempts=tries):
        done = state is CallbackState.DONE
        _note(session, callback, ReasonCode.CALLBACK_DONE if done else ReasonCode.CALLBACK_NOT_REACHED, by, now)


def _note(session: Session, callback: CallBack, code: ReasonCode, by: str, now: datetime) -> None:
    reason = because(code, by=by, name=contacts.given_name(session, callback.tenant_id))
    append(session, callback.tenancy_id, at=now, kind=TouchpointKind.CALLBACK, actor=by, because=reason)
