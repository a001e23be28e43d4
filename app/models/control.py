"""What people have switched on and off."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel, UniqueConstraint

from app.models.base import BigId, UTCDateTime


class Control(SQLModel, table=True):
    """The one row of switches. `paused_at` set: nothing automatic is sent to any tenant."""

    __tablename__ = "control"

    id: int = Field(default=1, primary_key=True)
    paused_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    paused_by: str | None = Field(default=None, max_length=100)


class SurgeDay(SQLModel, table=True):
    """The brake has held back the first touches of a sequence on this local day, until a person releases them."""

    __tablename__ = "surge_day"
    __table_args__ = (UniqueConstraint("sequence_key", "day", name="uq_surge_day_sequence_day"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    sequence_key: str = Field(max_length=64)
    day: date
    planned: int
    allowed: int
    engaged_at: datetime = Field(sa_type=UTCDateTime)
    released_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    released_by: str | None = Field(default=None, max_length=100)
