"""Rows that a test starts from. Every moment is 3 November 2026, nine in the morning in Stockholm, unless said."""

import uuid
from datetime import UTC, date, datetime
from typing import Any

from sqlmodel import Session

from app.models import CallBack, Case, Holding, InboxEvent, Invoice, Message, Tenancy, Tenant
from app.vocabulary import Channel, Direction, InboxState, MessageClass, MessageState, TenancyKind

NOW = datetime(2026, 11, 3, 8, 0, tzinfo=UTC)


def add_tenancy(session: Session, tenancy_id: str = "T-1", **values: Any) -> Tenancy:
    """A home with one tenant, Amina, who has a phone; the tenant's id is the tenancy's with `-P`."""
    row: dict[str, Any] = {
        "kind": TenancyKind.HOME,
        "starts_on": date(2024, 2, 1),
        "as_of": NOW,
        "first_seen": NOW,
    } | values
    tenancy = Tenancy(id=tenancy_id, **row)
    tenant = Tenant(id=f"{tenancy_id}-P", given_name="Amina", family_name="Berg", phone="+46701740605", as_of=NOW)
    session.add_all([tenancy, tenant])
    session.flush()
    session.add(Holding(tenancy_id=tenancy_id, tenant_id=tenant.id, is_primary=True))
    session.flush()
    return tenancy


def add_invoice(session: Session, tenancy_id: str = "T-1", invoice_id: str = "INV-1", **values: Any) -> Invoice:
    """The rent for November, 8 450 kr, due on 30 October and not paid."""
    row: dict[str, Any] = {
        "root": invoice_id, "period": "2026-11", "due_date": date(2026, 10, 30), "amount": 845_000,
        "remaining": 845_000, "currency": "SEK", "kind": "rent", "as_of": NOW, "first_seen": NOW,
    } | values  # fmt: skip
    invoice = Invoice(id=invoice_id, tenancy_id=tenancy_id, **row)
    session.add(invoice)
    session.flush()
    return invoice


def add_case(session: Session, tenancy_id: str = "T-1", **values: Any) -> Case:
    case = Case(tenancy_id=tenancy_id, **({"opened_on": date(2026, 10, 31)} | values))
    session.add(case)
    session.flush()
    return case


def add_message(session: Session, tenancy_id: str | None = "T-1", **values: Any) -> Message:
    """The first gentle SMS to Amina, handed over."""
    row: dict[str, Any] = {
        "id": uuid.uuid4().hex, "direction": Direction.OUT, "channel": Channel.SMS, "address": "+46701740605",
        "message_class": MessageClass.ARREARS, "language": "sv", "template_key": "not_seen_yet",
        "template_version": 1, "body": "Hej Amina!", "parts": 1, "encoding": "GSM-7", "state": MessageState.SENT,
        "because_code": "rent_not_seen", "because_values": {"period": "2026-11"}, "provider": "log",
        "created_at": NOW, "sent_at": NOW,
    } | values  # fmt: skip
    message = Message(tenancy_id=tenancy_id, tenant_id=f"{tenancy_id}-P" if tenancy_id else None, **row)
    session.add(message)
    session.flush()
    return message


def add_callback(session: Session, tenancy_id: str = "T-1", **values: Any) -> CallBack:
    row: dict[str, Any] = {"due_by": datetime(2026, 11, 4, 15, 0, tzinfo=UTC), "created_at": NOW} | values
    callback = CallBack(tenancy_id=tenancy_id, tenant_id=f"{tenancy_id}-P", **row)
    session.add(callback)
    session.flush()
    return callback


def add_event(session: Session, event_id: str = "evt-1", **values: Any) -> InboxEvent:
    row: dict[str, Any] = {
        "source": "rent", "type": "invoice.overdue", "state": InboxState.APPLIED, "tenancy_id": "T-1",
        "invoice_id": "INV-1", "body_sha256": "0" * 64, "content_digest": "0" * 64, "received_at": NOW,
    } | values  # fmt: skip
    event = InboxEvent(event_id=event_id, **row)
    session.add(event)
    session.flush()
    return event
