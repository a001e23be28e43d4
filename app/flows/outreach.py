"""Looking at runs whose time has come.

Each tick claims due runs, reads their facts under the tenancy's lock and asks `policy.sequence.decide` what they need.
A message becomes a queued row with its touch and its caps, a task becomes a row for a person, a wait becomes the next
look; everything with its reason in the log, and an unchanged wait writes nothing.
"""

from datetime import datetime, timedelta
from typing import Final, assert_never

import structlog
from sqlmodel import Session

from app.flows.brakes import surged
from app.flows.cases import settle_case
from app.flows.recording import record_assign, record_send, record_stop, record_wait
from app.flows.service import Service
from app.models import Run
from app.policy.decision import Assign, Decision, Send, Stop, Wait
from app.policy.facts import Facts
from app.policy.sequence import decide
from app.store import cases, runs
from app.store import facts as store_facts
from app.store import inbox as store_inbox
from app.store.engine import writing

BATCH: Final = 200
RETRY: Final = timedelta(minutes=5)
"""A run that could not be looked at is tried again after this; the others go on."""

log = structlog.get_logger()


def sweep(service: Service, now: datetime) -> int:
    """Look at one batch of due runs. Returns how many were looked at; 0 = nothing is due.

    Facts come first: while received events wait to be applied, nobody is looked at.
    """
    with writing(service.engine) as session:
        if store_inbox.backlog(session):
            return 0
        tenancies = runs.due_tenancies(session, now, BATCH)
        if not tenancies:
            return 0
        locked = _lock(session, tenancies)
        due = runs.due_runs(session, locked, now)
        braked = surged(session, service, {run.sequence_key for run in due}, now)
        for run in due:
            _look_safely(session, service, run, now, braked)
    return len(due)


def look_ahead(session: Session, service: Service, case_id: int, now: datetime) -> Decision | None:
    """What the case's leading run needs as of `now`, without doing it; None when nothing of it is active."""
    run = cases.leading_run(session, case_id)
    if run is None:
        return None
    sequence = service.sequences[run.sequence_key]
    return decide(store_facts.load(session, run, now, service.rules), sequence, service.rules, now)


def _lock(session: Session, tenancies: list[str]) -> list[str]:
    """Lock what is free: a tenancy is looked at only when those it shares a tenant with are ours as well."""
    siblings = runs.siblings(session, tenancies)
    wanted = sorted(set(tenancies).union(*siblings.values()))
    ours = runs.lock_free(session, wanted)
    return [t for t in tenancies if t in ours and siblings[t] <= ours]


def _look_safely(session: Session, service: Service, run: Run, now: datetime, braked: frozenset[str]) -> None:
    try:
        with session.begin_nested():
            _look(session, service, run, now, braked)
    except Exception:  # one broken run must not hold up everybody else's; it is logged and tried again
        log.exception("run_failed", run=run.id, tenancy=run.tenancy_id)
        session.refresh(run)
        run.next_look_at = now + RETRY
        session.add(run)


def _look(session: Session, service: Service, run: Run, now: datetime, braked: frozenset[str]) -> None:
    session.refresh(run)
    sequence = service.sequences[run.sequence_key]
    if sequence.is_arrears:
        settle_case(session, run.tenancy_id, now, service.rules)
    facts = store_facts.load(session, run, now, service.rules, surged=braked)
    decision = decide(facts, sequence, service.rules, now)
    _record(session, service, run, facts, decision, now, braked)


def _record(
    session: Session,
    service: Service,
    run: Run,
    facts: Facts,
    decision: Decision,
    now: datetime,
    braked: frozenset[str],
) -> None:
    match decision:
        case Send():
            record_send(session, service, run, facts, decision, now, braked)
        case Assign():
            record_assign(session, run, decision, now)
        case Wait():
            record_wait(session, service, run, decision, now)
        case Stop():
            record_stop(session, run, decision, now)
        case _:
            assert_never(decision)
    session.add(run)
    session.flush()
