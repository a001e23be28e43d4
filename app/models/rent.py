"""What the rent system says: the newest snapshot of each thing wins by its `as_of`."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel, UniqueConstraint

from app.models.base import BigId, UTCDateTime, word
from app.vocabulary import Channel, EndReason, LegalMatterKind, LegalState, PaymentMethod, TenancyKind


class Tenancy(SQLModel, table=True):
    """A rental agreement for one home. Its row is the lock that every writer of its facts takes."""

    __tablename__ = "tenancy"

    id: str = Field(primary_key=True, max_length=64)
    kind: TenancyKind = Field(sa_type=word(TenancyKind))
    starts_on: date | None = None
    ended_on: date | None = None
    end_reason: EndReason | None = Field(default=None, sa_type=word(EndReason))
    end_as_of: datetime | None = Field(default=None, sa_type=UTCDateTime)
    address: str | None = None
    area: str | None = None
    municipality: str | None = None
    payment_method: PaymentMethod | None = Field(default=None, sa_type=word(PaymentMethod))
    children_in_household: bool | None = None
    as_of: datetime = Field(sa_type=UTCDateTime)
    first_seen: datetime = Field(sa_type=UTCDateTime)


class Tenant(SQLModel, table=True):
    """A person who holds a tenancy. `phone` is E.164 or nothing: free text in the phone field is never kept."""

    __tablename__ = "tenant"

    id: str = Field(primary_key=True, max_length=64)
    given_name: str
    family_name: str
    phone: str | None = Field(default=None, index=True, max_length=20)
    email: str | None = Field(default=None, index=True, max_length=254)
    language: str | None = Field(default=None, max_length=8)
    channel: Channel | None = Field(default=None, sa_type=word(Channel))
    protected_identity: bool = False
    deceased: bool = False
    organisation: bool = False
    represented: bool = False
    as_of: datetime = Field(sa_type=UTCDateTime)


class Holding(SQLModel, table=True):
    """Which tenants hold which tenancy."""

    __tablename__ = "holding"

    tenancy_id: str = Field(primary_key=True, foreign_key="tenancy.id")
    tenant_id: str = Field(primary_key=True, foreign_key="tenant.id", index=True)
    is_primary: bool = False


class Invoice(SQLModel, table=True):
    """One rent invoice, as last reported. Money in minor units."""

    __tablename__ = "invoice"
    __table_args__ = (Index("ix_invoice_tenancy_due", "tenancy_id", "due_date"),)

    id: str = Field(primary_key=True, max_length=64)
    tenancy_id: str = Field(foreign_key="tenancy.id")
    root: str = Field(max_length=64, index=True)
    replaces: str | None = Field(default=None, max_length=64)
    period: str = Field(max_length=7)
    due_date: date
    amount: int = Field(sa_type=BigId)
    remaining: int = Field(sa_type=BigId)
    currency: str = Field(max_length=3)
    kind: str = Field(max_length=32)
    payment_method: PaymentMethod | None = Field(default=None, sa_type=word(PaymentMethod))
    reference: str | None = Field(default=None, max_length=64)
    paid_on: date | None = None
    deferred_until: date | None = None
    disputed: bool = False
    in_collection: bool = False
    reminded_on: date | None = None
    as_of: datetime = Field(sa_type=UTCDateTime)
    first_seen: datetime = Field(sa_type=UTCDateTime)
    settled_seen: datetime | None = Field(default=None, sa_type=UTCDateTime)


class LegalMatter(SQLModel, table=True):
    """The newest word on a notice or an eviction; its history is in the touchpoint log."""

    __tablename__ = "legal_matter"
    __table_args__ = (UniqueConstraint("tenancy_id", "kind", name="uq_legal_matter_tenancy_kind"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    tenancy_id: str = Field(foreign_key="tenancy.id")
    kind: LegalMatterKind = Field(sa_type=word(LegalMatterKind))
    state: LegalState = Field(sa_type=word(LegalState))
    on_date: date | None = None
    grounds: str | None = Field(default=None, max_length=200)
    social_board_notified_on: date | None = None
    as_of: datetime = Field(sa_type=UTCDateTime)


class FeedReading(SQLModel, table=True):
    """One `ledger.read`: payments are known up to here."""

    __tablename__ = "feed_reading"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    as_of: datetime = Field(sa_type=UTCDateTime, index=True)
    booked_through: date
    received_at: datetime = Field(sa_type=UTCDateTime)
