"""The switches that people hold."""

from datetime import timedelta

from sqlalchemy import Engine

from app.flows.control import HeldSurge, pause, release_surge, resume, state
from app.models import Run, SurgeDay
from app.store.engine import reading, writing
from app.vocabulary import ReasonCode
from tests.support.rows import add_tenancy
from tests.support.seed import add_run
from tests.support.service import TUESDAY

LATER = TUESDAY + timedelta(days=3)


def waiting_for(engine: Engine, code: ReasonCode) -> int:
    with writing(engine) as session:
        add_tenancy(session)
        return add_run(session, "T-1", next_look_at=LATER, because_code=code.value).id or 0


def next_look(engine: Engine, run_id: int) -> object:
    with reading(engine) as session:
        return session.get_one(Run, run_id).next_look_at


def test_nothing_is_switched_on_at_first(engine: Engine) -> None:
    with reading(engine) as session:
        assert (state(session).paused_at, state(session).surges) == (None, ())


def test_the_first_to_pause_stays_named_however_often_it_is_pressed(engine: Engine) -> None:
    with writing(engine) as session:
        assert pause(session, "Leyla", TUESDAY)
    with writing(engine) as session:
        assert not pause(session, "Nils", LATER)
    with reading(engine) as session:
        assert (state(session).paused_at, state(session).paused_by) == (TUESDAY, "Leyla")


def test_resuming_looks_at_once_at_what_waited_for_the_pause_and_at_nothing_else(engine: Engine) -> None:
    paused = waiting_for(engine, ReasonCode.PAUSED)
    with writing(engine) as session:
        other = add_run(session, "T-1", next_look_at=LATER, anchor="INV-2", because_code="not_due").id or 0
        pause(session, "Leyla", TUESDAY)
    with writing(engine) as session:
        assert resume(session, "Nils", TUESDAY)
    assert next_look(engine, paused) == TUESDAY
    assert next_look(engine, other) == LATER
    with writing(engine) as session:
        assert not resume(session, "Nils", TUESDAY)
        assert state(session).paused_at is None


def test_a_released_brake_lets_the_held_first_touches_go(engine: Engine) -> None:
    run_id = waiting_for(engine, ReasonCode.SURGE)
    with writing(engine) as session:
        session.add(SurgeDay(sequence_key="arrears", day=TUESDAY.date(), planned=40, allowed=5, engaged_at=TUESDAY))
    with reading(engine) as session:
        assert state(session).surges == (HeldSurge("arrears", TUESDAY.date(), 40, 5),)
    with writing(engine) as session:
        assert not release_surge(session, "welcome", "Leyla", TUESDAY)
        assert release_surge(session, "arrears", "Leyla", TUESDAY)
    assert next_look(engine, run_id) == TUESDAY
    with writing(engine) as session:
        assert not release_surge(session, "arrears", "Leyla", TUESDAY)
        assert state(session).surges == ()
