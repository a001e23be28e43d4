"""The webhook inbox: what was received, on disk before it is answered."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel, UniqueConstraint

from app.models.base import BigId, Json, UTCDateTime, word
from app.vocabulary import InboxState


class InboxEvent(SQLModel, table=True):
    """One event. `revision` 0 is the one that counts; a later body under the same id is kept as a conflict.

    `payload` holds the known fields; the whole body only while the event is rejected or ignored (30 days).
    """

    __tablename__ = "inbox_event"
    __table_args__ = (
        UniqueConstraint("source", "event_id", "revision", name="uq_inbox_event_identity"),
        Index(
            "ix_inbox_event_unsettled",
            "state",
            "id",
            sqlite_where=text("state IN ('accepted', 'waiting')"),
            postgresql_where=text("state IN ('accepted', 'waiting')"),
        ),
        Index("ix_inbox_event_tenancy", "tenancy_id", "state"),
        Index("ix_inbox_event_invoice", "invoice_id", "state"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    source: str = Field(max_length=16)
    event_id: str = Field(max_length=200)
    revision: int = 0
    type: str = Field(max_length=64)
    state: InboxState = Field(sa_type=word(InboxState))
    tenancy_id: str | None = Field(default=None, max_length=64)
    invoice_id: str | None = Field(default=None, max_length=64)
    as_of: datetime | None = Field(default=None, sa_type=UTCDateTime)
    payload: dict[str, Any] | None = Field(default=None, sa_type=Json)
    body_sha256: str = Field(max_length=64)
    content_digest: str = Field(max_length=64)
    problems: list[dict[str, str]] | None = Field(default=None, sa_type=Json)
    superseded_by: int | None = Field(default=None, sa_type=BigId)
    received_at: datetime = Field(sa_type=UTCDateTime, index=True)
    settled_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
