"""Databases for the tests: every one is made by the migrations, on SQLite and on a real PostgreSQL."""

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text

from app.store.engine import make_engine
from tests.support.postgres import Postgres

ROOT = Path(__file__).parent.parent
_server: Postgres | None = None


def pytest_configure(config: pytest.Config) -> None:
    """The process that collects starts one PostgreSQL for all workers."""
    global _server  # noqa: PLW0603  a server outlives every fixture of one worker
    if not hasattr(config, "workerinput") and "KVAR_TEST_POSTGRES_URL" not in os.environ:
        _server = Postgres()
        os.environ["KVAR_TEST_POSTGRES_URL"] = _server.url


def pytest_unconfigure() -> None:
    if _server is not None:
        _server.stop()
        os.environ.pop("KVAR_TEST_POSTGRES_URL", None)


def migrate(engine: Engine) -> None:
    config = Config(ROOT / "alembic.ini")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "kvar.db"
    engine = make_engine(f"sqlite:///{path}")
    migrate(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[str]:
    name = f"template_{uuid.uuid4().hex}"
    _admin(f"CREATE DATABASE {name}")
    engine = make_engine(_url(name))
    migrate(engine)
    engine.dispose()
    yield name
    _admin(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """An empty, migrated database: every test that asks runs on both kinds."""
    yield from _database(request, request.param)


@pytest.fixture
def sqlite_engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    yield from _database(request, "sqlite")


@pytest.fixture
def postgres_engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    yield from _database(request, "postgresql")


def _database(request: pytest.FixtureRequest, kind: str) -> Iterator[Engine]:
    if kind == "sqlite":
        path = request.getfixturevalue("tmp_path") / "kvar.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        engine = make_engine(f"sqlite:///{path}")
        yield engine
        engine.dispose()
        return
    name = f"test_{uuid.uuid4().hex}"
    _admin(f"CREATE DATABASE {name} TEMPLATE {request.getfixturevalue('postgres_template')}")
    engine = make_engine(_url(name))
    yield engine
    engine.dispose()
    _admin(f"DROP DATABASE {name} WITH (FORCE)")


def _url(name: str) -> str:
    return f"{os.environ['KVAR_TEST_POSTGRES_URL'].rpartition('/')[0]}/{name}"


def _admin(statement: str) -> None:
    engine = make_engine(os.environ["KVAR_TEST_POSTGRES_URL"])
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(statement))
    engine.dispose()
