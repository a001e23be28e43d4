"""People hold the switches.

A pause stops every automatic send to tenants at once, answers included; what waits is judged anew when it is lifted.
Releasing the surge brake says that a person has looked at an unusual number of first touches and found them right.
"""

from dataclasses import dataclass
from datetime import date, datetime

import structlog
from sqlmodel import Session

from app.store import control, runs
from app.vocabulary import ReasonCode

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class HeldSurge:
    """First touches of a sequence held back on a local day: how many were `planned`, how many `allowed`."""

    sequence: str
    day: date
    planned: int
    allowed: int


@dataclass(frozen=True, slots=True)
class ControlState:
    paused_at: datetime | None
    paused_by: str | None
    surges: tuple[HeldSurge, ...]


def pause(session: Session, by: str, now: datetime) -> bool:
    """Stop every automatic send. False when it was stopped already."""
    changed = control.pause(session, by, now)
    if changed:
        _log.warning("paused", by=by)
    return changed


def resume(session: Session, by: str, now: datetime) -> bool:
    """Lift the pause and look at everything that waited for it. False when nothing was paused."""
    changed = control.resume(session)
    if changed:
        runs.look_now_where(session, ReasonCode.PAUSED, now)
        _log.warning("resumed", by=by)
    return changed


def release_surge(session: Session, sequence_key: str, by: str, now: datetime) -> bool:
    """Let the held first touches of a sequence go. False when none were held."""
    released = control.release_surge(session, sequence_key, by, now)
    if released:
        runs.look_now_where(session, ReasonCode.SURGE, now)
        _log.warning("surge released", by=by, sequence=sequence_key)
    return released > 0


def state(session: Session) -> ControlState:
    """What is switched on now."""
    switches = control.switches(session)
    held = tuple(HeldSurge(s.sequence_key, s.day, s.planned, s.allowed) for s in control.held_surges(session))
    return ControlState(switches.paused_at, switches.paused_by, held)
