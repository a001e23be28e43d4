"""The engine, its sessions and everything that differs between SQLite and PostgreSQL."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, select
from sqlalchemy import inspect as sqlalchemy_inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session, SQLModel, col

from app.errors import ConfigurationError
from app.models import Tenancy
from app.store.turns import Writers

_READ_ONLY = "kvar_read_only"


def make_engine(url: str) -> Engine:
    """An engine for `sqlite:///…` or `postgresql://…`, set up so that no update is lost and no commit is soft.

    What is written never appears in an error's text, for errors are logged.
    """
    parsed = make_url(url)
    if parsed.drivername in {"postgresql", "postgres"}:
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() == "postgresql":
        return create_engine(parsed, pool_size=10, max_overflow=20, pool_pre_ping=True, hide_parameters=True)
    if parsed.get_backend_name() != "sqlite":
        raise ConfigurationError(f"KVAR_DATABASE_URL: use sqlite or postgresql, not {parsed.get_backend_name()}")
    engine = create_engine(parsed, connect_args={"timeout": 30}, pool_size=20, max_overflow=20, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", partial(_begin_sqlite, Writers(engine)))
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(writers: Writers, connection: Connection) -> None:
    if connection.get_execution_options().get(_READ_ONLY, False):
        connection.exec_driver_sql("BEGIN")
        return
    # A deferred transaction that turns writer loses to a concurrent one: writers lock first.
    writers.take_turn(connection)
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    except BaseException:
        writers.over(connection)
        raise


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """One transaction, committed at the end of the block, rolled back when it raises."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """One transaction that writes nothing, on a consistent view."""
    options: dict[str, Any] = {_READ_ONLY: True}
    if engine.dialect.name == "postgresql":
        options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with Session(engine.execution_options(**options), expire_on_commit=False) as session, session.begin():
        yield session


def lock_tenancies(session: Session, ids: Sequence[str]) -> None:
    """Take the lock that every writer of a tenancy's facts takes, in one order, so that none waits in a ring."""
    statement = select(col(Tenancy.id)).where(col(Tenancy.id).in_(ids)).order_by(col(Tenancy.id)).with_for_update()
    session.execute(statement).all()


def insert_new(session: Session, table: Table | type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert rows, leaving out those that a UNIQUE constraint already holds. Returns how many were new."""
    if not rows:
        return 0
    if not isinstance(table, Table):
        table = table_of(table)
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    # SQLAlchemy forgets how many rows an INSERT made unless told to keep the number.
    counted = insert(table).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
    result = session.execute(counted, list(rows))
    return int(getattr(result, "rowcount", 0))


def table_of(model: type[SQLModel]) -> Table:
    """The table behind a model, for statements on many rows at once."""
    table: Table = sqlalchemy_inspect(model).local_table
    return table


def insert_new_keys(session: Session, table: Table, rows: Sequence[Mapping[str, Any]], key: str) -> set[Any]:
    """Like `insert_new`; returns the values of column `key` of the rows that were new."""
    if not rows:
        return set()
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(table).on_conflict_do_nothing().returning(table.c[key])
    return set(session.execute(statement, list(rows)).scalars())
