"""The database keeps its promises on both kinds."""

import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, StatementError

from app.models import ApiKey, Control
from app.store.engine import insert_new, writing


def test_concurrent_writers_lose_no_update(engine: Engine) -> None:
    """Eight threads add 25 each; a deferred transaction on SQLite loses some of them."""
    with writing(engine) as session:
        session.execute(text("CREATE TABLE counter (n INTEGER)"))
        session.execute(text("INSERT INTO counter VALUES (0)"))

    def add() -> None:
        for _ in range(25):
            with writing(engine) as session:
                lock = " FOR UPDATE" if engine.dialect.name == "postgresql" else ""
                n = session.execute(text(f"SELECT n FROM counter{lock}")).scalar_one()
                session.execute(text("UPDATE counter SET n = :n"), {"n": n + 1})

    threads = [threading.Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with writing(engine) as session:
        assert session.execute(text("SELECT n FROM counter")).scalar_one() == 200


def test_a_moment_comes_back_aware_and_a_naive_one_is_refused(engine: Engine) -> None:
    at = datetime(2026, 11, 3, 8, 0, tzinfo=UTC)
    with writing(engine) as session:
        session.add(Control(paused_at=at))
    with writing(engine) as session:
        assert session.get_one(Control, 1).paused_at == at
    with pytest.raises(StatementError, match="without a time zone"), writing(engine) as session:
        session.add(Control(id=2, paused_at=datetime(2026, 11, 3, 8, 0)))  # noqa: DTZ001


@pytest.mark.parametrize("statement", ["UPDATE touchpoint SET actor = 'x'", "DELETE FROM touchpoint"])
def test_the_database_refuses_to_change_the_touchpoint_log(engine: Engine, statement: str) -> None:
    with writing(engine) as session:
        session.execute(
            text("INSERT INTO tenancy (id, kind, as_of, first_seen) VALUES ('T', 'home', '2026-01-01', '2026-01-01')")
        )
        session.execute(
            text(
                "INSERT INTO touchpoint (tenancy_id, seq, at, kind, actor, content_hash, previous_hash, hash)"
                " VALUES ('T', 1, '2026-01-01', 'note', 'kvar', 'a', 'b', 'c')"
            )
        )
    with pytest.raises(DBAPIError, match="append-only"), writing(engine) as session:
        session.execute(text(statement))


def test_inserting_tells_how_many_rows_were_new(engine: Engine) -> None:
    table = ApiKey.metadata.tables["api_key"]
    key = {"scope": "read", "created_at": datetime(2026, 11, 3, 8, 0, tzinfo=UTC)}
    one, two, three = (key | {"name": name, "digest": name} for name in ("one", "two", "three"))
    with writing(engine) as session:
        assert insert_new(session, table, [one]) == 1
        assert insert_new(session, table, [one]) == 0
        assert insert_new(session, table, [two, one, three]) == 2
