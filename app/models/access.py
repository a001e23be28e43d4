"""Who may ask."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from app.models.base import BigId, UTCDateTime, word
from app.vocabulary import KeyScope


class ApiKey(SQLModel, table=True):
    """An API key: only its SHA-256 is kept (the key itself is 256 random bits, so a slow hash adds nothing)."""

    __tablename__ = "api_key"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    name: str = Field(max_length=100, unique=True)
    scope: KeyScope = Field(sa_type=word(KeyScope))
    digest: str = Field(max_length=64, unique=True)
    created_at: datetime = Field(sa_type=UTCDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class IdempotencyKey(SQLModel, table=True):
    """What a caller said not to do twice. `status` is None while it runs; no answer is kept, only that it was given."""

    __tablename__ = "idempotency_key"

    api_key_id: int = Field(primary_key=True, foreign_key="api_key.id", sa_type=BigId)
    key: str = Field(primary_key=True, max_length=200)
    request_digest: str = Field(max_length=64)
    claim: str = Field(max_length=32)
    lease_until: datetime = Field(sa_type=UTCDateTime)
    status: int | None = None
    created_at: datetime = Field(sa_type=UTCDateTime, index=True)
