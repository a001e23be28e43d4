"""What the database knows about itself: the schema it is at, its clock, its newest entry."""

from datetime import UTC, datetime

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import func, select
from sqlmodel import Session, col

from app.models import InboxEvent
from app.settings import SHIPPED


def revision(session: Session) -> str | None:
    """The migration the database is at; None when it was never migrated."""
    return MigrationContext.configure(session.connection()).get_current_revision()


def newest_revision() -> str | None:
    """The migration that this code needs."""
    return _migrations().get_current_head()


def is_known(revision: str) -> bool:
    """Whether this code has the migration; if not, a newer Kvar made the database."""
    try:
        return _migrations().get_revision(revision) is not None
    except CommandError:
        return False


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


def _migrations() -> ScriptDirectory:
    return ScriptDirectory(str(SHIPPED / "migrations"))
