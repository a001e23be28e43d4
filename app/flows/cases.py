"""A case is the one open arrears matter of a tenancy.

It opens when rent is first unpaid past its due date, and closes when nothing is owed or the tenancy has ended.
A payment that bounces within thirty days reopens the same case, so that nothing is said twice.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session

from app.models import Case, Tenancy
from app.policy.because import Because, because
from app.policy.rules import Rules
from app.store import cases
from app.store.touchpoints import append
from app.vocabulary import CaseState, ReasonCode, TouchpointKind

REOPENS_WITHIN: Final = timedelta(days=30)


def settle_case(session: Session, tenancy_id: str, now: datetime, rules: Rules) -> None:
    """Open, reopen or close the tenancy's case by what is owed now. The tenancy is locked by the caller."""
    tenancy = session.get_one(Tenancy, tenancy_id)
    today = rules.local_date(now)
    roots = set() if tenancy.ended_on is not None else cases.owed_roots(session, tenancy_id, today)
    case = cases.open_case(session, tenancy_id)
    if roots and case is None:
        case = _begin(session, tenancy_id, roots, now, rules)
    if roots and case is not None and case.id is not None:
        cases.bind_runs(session, tenancy_id, roots, case.id)
    if not roots and case is not None:
        ended = tenancy.ended_on is not None
        code = ReasonCode.TENANCY_ENDED if ended else ReasonCode.CASE_CLOSED
        _close(session, case, because(code, day=tenancy.ended_on), now)


def _begin(session: Session, tenancy_id: str, roots: set[str], now: datetime, rules: Rules) -> Case:
    case = cases.reopenable(session, tenancy_id, roots, now - REOPENS_WITHIN)
    code = ReasonCode.CASE_OPENED
    if case is None:
        case = Case(tenancy_id=tenancy_id, opened_on=rules.local_date(now))
    else:
        case.state, case.closed_at, case.reopened = CaseState.OPEN, None, case.reopened + 1
        code = ReasonCode.CASE_REOPENED
    session.add(case)
    session.flush()
    append(session, tenancy_id, at=now, kind=TouchpointKind.CASE, actor="kvar", because=because(code))
    return case


def _close(session: Session, case: Case, reason: Because, now: datetime) -> None:
    case.state, case.closed_at = CaseState.CLOSED, now
    session.add(case)
    if case.id is not None:
        cases.drop_open_tasks(session, case.tenancy_id, case.id, now)
    cases.end_payment_holds(session, case.tenancy_id, now)
    append(session, case.tenancy_id, at=now, kind=TouchpointKind.CASE, actor="kvar", because=reason)
