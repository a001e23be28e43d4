"""People and tenancies of every shape, in one line each, and what became of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from app.models import CallBack, ContactBlock, Hold, Holding, Message, Run, Tenancy, Tenant, Touchpoint
from app.store.engine import reading
from app.vocabulary import Channel, Direction, MessageClass, MessageState, TenancyKind, TouchpointKind
from tests.support.rows import NOW

PHONE = "+46701740605"


def add_tenant(session: Session, tenant_id: str, **values: Any) -> Tenant:
    """Amina, with the phone that everybody has unless said."""
    row: dict[str, Any] = {"given_name": "Amina", "family_name": "Berg", "phone": PHONE, "as_of": NOW} | values
    tenant = Tenant(id=tenant_id, **row)
    session.add(tenant)
    session.flush()
    return tenant


def add_home(session: Session, tenancy_id: str, *tenants: str, **values: Any) -> Tenancy:
    """A tenancy held by these tenants, the first of them primary."""
    row: dict[str, Any] = {"kind": TenancyKind.HOME, "as_of": NOW, "first_seen": NOW} | values
    tenancy = Tenancy(id=tenancy_id, **row)
    session.add(tenancy)
    session.flush()
    for number, tenant_id in enumerate(tenants):
        session.add(Holding(tenancy_id=tenancy_id, tenant_id=tenant_id, is_primary=number == 0))
    session.flush()
    return tenancy


def add_run(session: Session, tenancy_id: str, *, next_look_at: datetime, **values: Any) -> Run:
    row: dict[str, Any] = {"sequence_key": "arrears", "anchor": "INV-1", "anchor_date": NOW.date(), "created_at": NOW}
    run = Run(tenancy_id=tenancy_id, next_look_at=next_look_at, **row | values)
    session.add(run)
    session.flush()
    return run


def add_reply(session: Session, message_id: str, tenancy_id: str | None = None, **values: Any) -> Message:
    """Something that a tenant wrote and nobody has read."""
    row: dict[str, Any] = {
        "direction": Direction.IN, "channel": Channel.SMS, "address": PHONE, "body": "Hej, min spis är trasig",
        "intent": "unclear", "state": MessageState.RECEIVED, "created_at": NOW,
    } | values  # fmt: skip
    message = Message(id=message_id, tenancy_id=tenancy_id, **row)
    session.add(message)
    session.flush()
    return message


def answers(engine: Engine) -> list[Message]:
    """Everything that was put in the outbox for tenants and strangers, in order."""
    with reading(engine) as session:
        statement = select(Message).where(col(Message.message_class) == MessageClass.ANSWER)
        return list(session.exec(statement.order_by(col(Message.created_at), col(Message.id))))


def alert_messages(engine: Engine) -> list[Message]:
    with reading(engine) as session:
        return list(session.exec(select(Message).where(col(Message.message_class) == MessageClass.ALERT)))


def holds(engine: Engine) -> list[Hold]:
    with reading(engine) as session:
        return list(session.exec(select(Hold).order_by(col(Hold.id))))


def callbacks(engine: Engine) -> list[CallBack]:
    with reading(engine) as session:
        return list(session.exec(select(CallBack).order_by(col(CallBack.id))))


def blocks(engine: Engine) -> list[ContactBlock]:
    with reading(engine) as session:
        return list(session.exec(select(ContactBlock).order_by(col(ContactBlock.id))))


def codes(engine: Engine, kind: TouchpointKind) -> list[tuple[str, str | None]]:
    """(tenancy, reason) of the log entries of a kind, in order."""
    with reading(engine) as session:
        statement = select(Touchpoint).where(col(Touchpoint.kind) == kind).order_by(col(Touchpoint.id))
        return [(touchpoint.tenancy_id, touchpoint.code) for touchpoint in session.exec(statement)]
