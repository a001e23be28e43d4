"""Somebody asked to be phoned: open, taken, done or not reached."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from app.errors import Conflict, NotFound
from app.flows.callbacks import Asked, ask, done, no_answer, take
from app.models import LoggedContact
from app.policy.reply import Wish
from app.store.engine import reading, writing
from app.vocabulary import CallbackState, CallOutcome, TouchpointKind
from tests.support.rows import add_tenancy
from tests.support.seed import PHONE, add_home, add_reply, add_tenant, callbacks, codes
from tests.support.service import TUESDAY, make_service

TOMORROW_AT_TWO = Wish(date(2026, 11, 4), time(14), None, "i morgon kl 14")


def requested(engine: Engine, wish: Wish | None = None, now: datetime = TUESDAY) -> Asked:
    with writing(engine) as session:
        return ask(session, make_service(engine), who=[("T-1", "T-1-P")], wish=wish, by="tenant", phone=PHONE, now=now)


@pytest.fixture
def home(engine: Engine) -> Engine:
    with writing(engine) as session:
        add_tenancy(session)
    return engine


def test_a_request_has_no_owner_and_a_deadline_from_the_opening_hours(home: Engine) -> None:
    requested(home)
    callback = callbacks(home)[0]
    assert (callback.state, callback.owner, callback.phone) == (CallbackState.OPEN, None, PHONE)
    assert callback.due_by == datetime(2026, 11, 4, 15, 0, tzinfo=UTC)
    assert codes(home, TouchpointKind.CALLBACK) == [("T-1", "callback_asked")]


def test_asking_again_with_a_time_moves_the_open_request(home: Engine) -> None:
    requested(home)
    asked = requested(home, TOMORROW_AT_TWO)
    assert asked.moved
    (callback,) = callbacks(home)
    assert callback.wished_from == datetime(2026, 11, 4, 13, 0, tzinfo=UTC)
    assert callback.wished_text == "i morgon kl 14"


def test_asking_again_without_a_time_keeps_the_wished_one(home: Engine) -> None:
    first = requested(home, TOMORROW_AT_TWO)
    again = requested(home, now=TUESDAY + timedelta(hours=1))
    assert not again.moved
    assert (again.appointment.start, again.appointment.end) == (first.appointment.start, first.appointment.end)
    assert len(callbacks(home)) == 1


def test_asking_again_after_the_deadline_has_passed_sets_a_new_one(home: Engine) -> None:
    requested(home)
    requested(home, now=TUESDAY + timedelta(days=2))
    (callback,) = callbacks(home)
    assert callback.due_by == datetime(2026, 11, 6, 15, 0, tzinfo=UTC)


def test_one_person_takes_it_and_another_is_told(home: Engine) -> None:
    requested(home)
    with writing(home) as session:
        take(session, 1, "Leyla", TUESDAY)
        take(session, 1, "Leyla", TUESDAY)
    with writing(home) as session, pytest.raises(Conflict, match="Leyla"):
        take(session, 1, "Nils", TUESDAY)
    assert (callbacks(home)[0].state, callbacks(home)[0].owner) == (CallbackState.TAKEN, "Leyla")
    assert codes(home, TouchpointKind.CALLBACK)[1:] == [("T-1", "callback_taken")]


def test_a_call_that_was_made_closes_it_and_counts_as_contact(home: Engine) -> None:
    requested(home)
    with writing(home) as session:
        done(session, make_service(home), 1, "Leyla", TUESDAY)
    assert (callbacks(home)[0].state, callbacks(home)[0].closed_at) == (CallbackState.DONE, TUESDAY)
    with reading(home) as session:
        contact = session.exec(select(LoggedContact)).one()
    assert (contact.outcome, contact.by, contact.callback_id) == (CallOutcome.REACHED, "Leyla", 1)
    with writing(home) as session, pytest.raises(Conflict):
        done(session, make_service(home), 1, "Nils", TUESDAY)


def test_one_unanswered_call_keeps_it_open_and_the_second_ends_it(home: Engine) -> None:
    requested(home)
    service = make_service(home)
    with writing(home) as session:
        no_answer(session, service, 1, "Leyla", TUESDAY + timedelta(days=1))
    (first,) = callbacks(home)
    assert (first.state, first.attempts) == (CallbackState.OPEN, 1)
    assert first.due_by == datetime(2026, 11, 5, 15, 0, tzinfo=UTC)
    with writing(home) as session:
        no_answer(session, service, 1, "Leyla", TUESDAY + timedelta(days=2))
    (second,) = callbacks(home)
    assert (second.state, second.attempts, second.closed_at) == (
        CallbackState.NOT_REACHED,
        2,
        TUESDAY + timedelta(days=2),
    )
    assert [code for _, code in codes(home, TouchpointKind.CALLBACK)] == [
        "callback_asked",
        "callback_no_answer",
        "callback_not_reached",
    ]
    with writing(home) as session, pytest.raises(Conflict):
        no_answer(session, service, 1, "Leyla", TUESDAY)


def test_a_new_request_can_follow_a_closed_one(home: Engine) -> None:
    requested(home)
    with writing(home) as session:
        done(session, make_service(home), 1, "Leyla", TUESDAY)
    requested(home)
    assert [c.state for c in callbacks(home)] == [CallbackState.DONE, CallbackState.OPEN]


def test_an_unknown_call_back_is_not_found(engine: Engine) -> None:
    with writing(engine) as session, pytest.raises(NotFound):
        take(session, 9, "Leyla", TUESDAY)


def test_one_call_settles_what_one_number_asked_for_on_two_tenancies(engine: Engine) -> None:
    from_reply = "f" * 32
    with writing(engine) as session:
        add_tenant(session, "P-1")
        add_home(session, "T-1", "P-1")
        add_home(session, "T-2", "P-1")
        add_reply(session, from_reply)
        ask(
            session,
            make_service(engine),
            who=[("T-2", "P-1"), ("T-1", "P-1")],
            wish=None,
            by="tenant",
            phone=PHONE,
            message_id=from_reply,
            now=TUESDAY,
        )
    with writing(engine) as session:
        done(session, make_service(engine), 1, "Leyla", TUESDAY)
    assert {c.state for c in callbacks(engine)} == {CallbackState.DONE}
