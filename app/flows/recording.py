"""Writing down what was decided about a run: rows, touches, caps, the next look, and the log entry that says why."""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session

from app.flows.alerts import raise_alert
from app.flows.compose import Composed, compose
from app.flows.messages import KVAR, queue
from app.flows.service import Service
from app.models import CapClaim, Message, Run, Task, Touch
from app.policy.because import Because, because
from app.policy.decision import Assign, Send, Skip, Stop, Wait
from app.policy.facts import Facts
from app.store import cases
from app.store.engine import insert_new
from app.store.touchpoints import append
from app.vocabulary import AlertKind, ReasonCode, RunState, StepKind, TouchpointKind

_QUIET_WAITS = {ReasonCode.NOT_DUE, ReasonCode.TOLD_WITH_OLDER}
"""Waits that say nothing about a late rent; their start is not worth an entry."""

_HOLDING_BACK = {
    ReasonCode.OUTSIDE_HOURS,
    ReasonCode.HOLIDAY,
    ReasonCode.PAUSED,
    ReasonCode.SURGE,
    ReasonCode.CAP_DAY,
    ReasonCode.CAP_WEEK,
    ReasonCode.HOLD_STAFF,
    ReasonCode.HOLD_UNREAD_REPLY,
    ReasonCode.HOLD_CALLBACK,
    ReasonCode.HOLD_SAYS_PAID,
    ReasonCode.HOLD_PROMISE,
    ReasonCode.HOLD_CRISIS,
    ReasonCode.HOLD_THREAT,
    ReasonCode.FACTS_PENDING,
    ReasonCode.FEED_STALE,
    ReasonCode.SMALL_DEBT,
    ReasonCode.DEFERRED,
    ReasonCode.DISPUTED,
    ReasonCode.IN_COLLECTION,
    ReasonCode.PLAN_ACTIVE,
}
"""Waits that hold something back; when one is over, the log says so."""

_QUIET_STOPS = {ReasonCode.PAID, ReasonCode.COMPLETED, ReasonCode.TENANCY_ENDED}
"""Stops that the log tells of elsewhere: as a payment, as the last step, as the end of the tenancy."""

_COUNTED_TODAY = {ReasonCode.SURGE, ReasonCode.PAUSED, ReasonCode.FEED_STALE, ReasonCode.FACTS_PENDING}
"""Waits for a first touch that is due today, whenever the next look is."""


class _CapTakenError(Exception):
    """Another tenancy of the same tenant has claimed the day in between."""


def record_send(
    session: Session,
    service: Service,
    run: Run,
    facts: Facts,
    send: Send,
    now: datetime,
    braked: Collection[str],
) -> None:
    """Queue the message with its caps and the touches of every run it speaks for, or wait for a day that is free."""
    composed = compose(session, service, run, facts, send, now, surged=braked)
    try:
        with session.begin_nested():
            _send(session, service, run, send, composed, now)
    except _CapTakenError:
        opening = service.rules.contact_hours.next_open(service.rules.contact_hours.closes(now))
        record_wait(session, service, run, Wait(until=opening, because=because(ReasonCode.CAP_DAY)), now)


def _send(session: Session, service: Service, run: Run, send: Send, composed: Composed, now: datetime) -> None:
    _end_wait(session, run, send.because, now)
    message = queue(
        session,
        tenancy_id=run.tenancy_id,
        tenant_id=send.recipient.tenant_id,
        channel=send.recipient.channel,
        address=send.recipient.address,
        message_class=send.message_class,
        rendered=composed.rendered,
        because=send.because,
        now=now,
        run_id=run.id,
        step_key=send.step,
    )
    day = service.rules.local_date(now)
    claims = [{"key": key, "day": day, "message_id": message.id} for key in send.recipient.cap_keys]
    if insert_new(session, CapClaim, claims) < len(claims):
        raise _CapTakenError
    for covered in composed.covers:
        _skips(session, covered.run, covered.send.skipped, now)
        _touch(session, covered.run, covered.send, message, now)
        if covered.run is not run:
            told = because(ReasonCode.TOLD_TOGETHER, name=facts_name(covered.send))
            append(session, covered.run.tenancy_id, at=now, kind=TouchpointKind.MESSAGE, actor=KVAR, because=told)
        _next(covered.run, send.because, now)
        session.add(covered.run)


def facts_name(send: Send) -> str | None:
    """The name that the reason of a message was given."""
    name = send.because.as_dict().get("name")
    return None if name is None else str(name)


def _touch(session: Session, run: Run, send: Send, message: Message, now: datetime) -> None:
    touch = _row(run, send.step, StepKind.MESSAGE, now) | {
        "gentle": send.gentle,
        "first": send.first,
        "message_id": message.id,
    }
    insert_new(session, Touch, [touch])


def record_assign(session: Session, run: Run, assign: Assign, now: datetime) -> None:
    """Give the step to a person."""
    _end_wait(session, run, assign.because, now)
    _skips(session, run, assign.skipped, now)
    case = cases.open_case(session, run.tenancy_id)
    task = Task(
        tenancy_id=run.tenancy_id,
        case_id=case.id if case else None,
        run_id=run.id,
        kind=assign.kind,
        step_key=assign.step,
        because_code=assign.because.code.value,
        because_values=assign.because.as_dict() or None,
        created_at=now,
    )
    session.add(task)
    session.flush()
    insert_new(session, Touch, [_row(run, assign.step, assign.kind, now) | {"task_id": task.id}])
    append(session, run.tenancy_id, at=now, kind=TouchpointKind.TASK, actor=KVAR, because=assign.because)
    _next(run, assign.because, now)


def record_wait(session: Session, service: Service, run: Run, wait: Wait, now: datetime) -> None:
    """Look again at the given time. Only a wait that is new says so in the log."""
    _skips(session, run, wait.skipped, now)
    code = wait.because.code
    if not _same(run, wait.because):
        _end_wait(session, run, wait.because, now)
        if code not in _QUIET_WAITS:
            append(session, run.tenancy_id, at=now, kind=TouchpointKind.WAIT, actor=KVAR, because=wait.because)
    if code is ReasonCode.FEED_STALE and service.rules.contact_hours.is_open(now):
        # At night and on holidays nobody would be written to, and the feed is often due again before that changes.
        today = service.rules.local_date(now).isoformat()
        raise_alert(session, service, AlertKind.FEED_STALE, key=f"feed_stale:{today}", now=now)
    _remember(run, wait.because)
    run.next_look_at = wait.until
    due = now if code in _COUNTED_TODAY else wait.until
    run.first_touch_on = service.rules.local_date(due) if wait.first and due is not None else None


def record_stop(session: Session, run: Run, stop: Stop, now: datetime) -> None:
    """Nothing more for this run, and why, unless the log tells it elsewhere: a rent that has come closes the case."""
    _skips(session, run, stop.skipped, now)
    if stop.because.code not in _QUIET_STOPS and not _same(run, stop.because):
        append(session, run.tenancy_id, at=now, kind=TouchpointKind.SKIP, actor=KVAR, because=stop.because)
    else:
        _end_wait(session, run, stop.because, now)
    _remember(run, stop.because)
    run.state, run.next_look_at, run.first_touch_on = RunState.STOPPED, None, None


def _skips(session: Session, run: Run, skips: Collection[Skip], now: datetime) -> None:
    for skip in skips:
        row = _row(run, skip.step, skip.kind, now) | {"skipped": True}
        if insert_new(session, Touch, [row]):
            append(session, run.tenancy_id, at=now, kind=TouchpointKind.SKIP, actor=KVAR, because=skip.because)


def _row(run: Run, step: str, kind: StepKind, now: datetime) -> dict[str, object]:
    return {
        "tenancy_id": run.tenancy_id,
        "run_id": run.id,
        "sequence_key": run.sequence_key,
        "anchor": run.anchor,
        "step_key": step,
        "kind": kind,
        "at": now,
        "skipped": False,
        "gentle": False,
        "first": False,
        "live": True,
        "message_id": None,
        "task_id": None,
    }


def _end_wait(session: Session, run: Run, reason: Because, now: datetime) -> None:
    """Say in the log that a wait is over, when it was one that held something back."""
    before = None if run.because_code is None else ReasonCode(run.because_code)
    if before in _HOLDING_BACK and before is not reason.code:
        over = because(ReasonCode.WAIT_ENDED, kind=before.value)
        append(session, run.tenancy_id, at=now, kind=TouchpointKind.WAIT, actor=KVAR, because=over)


def _same(run: Run, reason: Because) -> bool:
    return run.because_code == reason.code.value and (run.because_values or {}) == reason.as_dict()


def _remember(run: Run, reason: Because) -> None:
    run.because_code, run.because_values = reason.code.value, reason.as_dict() or None


def _next(run: Run, reason: Because, now: datetime) -> None:
    """Look again at once: the step is done, and what comes after it is said by a new decision."""
    _remember(run, reason)
    run.next_look_at, run.first_touch_on = now, None
