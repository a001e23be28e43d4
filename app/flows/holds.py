"""A hold is a dated reason not to send.

A reply or a member of staff sets it on a tenancy, and everything queued there is judged anew. It ends on its day, or
when a person releases it; then the runs go on from the facts of that moment.
"""

from datetime import datetime

from sqlmodel import Session

from app.errors import NotFound
from app.models import Hold
from app.policy.because import because
from app.store import holds, runs
from app.store.engine import lock_tenancies
from app.store.touchpoints import append
from app.vocabulary import HoldKind, ReasonCode, TouchpointKind


def set_hold(
    session: Session,
    *,
    tenancy_id: str,
    kind: HoldKind,
    by: str,
    now: datetime,
    until: datetime | None = None,
    note: str | None = None,
    message_id: str | None = None,
) -> Hold:
    """Hold a tenancy until a moment, or (without `until`) until somebody releases it. `by` is a name, or `kvar`."""
    lock_tenancies(session, [tenancy_id])
    hold = Hold(tenancy_id=tenancy_id, kind=kind, since=now, until=until, note=note, message_id=message_id, set_by=by)
    session.add(hold)
    session.flush()
    reason = because(ReasonCode.HOLD_SET, kind=kind.value, until=until)
    append(session, tenancy_id, at=now, kind=TouchpointKind.HOLD, actor=by, because=reason, text=note)
    runs.look_now(session, [tenancy_id], now)
    return hold


def release_hold(session: Session, hold_id: int, by: str, now: datetime) -> bool:
    """End a hold. False when it had been released already. Raises NotFound."""
    hold = session.get(Hold, hold_id)
    if hold is None:
        raise NotFound
    lock_tenancies(session, [hold.tenancy_id])
    if not holds.release(session, hold_id, by, now):
        return False
    reason = because(ReasonCode.HOLD_ENDED, kind=hold.kind.value)
    append(session, hold.tenancy_id, at=now, kind=TouchpointKind.HOLD, actor=by, because=reason)
    runs.look_now(session, [hold.tenancy_id], now)
    return True
