"""Runs: when to look at which tenancy next. Nothing else is scheduled anywhere."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, case, func, or_, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from app.models import Holding, Run, SurgeDay, Tenancy, Touch
from app.store.engine import insert_new
from app.vocabulary import ReasonCode, RunState

NEVER_SOONER: Final = timedelta(days=2)
NEVER_LATER: Final = timedelta(days=30)
"""A first look that comes sooner or later than this after the anchor sends nothing."""


def ensure_run(
    session: Session,
    *,
    tenancy_id: str,
    sequence_key: str,
    anchor: str,
    anchor_date: date,
    next_look_at: datetime,
    now: datetime,
) -> None:
    """Start the run, or wake the one that is there: unique by tenancy, sequence and anchor."""
    insert_new(
        session,
        Run,
        [
            {
                "tenancy_id": tenancy_id,
                "sequence_key": sequence_key,
                "anchor": anchor,
                "anchor_date": anchor_date,
                "state": RunState.ACTIVE,
                "next_look_at": next_look_at,
                "created_at": now,
            }
        ],
    )
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
        update(Run)
        .where(col(Run.tenancy_id).in_(tenancy_ids), col(Run.state) == RunState.ACTIVE)
        .values(next_look_at=now)
    )


def look_now_where(session: Session, code: ReasonCode, now: datetime) -> None:
    """Look again at every active run that waits for this reason."""
    session.execute(
        update(Run)
        .where(col(Run.because_code) == code.value, col(Run.state) == RunState.ACTIVE)
        .values(next_look_at=now)
    )


def runs_of(session: Session, tenancy_ids: Sequence[str], sequence_key: str) -> list[Run]:
    """The active runs of a sequence for these tenancies."""
    statement = (
        select(Run)
        .where(
            col(Run.tenancy_id).in_(tenancy_ids),
            col(Run.sequence_key) == sequence_key,
            col(Run.state) == RunState.ACTIVE,
        )
        .order_by(col(Run.tenancy_id), col(Run.anchor_date), col(Run.id))
    )
    return list(session.exec(statement))


def due_tenancies(session: Session, now: datetime, limit: int) -> list[str]:
    """Tenancies with a run that is due, the longest waiting first."""
    statement = (
        select(col(Run.tenancy_id))
        .where(col(Run.state) == RunState.ACTIVE, col(Run.next_look_at) <= now)
        .group_by(col(Run.tenancy_id))
        .order_by(func.min(Run.next_look_at), col(Run.tenancy_id))
        .limit(limit)
    )
    return list(session.exec(statement))


def siblings(session: Session, tenancy_ids: Sequence[str]) -> dict[str, set[str]]:
    """For each tenancy the others held by the same primary tenant."""
    found: dict[str, set[str]] = {tenancy_id: set() for tenancy_id in tenancy_ids}
    for tenancy_id, other in _siblings(session, tenancy_ids):
        found[tenancy_id].add(other)
    return found


def _siblings(session: Session, tenancy_ids: Sequence[str]) -> list[tuple[str, str]]:
    mine, theirs = aliased(Holding), aliased(Holding)
    statement = (
        select(col(mine.tenancy_id), col(theirs.tenancy_id))
        .join(theirs, col(theirs.tenant_id) == col(mine.tenant_id))
        .where(
            col(mine.tenancy_id).in_(tenancy_ids),
            col(mine.is_primary),
            col(theirs.is_primary),
            col(theirs.tenancy_id) != col(mine.tenancy_id),
        )
    )
    return list(session.exec(statement))


def other_tenancies(session: Session, tenant_id: str, tenancy_id: str) -> list[str]:
    """The other tenancies of which this tenant is the primary holder."""
    statement = select(Holding.tenancy_id).where(
        col(Holding.tenant_id) == tenant_id, col(Holding.is_primary), col(Holding.tenancy_id) != tenancy_id
    )
    return sorted(session.exec(statement))


def lock_free(session: Session, tenancy_ids: Sequence[str]) -> set[str]:
    """Lock those of the tenancies that nobody else holds, and say which."""
    statement = (
        select(Tenancy.id)
        .where(col(Tenancy.id).in_(tenancy_ids))
        .order_by(col(Tenancy.id))
        .with_for_update(skip_locked=True)
    )
    return set(session.exec(statement))


def due_runs(session: Session, tenancy_ids: Collection[str], now: datetime) -> list[Run]:
    """The due runs of these (locked) tenancies, the oldest round of a tenancy first."""
    statement = (
        select(Run)
        .where(col(Run.tenancy_id).in_(tenancy_ids), col(Run.state) == RunState.ACTIVE, col(Run.next_look_at) <= now)
        .order_by(col(Run.next_look_at), col(Run.tenancy_id), col(Run.anchor_date), col(Run.id))
    )
    return list(session.exec(statement))


def first_touches(session: Session, sequence_key: str, day: date, since: datetime, now: datetime) -> int:
    """First touches of a sequence on a local day: made since its midnight (`since`), ahead, and not looked at yet."""
    ahead = (
        select(func.count())
        .select_from(Run)
        .where(
            col(Run.sequence_key) == sequence_key,
            col(Run.state) == RunState.ACTIVE,
            or_(
                col(Run.first_touch_on) <= day,
                # Never looked at, and of an age to be written to at the first look: an import, or a burst of events.
                col(Run.because_code).is_(None)
                & (col(Run.next_look_at) <= now)
                & col(Run.anchor_date).between(day - NEVER_LATER, day - NEVER_SOONER),
            ),
        )
    )
    made = (
        select(func.count())
        .select_from(Touch)
        .where(col(Touch.sequence_key) == sequence_key, col(Touch.first), col(Touch.live), col(Touch.at) >= since)
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
