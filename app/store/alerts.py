"""Alerts: what people must look at now."""

from datetime import datetime

from sqlmodel import Session

from app.models import Alert
from app.store.engine import insert_new
from app.vocabulary import AlertKind


def insert_alert(
    session: Session, *, key: str, kind: AlertKind, tenancy_id: str | None, message_id: str | None, now: datetime
) -> bool:
    """Write an alert down. False when the same trouble has been told already."""
    row = {"key": key, "kind": kind, "tenancy_id": tenancy_id, "message_id": message_id, "raised_at": now}
    return insert_new(session, Alert.__table__, [row]) == 1  # type: ignore[attr-defined]
