"""Writers of one SQLite file go in turn, and a turn that went wrong is given on."""

import gc
import threading

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import OperationalError

from app.store.engine import reading, writing
from app.store.turns import Turns


def test_whoever_asked_first_is_next_even_when_the_last_one_asks_again_at_once() -> None:
    turns, order = Turns(), list[str]()
    assert turns.take(1)
    asked = threading.Event()

    def other() -> None:
        asked.set()
        assert turns.take(10)
        order.append("other")
        turns.give()

    thread = threading.Thread(target=other)
    thread.start()
    asked.wait()
    while not turns.queued:
        pass
    turns.give()
    assert turns.take(10)
    order.append("again")
    turns.give()
    thread.join()
    assert order == ["other", "again"]


def test_a_turn_that_does_not_come_is_given_up_and_the_queue_goes_on() -> None:
    turns = Turns()
    assert turns.take(1)
    assert not turns.take(0.01)
    turns.give()
    assert turns.take(0)


def test_a_webhook_waits_for_one_batch_not_for_the_whole_backlog(sqlite_engine: Engine) -> None:
    """One thread writes batch after batch; another that asks once gets in between."""
    with writing(sqlite_engine) as session:
        session.execute(text("CREATE TABLE batch (n INTEGER)"))
    begun, done = threading.Event(), threading.Event()
    batches = [0]

    def backlog() -> None:
        while not done.is_set():
            with writing(sqlite_engine) as session:
                session.execute(text("INSERT INTO batch VALUES (1)"))
                batches[0] += 1
                begun.set()

    thread = threading.Thread(target=backlog)
    thread.start()
    begun.wait()
    waited = []
    for _ in range(20):
        before = batches[0]
        with writing(sqlite_engine):
            waited.append(batches[0] - before)
    done.set()
    thread.join()
    assert max(waited) <= 3


@pytest.mark.parametrize("ending", ["commit", "rollback", "close", "lost", "forgotten"])
def test_a_turn_ends_with_its_transaction_however_that_ends(sqlite_engine: Engine, ending: str) -> None:
    connection = sqlite_engine.connect()
    connection.execute(text("SELECT 1"))
    if ending == "lost":
        connection.invalidate()
        connection.close()
    elif ending != "forgotten":
        getattr(connection, ending)()
    del connection
    gc.collect()
    with writing(sqlite_engine) as session:
        session.execute(text("SELECT 1"))


def test_a_transaction_that_cannot_begin_keeps_nobody_waiting(sqlite_engine: Engine) -> None:
    refused = [True]

    def refuse(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if refused[0] and statement == "BEGIN IMMEDIATE":
            raise OperationalError(statement, None, ValueError("not now"))

    event.listen(sqlite_engine, "before_cursor_execute", refuse)
    with pytest.raises(OperationalError), writing(sqlite_engine) as session:
        session.execute(text("SELECT 1"))
    refused[0] = False
    with writing(sqlite_engine) as session:
        session.execute(text("SELECT 1"))


def test_readers_do_not_wait_for_their_turn(sqlite_engine: Engine) -> None:
    with writing(sqlite_engine) as writer:
        writer.execute(text("CREATE TABLE x (n INTEGER)"))
        with reading(sqlite_engine) as reader:
            assert reader.execute(text("SELECT count(*) FROM tenancy")).scalar_one() == 0
