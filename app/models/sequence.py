"""Published sequences and templates, and the runs that follow them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, Text, text
from sqlmodel import Field, SQLModel, UniqueConstraint

from app.models.base import BigId, Json, UTCDateTime, word
from app.vocabulary import Channel, RunState, StepKind


class SequenceVersion(SQLModel, table=True):
    """One published version of a sequence, as its TOML. A run follows the newest."""

    __tablename__ = "sequence_version"
    __table_args__ = (UniqueConstraint("key", "version", name="uq_sequence_version_key_version"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    key: str = Field(max_length=64)
    version: int
    source: str = Field(sa_type=Text)
    digest: str = Field(max_length=64)
    published_at: datetime = Field(sa_type=UTCDateTime)
    published_by: str = Field(max_length=100)


class TemplateVersion(SQLModel, table=True):
    """One published version of a message text. `source` is the file as written, subject line included for e-mail."""

    __tablename__ = "template_version"
    __table_args__ = (UniqueConstraint("key", "language", "channel", "version", name="uq_template_version_identity"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    key: str = Field(max_length=64)
    language: str = Field(max_length=8)
    channel: Channel = Field(sa_type=word(Channel))
    version: int
    source: str = Field(sa_type=Text)
    digest: str = Field(max_length=64)
    published_at: datetime = Field(sa_type=UTCDateTime)
    published_by: str = Field(max_length=100)


class Run(SQLModel, table=True):
    """One sequence at work for one tenancy and anchor: the only thing scheduled is when to look next."""

    __tablename__ = "run"
    __table_args__ = (
        UniqueConstraint("tenancy_id", "sequence_key", "anchor", name="uq_run_tenancy_sequence_anchor"),
        Index(
            "ix_run_next_look_at",
            "next_look_at",
            sqlite_where=text("state = 'active'"),
            postgresql_where=text("state = 'active'"),
        ),
        Index(
            "ix_run_first_touch",
            "sequence_key",
            "first_touch_on",
            sqlite_where=text("first_touch_on IS NOT NULL"),
            postgresql_where=text("first_touch_on IS NOT NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    tenancy_id: str = Field(foreign_key="tenancy.id", max_length=64)
    sequence_key: str = Field(max_length=64)
    anchor: str = Field(max_length=64)
    anchor_date: date
    case_id: int | None = Field(default=None, foreign_key="case.id", sa_type=BigId)
    state: RunState = Field(default=RunState.ACTIVE, sa_type=word(RunState))
    next_look_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    first_touch_on: date | None = None
    """Local day on which the first touch of the round is expected; None when it is done or not in sight."""
    because_code: str | None = Field(default=None, max_length=40)
    because_values: dict[str, Any] | None = Field(default=None, sa_type=Json)
    """The reason of the wait or stop in force, so that an unchanged one writes nothing new."""
    created_at: datetime = Field(sa_type=UTCDateTime)


class Touch(SQLModel, table=True):
    """A step done, or passed over, in a round. Not `live` once its message was cancelled, failed or undelivered."""

    __tablename__ = "touch"
    __table_args__ = (
        Index(
            "uq_touch_live",
            "tenancy_id",
            "sequence_key",
            "anchor",
            "step_key",
            unique=True,
            sqlite_where=text("live"),
            postgresql_where=text("live"),
        ),
        Index("ix_touch_message", "message_id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    tenancy_id: str = Field(foreign_key="tenancy.id", max_length=64)
    run_id: int = Field(foreign_key="run.id", sa_type=BigId)
    sequence_key: str = Field(max_length=64)
    anchor: str = Field(max_length=64)
    step_key: str = Field(max_length=100)
    kind: StepKind = Field(sa_type=word(StepKind))
    at: datetime = Field(sa_type=UTCDateTime, index=True)
    skipped: bool = False
    gentle: bool = False
    first: bool = False
    live: bool = True
    message_id: str | None = Field(default=None, foreign_key="message.id", max_length=32)
    task_id: int | None = Field(default=None, foreign_key="task.id", sa_type=BigId)
