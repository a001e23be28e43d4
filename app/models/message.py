"""Messages, in and out: outbox and log at once. Only `flows.delivery` hands one to a provider."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, Text, text
from sqlmodel import Field, SQLModel, UniqueConstraint

from app.models.base import BigId, Json, UTCDateTime, word
from app.vocabulary import AlertKind, BlockKind, Channel, Direction, MessageClass, MessageState


class Message(SQLModel, table=True):
    """One SMS or e-mail. `id` is 32 hex digits, ours. `address` is the other party's."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("provider", "provider_ref", name="uq_message_provider_ref"),
        Index(
            "ix_message_due",
            "state",
            "not_before",
            sqlite_where=text("state IN ('queued', 'sending', 'uncertain')"),
            postgresql_where=text("state IN ('queued', 'sending', 'uncertain')"),
        ),
        Index("ix_message_tenancy", "tenancy_id", "created_at"),
        Index("ix_message_created", "created_at", "id"),
    )

    id: str = Field(primary_key=True, max_length=32)
    tenancy_id: str | None = Field(default=None, foreign_key="tenancy.id", max_length=64)
    tenant_id: str | None = Field(default=None, foreign_key="tenant.id", max_length=64)
    run_id: int | None = Field(default=None, foreign_key="run.id", sa_type=BigId)
    step_key: str | None = Field(default=None, max_length=100)
    in_reply_to: str | None = Field(default=None, foreign_key="message.id", max_length=32)
    direction: Direction = Field(sa_type=word(Direction))
    channel: Channel = Field(sa_type=word(Channel))
    message_class: MessageClass | None = Field(default=None, sa_type=word(MessageClass))
    address: str = Field(max_length=254, index=True)
    language: str | None = Field(default=None, max_length=8)
    template_key: str | None = Field(default=None, max_length=64)
    template_version: int | None = None
    subject: str | None = Field(default=None, max_length=200)
    body: str = Field(sa_type=Text)
    html: str | None = Field(default=None, sa_type=Text)
    parts: int | None = None
    encoding: str | None = Field(default=None, max_length=8)
    intent: str | None = Field(default=None, max_length=40)
    state: MessageState = Field(sa_type=word(MessageState))
    because_code: str | None = Field(default=None, max_length=40)
    because_values: dict[str, Any] | None = Field(default=None, sa_type=Json)
    provider: str | None = Field(default=None, max_length=16)
    provider_ref: str | None = Field(default=None, max_length=100)
    not_before: datetime | None = Field(default=None, sa_type=UTCDateTime)
    lease_until: datetime | None = Field(default=None, sa_type=UTCDateTime)
    attempts: int = 0
    created_at: datetime = Field(sa_type=UTCDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    settled_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    handled_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """Inbound only: when a person or an automatic effect had dealt with it."""


class Attempt(SQLModel, table=True):
    """One try at handing a message to a provider. Its id goes into the status URL, so receipts never cross."""

    __tablename__ = "attempt"
    __table_args__ = (UniqueConstraint("message_id", "number", name="uq_attempt_message_number"),)

    id: str = Field(primary_key=True, max_length=32)
    message_id: str = Field(foreign_key="message.id", max_length=32)
    number: int
    provider: str = Field(max_length=16)
    provider_ref: str | None = Field(default=None, max_length=100, index=True)
    started_at: datetime = Field(sa_type=UTCDateTime)
    lease_until: datetime = Field(sa_type=UTCDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    outcome: str | None = Field(default=None, max_length=40)
    error_code: str | None = Field(default=None, max_length=40)


class CapClaim(SQLModel, table=True):
    """A cap is a row: one unsolicited message a day per tenant and per contact point. Deleted when released."""

    __tablename__ = "cap_claim"

    key: str = Field(primary_key=True, max_length=270)
    day: date = Field(primary_key=True)
    message_id: str = Field(foreign_key="message.id", index=True, max_length=32)


class ContactBlock(SQLModel, table=True):
    """Why a contact point is not used. A wrong number is kept by (tenant, number); an opt-out by number alone."""

    __tablename__ = "contact_block"
    __table_args__ = (
        Index(
            "uq_contact_block_live",
            "address",
            "channel",
            "kind",
            "tenant_id",
            unique=True,
            sqlite_where=text("lifted_at IS NULL"),
            postgresql_where=text("lifted_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    channel: Channel = Field(sa_type=word(Channel))
    address: str = Field(max_length=254)
    tenant_id: str = Field(default="", max_length=64)
    """Empty: holds for everyone at this address."""
    kind: BlockKind = Field(sa_type=word(BlockKind))
    message_id: str | None = Field(default=None, max_length=32)
    created_at: datetime = Field(sa_type=UTCDateTime)
    lifted_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Alert(SQLModel, table=True):
    """Something people must look at now. Also queued to ALERT_EMAIL and ALERT_SMS when set, without personal data."""

    __tablename__ = "alert"
    __table_args__ = (Index("uq_alert_key", "key", unique=True),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    key: str = Field(max_length=200)
    """What makes the alert one alert, so that the same trouble is told once (`feed_stale:2026-11-03`)."""
    kind: AlertKind = Field(sa_type=word(AlertKind))
    tenancy_id: str | None = Field(default=None, foreign_key="tenancy.id", max_length=64)
    message_id: str | None = Field(default=None, foreign_key="message.id", max_length=32)
    raised_at: datetime = Field(sa_type=UTCDateTime)
    handled_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    handled_by: str | None = Field(default=None, max_length=100)
