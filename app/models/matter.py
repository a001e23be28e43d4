"""A case and what people do about it: tasks, holds, call-backs, logged calls and visits, plans."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from app.models.base import BigId, Json, UTCDateTime, word
from app.vocabulary import CallbackState, CallOutcome, CaseState, HoldKind, StepKind, TaskState


class Case(SQLModel, table=True):
    """The one open arrears matter of a tenancy."""

    __tablename__ = "case"
    __table_args__ = (
        Index(
            "uq_case_open",
            "tenancy_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    tenancy_id: str = Field(foreign_key="tenancy.id", index=True, max_length=64)
    state: CaseState = Field(default=CaseState.OPEN, sa_type=word(CaseState))
    opened_on: date
    closed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    reopened: int = 0


class Task(SQLModel, table=True):
    """A step for a person."""

    __tablename__ = "task"
    __table_args__ = (Index("ix_task_tenancy", "tenancy_id", "state"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    tenancy_id: str = Field(foreign_key="tenancy.id", max_length=64)
    case_id: int | None = Field(default=None, foreign_key="case.id", sa_type=BigId)
    run_id: int | None = Field(default=None, foreign_key="run.id", sa_type=BigId)
    kind: StepKind = Field(sa_type=word(StepKind))
    step_key: str = Field(max_length=100)
    state: TaskState = Field(default=TaskState.OPEN, sa_type=word(TaskState))
    owner: str | None = Field(default=None, max_length=100)
    because_code: str = Field(max_length=40)
    because_values: dict[str, Any] | None = Field(default=None, sa_type=Json)
    created_at: datetime = Field(sa_type=UTCDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Hold(SQLModel, table=True):
    """A dated reason not to send. It is in force until `until` or, without one, until released.

    A hold that names no tenancy does not exist: a reply from a number of several tenancies holds each of them.
    """

    __tablename__ = "hold"
    __table_args__ = (Index("ix_hold_tenancy", "tenancy_id", "released_at"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    tenancy_id: str = Field(foreign_key="tenancy.id", max_length=64)
    kind: HoldKind = Field(sa_type=word(HoldKind))
    since: datetime = Field(sa_type=UTCDateTime)
    until: datetime | None = Field(default=None, sa_type=UTCDateTime)
    note: str | None = Field(default=None, max_length=200)
    message_id: str | None = Field(default=None, foreign_key="message.id", max_length=32)
    set_by: str = Field(max_length=100)
    released_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    released_by: str | None = Field(default=None, max_length=100)


class CallBack(SQLModel, table=True):
    """A tenant's request to be phoned. Belongs to the tenancy and survives the end of a case."""

    __tablename__ = "callback"
    __table_args__ = (Index("ix_callback_tenancy", "tenancy_id", "state"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    tenancy_id: str = Field(foreign_key="tenancy.id", max_length=64)
    case_id: int | None = Field(default=None, foreign_key="case.id", sa_type=BigId)
    tenant_id: str = Field(foreign_key="tenant.id", max_length=64)
    message_id: str | None = Field(default=None, foreign_key="message.id", max_length=32)
    phone: str | None = Field(default=None, max_length=20)
    state: CallbackState = Field(default=CallbackState.OPEN, sa_type=word(CallbackState))
    owner: str | None = Field(default=None, max_length=100)
    wished_from: datetime | None = Field(default=None, sa_type=UTCDateTime)
    wished_until: datetime | None = Field(default=None, sa_type=UTCDateTime)
    wished_text: str | None = Field(default=None, max_length=100)
    due_by: datetime = Field(sa_type=UTCDateTime)
    attempts: int = 0
    created_at: datetime = Field(sa_type=UTCDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class LoggedContact(SQLModel, table=True):
    """A call or visit that a person made, with its outcome."""

    __tablename__ = "logged_contact"
    __table_args__ = (Index("ix_logged_contact_tenancy", "tenancy_id", "at"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    tenancy_id: str = Field(foreign_key="tenancy.id", max_length=64)
    task_id: int | None = Field(default=None, foreign_key="task.id", sa_type=BigId)
    callback_id: int | None = Field(default=None, foreign_key="callback.id", sa_type=BigId)
    kind: StepKind = Field(sa_type=word(StepKind))
    outcome: CallOutcome = Field(sa_type=word(CallOutcome))
    by: str = Field(max_length=100)
    at: datetime = Field(sa_type=UTCDateTime)


class Plan(SQLModel, table=True):
    """A payment plan. `active` while it covers its invoices."""

    __tablename__ = "plan"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    tenancy_id: str = Field(foreign_key="tenancy.id", index=True, max_length=64)
    active: bool = True
    offered_at: datetime = Field(sa_type=UTCDateTime)
    agreed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class PlanInvoice(SQLModel, table=True):
    """The invoices that a plan covers; it never silences another month."""

    __tablename__ = "plan_invoice"

    plan_id: int = Field(primary_key=True, foreign_key="plan.id", sa_type=BigId)
    invoice_id: str = Field(primary_key=True, foreign_key="invoice.id", max_length=64)
