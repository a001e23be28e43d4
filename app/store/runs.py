"""Runs: when to look at which tenancy next. Nothing else is scheduled anywhere."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, case, func, or_, update
from sqlmodel import Session, col, select

from app.models import Run, SurgeDay, Tenancy, Touch
from app.store.engine import insert_new
from app.vocabulary import ReasonCode, RunState


def ensure_run(
    session: Session, *, tenancy_id: str, sequence_key: str, anchor: str, anchor_date: date, next_look_at: datetime,
    now: datetime,
) -> None:
    """Start the run, or wake the one that is there: unique by tenancy, sequence and anchor."""
    insert_new(session, Run.__table__, [{  # type: ignore[attr-defined]
        "tenancy_id": tenancy_id, "sequence_key": sequence_key, "anchor": anchor, "anchor_date": anchor_date,
        "state": RunState.ACTIVE, "next_look_at": next_look_at, "created_at": now,
    }])
    session.execute(
        update(Run)
        .where(col(Run.tenancy_id) == tenancy_id, col(Run.sequence_key) == sequence_key, col(Run.anchor) == anchor)
        .values(anchor_date=anchor_date, state=RunState.ACTIVE, next_look_at=_sooner(next_look_at))
    )


def _sooner(at: datetime) -> ColumnElement[datetime]:
    return case((or_(col(Run.next_look_at).is_(None), col(Run.next_look_at) > at), at), else_=col(Run.next_look_at))


def look_now(session: Session, tenancy_ids: Sequence[str], now: datetime) -> None:
    """The facts of these tenancies have changed: every active run of theirs is looked at again."""
    session.execute(
        update(Run).where(col(Run.tenancy_id).in_(tenancy_ids), col(Run.state) == RunState.ACTIVE).values(next_look_at=now)
    )


def look_now_where(session: Session, code: ReasonCode, now: datetime) -> None:
    """Look again at every active run that waits for this reason."""
    session.execute(
        update(Run).where(col(Run.because_code) == code.value, col(Run.state) == RunState.ACTIVE).values(next_look_at=now)
    )


def claim_due(session: Session, now: datetime, limit: int) -> list[Run]:
    """Due runs, oldest look first, held against other replicas until the transaction ends."""
    statement = (
        select(Run)
        .where(col(Run.state) == RunState.ACTIVE, col(Run.next_look_at) <= now)
        .order_by(col(Run.next_look_at), col(Run.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(session.exec(statement))


def runs_of(session: Session, tenancy_ids: Sequence[str], sequence_key: str) -> list[Run]:
    """The active runs of a sequence for these tenancies."""
    statement = select(Run).where(
        col(Run.tenancy_id).in_(tenancy_ids), col(Run.sequence_key) == sequence_key, col(Run.state) == RunState.ACTIVE
    ).order_by(col(Run.tenancy_id), col(Run.anchor_date), col(Run.id))
    return list(session.exec(statement))


def first_touches(session: Session, sequence_key: str, day: date, since: datetime) -> int:
    """First touches of a sequence on a local day: those still ahead and those made since its midnight (`since`)."""
    ahead = select(func.count()).select_from(Run).where(
        col(Run.sequence_key) == sequence_key, col(Run.state) == RunState.ACTIVE, col(Run.first_touch_on) <= day
    )
    made = select(func.count()).select_from(Touch).where(
        col(Touch.sequence_key) == sequence_key, col(Touch.first), col(Touch.live), col(Touch.at) >= since
    )
    return session.exec(ahead).one() + session.exec(made).one()


def tenancies_in_force(session: Session) -> int:
    """How many tenancies have not ended."""
    return session.exec(select(func.count()).select_from(Tenancy).where(col(Tenancy.ended_on).is_(None))).one()


def surge_day(session: Session, sequence_key: str, day: date) -> SurgeDay | None:
    """The brake's row of the day, if it has been engaged."""
    return session.exec(
        select(SurgeDay).where(col(SurgeDay.sequence_key) == sequence_key, col(SurgeDay.day) == day)
    ).first()
