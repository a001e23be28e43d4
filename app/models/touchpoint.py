"""The append-only log of all contact, one hash chain per tenancy. The database refuses UPDATE and DELETE on it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Text
from sqlmodel import Field, SQLModel, UniqueConstraint

from app.models.base import BigId, Json, UTCDateTime, word
from app.vocabulary import Channel, Direction, TouchpointKind


class Touchpoint(SQLModel, table=True):
    """One entry. `content_hash` is SHA-256 over salt and content; `hash` covers every column and the hash before."""

    __tablename__ = "touchpoint"
    __table_args__ = (UniqueConstraint("tenancy_id", "seq", name="uq_touchpoint_tenancy_seq"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    tenancy_id: str = Field(foreign_key="tenancy.id", max_length=64)
    seq: int
    at: datetime = Field(sa_type=UTCDateTime)
    kind: TouchpointKind = Field(sa_type=word(TouchpointKind))
    channel: Channel | None = Field(default=None, sa_type=word(Channel))
    direction: Direction | None = Field(default=None, sa_type=word(Direction))
    actor: str = Field(max_length=100)
    code: str | None = Field(default=None, max_length=40)
    message_id: str | None = Field(default=None, foreign_key="message.id", max_length=32)
    template_key: str | None = Field(default=None, max_length=64)
    template_version: int | None = None
    content_hash: str = Field(max_length=64)
    previous_hash: str = Field(max_length=64)
    hash: str = Field(max_length=64)


class TouchpointContent(SQLModel, table=True):
    """Exact text, values and salt, apart from the chain: deleting this row leaves a chain that still verifies."""

    __tablename__ = "touchpoint_content"

    touchpoint_id: int = Field(primary_key=True, foreign_key="touchpoint.id", sa_type=BigId)
    text: str | None = Field(default=None, sa_type=Text)
    values: dict[str, Any] | None = Field(default=None, sa_type=Json)
    salt: str = Field(max_length=64)
