"""Alembic's environment: Kvar's engine, Kvar's tables."""

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlmodel import SQLModel

import app.models  # noqa: F401  (registers the tables)
from app.models.base import UTCDateTime, Word
from app.settings import Settings
from app.store.engine import make_engine


def render_item(kind: str, item: object, _context: AutogenContext) -> str | bool:
    """Write our column types as what they are in the database, so that old migrations never import new code."""
    if kind == "type" and isinstance(item, Word):
        return "sa.String(length=40)"
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    """Run on the connection handed over in the config, or on the one that the settings name."""
    connection = context.config.attributes.get("connection")
    if connection is None:
        with make_engine(Settings().database_url).connect() as connection:
            _run_on(connection)
    else:
        _run_on(connection)


def _run_on(connection: object) -> None:
    context.configure(
        connection=connection,  # type: ignore[arg-type]
        target_metadata=SQLModel.metadata,
        render_item=render_item,
        compare_type=True,
        render_as_batch=False,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
