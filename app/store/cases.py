"""Cases and the tasks that belong to them."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from app.models import Case, Hold, Invoice, Run, Task
from app.vocabulary import CaseState, HoldKind, RunState, TaskState


def owed_roots(session: Session, tenancy_id: str, today: date) -> set[str]:
    """The invoices (by the root of their chain) for which rent is past due with something remaining."""
    newer = aliased(Invoice)
    replaced = select(newer.id).where(
        col(newer.replaces) == col(Invoice.id), col(newer.tenancy_id) == tenancy_id, col(newer.id) != col(Invoice.id)
    )
    statement = select(Invoice.root).where(
        col(Invoice.tenancy_id) == tenancy_id,
        col(Invoice.kind) == "rent",
        col(Invoice.due_date) < today,
        col(Invoice.remaining) > 0,
        ~replaced.exists(),
    )
    return set(session.exec(statement))


def open_case(session: Session, tenancy_id: str) -> Case | None:
    statement = select(Case).where(col(Case.tenancy_id) == tenancy_id, col(Case.state) == CaseState.OPEN)
    return session.exec(statement).first()


def reopenable(session: Session, tenancy_id: str, roots: Collection[str], since: datetime) -> Case | None:
    """The case closed since then in which one of these invoices was chased."""
    statement = (
        select(Case)
        .join(Run, col(Run.case_id) == col(Case.id))
        .where(
            col(Case.tenancy_id) == tenancy_id,
            col(Case.state) == CaseState.CLOSED,
            col(Case.closed_at) >= since,
            col(Run.anchor).in_(roots),
        )
        .order_by(col(Case.id).desc())
    )
    return session.exec(statement).first()


def bind_runs(session: Session, tenancy_id: str, roots: Collection[str], case_id: int) -> None:
    """The rounds of these invoices belong to the case."""
    session.execute(
        update(Run)
        .where(col(Run.tenancy_id) == tenancy_id, col(Run.anchor).in_(roots), col(Run.case_id).is_(None))
        .values(case_id=case_id)
    )


def drop_open_tasks(session: Session, tenancy_id: str, case_id: int, now: datetime) -> None:
    """Nobody needs to call about a rent that has come."""
    session.execute(
        update(Task)
        .where(col(Task.tenancy_id) == tenancy_id, col(Task.case_id) == case_id, col(Task.state) == TaskState.OPEN)
        .values(state=TaskState.CANCELLED, closed_at=now)
    )


def end_payment_holds(session: Session, tenancy_id: str, now: datetime) -> None:
    """The tenant's word on a payment has been kept, so it holds nothing any longer."""
    session.execute(
        update(Hold)
        .where(
            col(Hold.tenancy_id) == tenancy_id,
            col(Hold.kind).in_([HoldKind.SAYS_PAID, HoldKind.PROMISE]),
            col(Hold.released_at).is_(None),
        )
        .values(released_at=now, released_by="kvar")
    )


def leading_run(session: Session, case_id: int) -> Run | None:
    """The active arrears round of the case's oldest unpaid invoice."""
    statement = (
        select(Run)
        .join(Invoice, col(Invoice.root) == col(Run.anchor))
        .where(
            col(Run.case_id) == case_id,
            col(Run.sequence_key) == "arrears",
            col(Run.state) == RunState.ACTIVE,
            col(Invoice.remaining) > 0,
        )
        .order_by(col(Invoice.due_date), col(Invoice.id))
    )
    return session.exec(statement).first()
