"""The database: can it be reached and written, does its schema fit this code, do the clocks agree."""

import os
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import URL, Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from app.errors import ConfigurationError
from app.flows.doctor.finding import Finding, about, variable
from app.store import schema
from app.store.engine import make_engine, reading

_SLACK: Final = timedelta(seconds=30)
"""How far two clocks may differ: the rent webhook refuses what is five minutes off."""

_NEWER: Final = "Install the version of Kvar that made it, or set KVAR_DATABASE_URL to the database you meant."


def database(address: str, now: datetime) -> Iterator[Finding]:
    """What is wrong with the database at `address` (`sqlite:///…` or `postgresql://…`)."""
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        yield about("database_url", "this is not a database address")
        return
    if url.get_backend_name() == "sqlite":
        trouble = _file(url)
        if trouble is not None:
            yield trouble
            return
    elif "connect_timeout" not in url.query:
        url = url.update_query_dict({"connect_timeout": "5"})
    yield from _connect(url, now)


def _file(url: URL) -> Finding | None:
    """Opening a SQLite file that is not there would create it, and a doctor changes nothing."""
    if not url.database or url.database == ":memory:":
        return about("database_url", "the database is only in memory: what is received is lost at the next stop")
    file = Path(url.database).absolute()
    if not file.parent.is_dir():
        return about("database_url", f"the folder {file.parent} does not exist")
    try:
        with tempfile.TemporaryFile(dir=file.parent):
            pass
    except OSError as error:
        return about("database_url", f"the folder {file.parent} cannot be written: {error.strerror}")
    if not file.exists():
        return _migrate(f"{file} does not exist yet", by_itself=True)
    if not os.access(file, os.W_OK):
        return about("database_url", f"{file} cannot be written")
    return None


def _connect(url: URL, now: datetime) -> Iterator[Finding]:
    try:
        engine = make_engine(url.render_as_string(hide_password=False))
    except (ConfigurationError, SQLAlchemyError) as error:
        yield about("database_url", str(error).removeprefix("KVAR_DATABASE_URL: "))
        return
    try:
        yield from _contents(engine, now)
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        yield about("database_url", f"the database does not answer: {reason}")
    finally:
        engine.dispose()


def _contents(engine: Engine, now: datetime) -> Iterator[Finding]:
    needed = schema.newest_revision()
    with reading(engine) as session:
        at, server = schema.revision(session), schema.clock(session)
        newest = schema.newest_receipt(session) if at == needed else None
        newer = at is not None and not schema.is_known(at)
    by_itself = engine.dialect.name == "sqlite"
    if newer:
        yield about("database_url", f"the database is at schema {at}, which this version does not know", advice=_NEWER)
    elif at is None:
        yield _migrate("the database has no tables of Kvar's yet", by_itself=by_itself)
    elif at != needed:
        yield _migrate(f"the database is at schema {at}; this version needs {needed}", by_itself=by_itself)
    if server is not None and abs(server - now) > _SLACK:
        yield _clock(f"this machine and the database server are {round(abs(server - now).total_seconds())} s apart")
    if newest is not None and newest > now + _SLACK:
        yield _clock(f"the newest webhook was received at {newest:%Y-%m-%d %H:%M} UTC, ahead of this machine's clock")


def _migrate(problem: str, *, by_itself: bool) -> Finding:
    """`by_itself`: an embedded database is migrated when Kvar starts, a shared one by hand."""
    name = variable("database_url")
    start = ", or just start Kvar" if by_itself else ""
    advice = f"Run `kvar migrate`{start}; or set {name} to the database you meant."
    return about("database_url", problem, severe=not by_itself, advice=advice)


def _clock(problem: str) -> Finding:
    advice = "Set the clocks by NTP: hours, holidays and signatures are only as right as they are."
    return Finding(problem=problem, setting="the system clock", advice=advice)
