"""Migrations run both ways on both databases, and leave exactly the tables that the models describe."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect

ROOT = Path(__file__).parent.parent


def alembic(engine: Engine, *commands: str) -> None:
    """Run `upgrade head`, `downgrade base` or `check` on one connection."""
    config = Config(ROOT / "alembic.ini")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        for each in commands:
            verb, _, target = each.partition(" ")
            getattr(command, verb)(config, *([target] if target else []))


def test_the_models_and_the_migrations_describe_the_same_tables(engine: Engine) -> None:
    """`alembic check` raises when a new migration would have something to do."""
    alembic(engine, "check")


def test_the_way_back_leaves_nothing_and_the_way_there_can_be_gone_again(engine: Engine) -> None:
    before = sorted(inspect(engine).get_table_names())
    alembic(engine, "downgrade base")
    assert inspect(engine).get_table_names() == ["alembic_version"]
    alembic(engine, "upgrade head")
    assert sorted(inspect(engine).get_table_names()) == before


def test_migrations_are_numbered_in_one_line() -> None:
    revisions = [script.revision for script in ScriptDirectory(str(ROOT / "migrations")).walk_revisions()]
    assert revisions == [f"{number:04}" for number in range(len(revisions), 0, -1)]


def test_every_constraint_has_a_name(engine: Engine) -> None:
    """A constraint without a name cannot be dropped by a later migration on both databases alike."""
    found = inspect(engine)
    unnamed = [
        f"{table}: {constraint}"
        for table in found.get_table_names()
        for constraint in (
            found.get_pk_constraint(table),
            *found.get_foreign_keys(table),
            *found.get_unique_constraints(table),
        )
        if table != "alembic_version" and not constraint["name"]
    ]
    assert unnamed == []
