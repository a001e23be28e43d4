"""The numbered migrations: they run both ways on both databases, and make exactly the tables of the models."""

import io
from collections.abc import Iterator

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text
from sqlmodel import SQLModel

import app.models  # noqa: F401  (registers the tables)
from app.store.engine import reading, writing
from app.store.schema import newest_revision, revision
from app.store.touchpoints import append
from app.vocabulary import TouchpointKind
from tests.conftest import ROOT
from tests.support.rows import NOW, add_tenancy


def config() -> Config:
    return Config(ROOT / "alembic.ini", stdout=io.StringIO())


def revisions() -> Iterator[tuple[str, str]]:
    """Every revision with the one below it, oldest first."""
    for script in reversed(list(ScriptDirectory.from_config(config()).walk_revisions())):
        yield script.revision, str(script.down_revision or "base")


def migrate(engine: Engine, direction: str, target: str) -> None:
    settings = config()
    with engine.begin() as connection:
        settings.attributes["connection"] = connection
        getattr(command, direction)(settings, target)


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


def test_the_revisions_are_numbered_in_one_line() -> None:
    line = list(revisions())
    assert [number for number, _ in line] == [f"{n:04}" for n in range(1, len(line) + 1)]
    assert [below for _, below in line] == ["base", *[number for number, _ in line[:-1]]]
    assert newest_revision() == line[-1][0]


def test_every_revision_goes_down_and_up_again(engine: Engine) -> None:
    made = tables(engine)
    for _, below in reversed(list(revisions())):
        migrate(engine, "downgrade", below)
    assert tables(engine) == set()
    for number, _ in revisions():
        migrate(engine, "upgrade", number)
    assert tables(engine) == made
    with reading(engine) as session:
        assert revision(session) == newest_revision()


def test_going_down_leaves_no_functions_behind(postgres_engine: Engine) -> None:
    migrate(postgres_engine, "downgrade", "base")
    with postgres_engine.connect() as connection:
        left = connection.execute(text("SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace")).all()
    assert left == []


def test_a_used_database_can_go_down(engine: Engine) -> None:
    """Rows, also those that refuse to be deleted one by one, do not stand in the way."""
    with writing(engine) as session:
        add_tenancy(session)
        append(session, "T-1", at=NOW, kind=TouchpointKind.NOTE, actor="Sara", text="hej")
    migrate(engine, "downgrade", "base")
    assert tables(engine) == set()


def test_the_migrations_make_the_tables_of_the_models(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_alembic_check_is_clean(engine: Engine) -> None:
    settings = config()
    with engine.begin() as connection:
        settings.attributes["connection"] = connection
        command.check(settings)


def test_every_constraint_has_the_name_of_the_models(engine: Engine) -> None:
    """A constraint without a name can never be changed by a later migration."""
    found = inspect(engine)
    for name, table in SQLModel.metadata.tables.items():
        assert found.get_pk_constraint(name)["name"] == table.primary_key.name
        assert {key["name"] for key in found.get_foreign_keys(name)} == {
            key.name for key in table.foreign_key_constraints
        }
        unique = {str(c.name) for c in table.constraints if type(c).__name__ == "UniqueConstraint"}
        assert unique <= {str(key["name"]) for key in found.get_unique_constraints(name)}


@pytest.mark.parametrize("verb", ["UPDATE touchpoint SET seq = 2", "DELETE FROM touchpoint"])
def test_the_log_refuses_change_again_after_down_and_up(engine: Engine, verb: str) -> None:
    migrate(engine, "downgrade", "base")
    migrate(engine, "upgrade", "head")
    with writing(engine) as session:
        add_tenancy(session)
        append(session, "T-1", at=NOW, kind=TouchpointKind.NOTE, actor="Sara")
    with pytest.raises(Exception, match="append-only"), engine.begin() as connection:
        connection.execute(text(verb))
