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
