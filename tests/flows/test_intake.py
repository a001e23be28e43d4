"""The writer of the inbox: an answer means on disk, one bad request harms no other, and stopping loses nothing."""

import asyncio
import json
import sqlite3
from collections.abc import Sequence

import pytest
from sqlalchemy import Engine, event, text
from sqlmodel import select

from app.errors import Unavailable
from app.flows.intake import Answer, BacklogFull, Intake, NotRunning, NotStored
from app.flows.rent_events import Reading
from app.flows.rent_reading import Request, read_request
from app.models import InboxEvent
from app.store.engine import reading, writing
from tests.support import rent
from tests.support.rows import NOW

Outcome = Answer | BaseException


def a_request(event_id: str) -> Request:
    body = json.dumps(rent.event("invoice.overdue", rent.invoice(invoice_id=f"INV-{event_id}"))).encode()
    return read_request(event_id, body, Reading(now=NOW, country="SE"))


async def put_all(intake: Intake, event_ids: Sequence[str]) -> list[Outcome]:
    return await asyncio.gather(*(intake.put(a_request(one)) for one in event_ids), return_exceptions=True)


def put(engine: Engine, *event_ids: str) -> list[Outcome]:
    """Put requests that all wait when the writer begins, so that they make one group."""

    async def story() -> list[Outcome]:
        intake = Intake(engine, lambda: NOW)
        intake.start()
        try:
            return await put_all(intake, event_ids)
        finally:
            await asyncio.to_thread(intake.stop)

    return asyncio.run(story())


def kept(engine: Engine) -> set[str]:
    with reading(engine) as session:
        return set(session.exec(select(InboxEvent.event_id)))


TABLES = (
    "CREATE TABLE parent (id INTEGER PRIMARY KEY)",
    "CREATE TABLE child (parent_id INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)",
)
SQLITE = (
    "CREATE TRIGGER refuse AFTER INSERT ON inbox_event WHEN NEW.event_id = 'poison'\n"
    "BEGIN INSERT INTO child VALUES (1); END"
)
POSTGRESQL = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO child VALUES (1); RETURN NEW; END';
CREATE TRIGGER refuse AFTER INSERT ON inbox_event
FOR EACH ROW WHEN (NEW.event_id = 'poison') EXECUTE FUNCTION refuse()
"""


def refuse_poison(engine: Engine) -> None:
    """From now on the database refuses one event: not when it is inserted, but when its transaction commits."""
    with writing(engine) as session:
        for statement in (*TABLES, SQLITE if engine.dialect.name == "sqlite" else POSTGRESQL):
            session.execute(text(statement))


def test_what_is_answered_is_on_disk(engine: Engine) -> None:
    ids = [f"evt-{n}" for n in range(300)]
    answers = put(engine, *ids)
    assert [a[0].arrival.event_id for a in answers if isinstance(a, tuple)] == ids
    assert kept(engine) == set(ids)


def test_no_answer_when_the_commit_fails(engine: Engine) -> None:
    refuse_poison(engine)
    (answer,) = put(engine, "poison")
    assert isinstance(answer, NotStored)
    assert kept(engine) == set()


def test_one_request_that_the_database_refuses_harms_no_other(engine: Engine) -> None:
    refuse_poison(engine)
    answers = put(engine, "a", "poison", "b", "c")
    assert [isinstance(a, NotStored) for a in answers] == [False, True, False, False]
    assert kept(engine) == {"a", "b", "c"}


def test_a_refused_request_is_answered_503_over_http(engine: Engine) -> None:
    refuse_poison(engine)
    with rent.rent_client(engine) as http:
        system = rent.RentSystem(http)
        refused = system.post(rent.event("invoice.overdue", rent.invoice()), "poison")
        assert system.post(rent.event("invoice.overdue", rent.invoice()), "fine").status_code == 202
    assert (refused.status_code, refused.headers["content-type"]) == (503, "application/problem+json")


def test_a_database_that_is_gone_is_503_and_the_writer_lives_on(sqlite_engine: Engine) -> None:
    """Every statement fails as it does when the disk is away; then it is back."""
    away = [True]

    def fail(*_args: object) -> None:
        if away[0]:
            raise sqlite3.OperationalError("disk I/O error")

    event.listen(sqlite_engine, "before_cursor_execute", fail)
    with rent.rent_client(sqlite_engine) as http:
        system = rent.RentSystem(http)
        assert system.post(rent.event("invoice.overdue", rent.invoice()), "evt-1").status_code == 503
        away[0] = False
        assert system.post(rent.event("invoice.overdue", rent.invoice()), "evt-1").json()["status"] == "accepted"


def test_the_same_event_a_hundred_times_in_one_group_is_one_row(engine: Engine) -> None:
    answers = put(engine, *["evt-1"] * 100)
    assert [a[0].duplicate for a in answers if isinstance(a, tuple)] == [False] + [True] * 99
    assert kept(engine) == {"evt-1"}


def test_stopping_writes_what_is_waiting_and_takes_no_more(sqlite_engine: Engine) -> None:
    async def story() -> list[Outcome]:
        intake = Intake(sqlite_engine, lambda: NOW)
        intake.start()
        waiting = asyncio.gather(*(intake.put(a_request(f"evt-{n}")) for n in range(200)))
        await asyncio.sleep(0)
        await asyncio.to_thread(intake.stop)
        with pytest.raises(NotRunning):
            await intake.put(a_request("late"))
        return list(await waiting)

    assert len(asyncio.run(story())) == 200
    assert len(kept(sqlite_engine)) == 200


def test_before_it_is_started_nothing_is_taken(sqlite_engine: Engine) -> None:
    async def story() -> None:
        with pytest.raises(Unavailable):
            await Intake(sqlite_engine, lambda: NOW).put(a_request("early"))

    asyncio.run(story())


def test_more_than_can_wait_is_turned_away(sqlite_engine: Engine) -> None:
    """The database is held by somebody else, so that nothing can be written meanwhile."""

    async def story() -> list[Outcome]:
        intake = Intake(sqlite_engine, lambda: NOW, backlog=10)
        with writing(sqlite_engine):
            intake.start()
            first = [asyncio.ensure_future(intake.put(a_request(f"evt-{n}"))) for n in range(10)]
            await asyncio.sleep(0)
            with pytest.raises(BacklogFull):
                await intake.put(a_request("one-too-many"))
        answers = await asyncio.gather(*first)
        assert await intake.put(a_request("evt-after"))
        await asyncio.to_thread(intake.stop)
        return list(answers)

    assert len(asyncio.run(story())) == 10
    assert "one-too-many" not in kept(sqlite_engine)


def test_whoever_hangs_up_does_not_disturb_the_others(sqlite_engine: Engine) -> None:
    async def story() -> list[Outcome]:
        intake = Intake(sqlite_engine, lambda: NOW)
        with writing(sqlite_engine):
            intake.start()
            impatient = asyncio.ensure_future(intake.put(a_request("impatient")))
            patient = asyncio.ensure_future(intake.put(a_request("patient")))
            await asyncio.sleep(0)
            impatient.cancel()
        answers = [await patient]
        await asyncio.to_thread(intake.stop)
        return list(answers)

    assert len(asyncio.run(story())) == 1
    assert kept(sqlite_engine) == {"impatient", "patient"}
