"""Who is at a phone number or an address, what is known against it, and the calls and visits that people made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from app.models import Case, ContactBlock, Holding, LoggedContact, Task, Tenancy, Tenant
from app.store.engine import insert_new
from app.vocabulary import BlockKind, CallOutcome, CaseState, Channel, StepKind, TaskState, TenancyKind


@dataclass(frozen=True, slots=True)
class Holder:
    """A tenant who can be reached at an address, and a tenancy they hold."""

    tenancy_id: str
    tenant_id: str
    given_name: str
    language: str | None
    ended: bool


def holders_at(session: Session, channel: Channel, address: str) -> list[Holder]:
    """Everybody at this number or address, homes and primary holders first.

    Without those who are known not to be there, and without ended tenancies as long as there is one in force.
    """
    at = col(Tenant.phone) == address if channel is Channel.SMS else func.lower(col(Tenant.email)) == address
    wrong = select(ContactBlock.id).where(
        col(ContactBlock.kind) == BlockKind.WRONG_NUMBER,
        col(ContactBlock.address) == address,
        col(ContactBlock.tenant_id) == col(Tenant.id),
        col(ContactBlock.lifted_at).is_(None),
    )
    statement = (
        select(Tenancy, Tenant)
        .join(Holding, col(Holding.tenancy_id) == col(Tenancy.id))
        .join(Tenant, col(Tenant.id) == col(Holding.tenant_id))
        .where(at, ~wrong.exists())
        .order_by(
            col(Tenancy.kind) != TenancyKind.HOME, col(Holding.is_primary).desc(), col(Tenancy.id), col(Tenant.id)
        )
    )
    found = [
        Holder(tenancy.id, tenant.id, tenant.given_name, tenant.language, tenancy.ended_on is not None)
        for tenancy, tenant in session.exec(statement)
    ]
    return [holder for holder in found if not holder.ended] or found


def holders_of(session: Session, tenancy_id: str) -> list[Tenant]:
    """The holders of a tenancy, the primary one first."""
    statement = (
        select(Tenant)
        .join(Holding, col(Holding.tenant_id) == col(Tenant.id))
        .where(col(Holding.tenancy_id) == tenancy_id)
    )
    return list(session.exec(statement.order_by(col(Holding.is_primary).desc(), col(Tenant.id))))


def given_name(session: Session, tenant_id: str) -> str | None:
    """The name a tenant is called by, if there is one."""
    tenant = session.get(Tenant, tenant_id)
    return tenant.given_name or None if tenant is not None else None


def block(
    session: Session,
    *,
    channel: Channel,
    address: str,
    kind: BlockKind,
    now: datetime,
    tenant_id: str = "",
    message_id: str | None = None,
) -> bool:
    """Stop using a contact point, for one tenant or (without `tenant_id`) for all. False when it was so already."""
    row = {
        "channel": channel,
        "address": address,
        "tenant_id": tenant_id,
        "kind": kind,
        "message_id": message_id,
        "created_at": now,
    }
    return insert_new(session, ContactBlock.__table__, [row]) == 1  # type: ignore[attr-defined]


def lift(session: Session, *, channel: Channel, address: str, kind: BlockKind, now: datetime) -> bool:
    """Use a contact point again. False when it was not blocked."""
    statement = update(ContactBlock).where(
        col(ContactBlock.channel) == channel,
        col(ContactBlock.address) == address,
        col(ContactBlock.kind) == kind,
        col(ContactBlock.lifted_at).is_(None),
    )
    return session.exec(statement.values(lifted_at=now)).rowcount > 0


def is_blocked(session: Session, channel: Channel, address: str, kind: BlockKind) -> bool:
    """Whether a contact point is blocked for this reason, for anyone."""
    statement = select(ContactBlock.id).where(
        col(ContactBlock.channel) == channel,
        col(ContactBlock.address) == address,
        col(ContactBlock.kind) == kind,
        col(ContactBlock.lifted_at).is_(None),
    )
    return session.exec(statement.limit(1)).first() is not None


def log_contact(
    session: Session,
    *,
    tenancy_id: str,
    kind: StepKind,
    outcome: CallOutcome,
    by: str,
    at: datetime,
    task_id: int | None,
    callback_id: int | None,
) -> None:
    """Write down a call or a visit."""
    session.add(
        LoggedContact(
            tenancy_id=tenancy_id, task_id=task_id, callback_id=callback_id, kind=kind, outcome=outcome, by=by, at=at
        )
    )
    session.flush()


def open_tasks(session: Session, tenancy_id: str, kind: StepKind) -> Sequence[Task]:
    """The open tasks of one kind, oldest first."""
    statement = select(Task).where(
        col(Task.tenancy_id) == tenancy_id, col(Task.kind) == kind, col(Task.state) == TaskState.OPEN
    )
    return session.exec(statement.order_by(col(Task.id))).all()


def close_task(session: Session, task_id: int, now: datetime) -> bool:
    """A task is done. False when it was closed already."""
    statement = update(Task).where(col(Task.id) == task_id, col(Task.state) == TaskState.OPEN)
    return session.exec(statement.values(state=TaskState.DONE, closed_at=now)).rowcount == 1


def open_case_id(session: Session, tenancy_id: str) -> int | None:
    """The tenancy's open case, if it has one."""
    return session.exec(
        select(Case.id).where(col(Case.tenancy_id) == tenancy_id, col(Case.state) == CaseState.OPEN)
    ).first()
