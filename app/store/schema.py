"""What the database knows about itself: the schema it is at, its clock, its newest entry."""

from datetime import UTC, datetime

from sqlalchemy import func, inspect, select, text
from sqlmodel import Session, col

from app.models import InboxEvent
from app.settings import SHIPPED


def revision(session: Session) -> str | None:
    """The migration the database is at; None when it was never migrated."""
    if not inspect(session.connection()).has_table("alembic_version"):
        return None
    return session.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def newest_revision() -> str:
    """The migration that this code needs: they are numbered, so the last of them."""
    return max(_revisions())


def is_known(revision: str) -> bool:
    """Whether this code has the migration; if not, a newer Kvar made the database."""
    return revision in _revisions()


def _revisions() -> set[str]:
    # Read from the file names, because Alembic is slow to load and every start asks.
    folder = SHIPPED / "migrations" / "versions"
    return {file.name.partition("_")[0] for file in folder.glob("[0-9]*_*.py")}


def clock(session: Session) -> datetime | None:
    """The time on the database server, aware UTC; None for SQLite, which has no clock but this machine's."""
    if session.get_bind().dialect.name == "sqlite":
        return None
    now: datetime = session.execute(select(func.now())).scalar_one()
    return now.astimezone(UTC)


def newest_receipt(session: Session) -> datetime | None:
    """When the newest webhook event was received, by the clock of the replica that received it."""
    newest: datetime | None = session.execute(select(func.max(col(InboxEvent.received_at)))).scalar_one()
    return newest
