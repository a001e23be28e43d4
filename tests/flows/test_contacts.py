"""A person has called or visited, and says how it went."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from app.flows.contacts import log_contact
from app.flows.holds import set_hold
from app.models import LoggedContact, Message, Run, Task
from app.store.engine import reading, writing
from app.vocabulary import BlockKind, CallbackState, CallOutcome, HoldKind, StepKind, TaskState, TouchpointKind
from tests.support.rows import add_callback, add_tenancy
from tests.support.seed import PHONE, add_home, add_reply, add_run, add_tenant, blocks, callbacks, codes, holds
from tests.support.service import TUESDAY, make_service

UNREAD = "a" * 32
LATER = TUESDAY + timedelta(days=5)


def log(engine: Engine, outcome: CallOutcome, kind: StepKind = StepKind.CALL, tenancy_id: str = "T-1") -> None:
    with writing(engine) as session:
        log_contact(
            session,
            make_service(engine),
            tenancy_id=tenancy_id,
            kind=kind,
            outcome=outcome,
            by="Leyla",
            at=TUESDAY - timedelta(minutes=10),
            now=TUESDAY,
        )


@pytest.fixture
def busy(engine: Engine) -> Engine:
    """A call task, a call-back and an unread reply, all open, and a hold that staff have set."""
    with writing(engine) as session:
        add_tenancy(session)
        add_run(session, "T-1", next_look_at=LATER)
        session.add(
            Task(tenancy_id="T-1", kind=StepKind.CALL, step_key="call", because_code="call_due", created_at=TUESDAY)
        )
        session.add(
            Task(
                tenancy_id="T-1", kind=StepKind.REVIEW, step_key="review", because_code="review_day", created_at=TUESDAY
            )
        )
        add_callback(session)
        add_reply(session, UNREAD, "T-1")
        set_hold(session, tenancy_id="T-1", kind=HoldKind.UNREAD_REPLY, by="kvar", message_id=UNREAD, now=TUESDAY)
        set_hold(session, tenancy_id="T-1", kind=HoldKind.STAFF, by="Nils", now=TUESDAY)
    return engine


def task_states(engine: Engine) -> dict[StepKind, TaskState]:
    with reading(engine) as session:
        return {task.kind: task.state for task in session.exec(select(Task))}


def contact(engine: Engine) -> LoggedContact:
    with reading(engine) as session:
        return session.exec(select(LoggedContact)).one()


@pytest.mark.parametrize("kind", [StepKind.CALL, StepKind.VISIT])
def test_whoever_was_reached_has_been_called_back_and_read(busy: Engine, kind: StepKind) -> None:
    log(busy, CallOutcome.REACHED, kind)
    assert callbacks(busy)[0].state is CallbackState.DONE
    assert [h.kind for h in holds(busy) if h.released_at is None] == [HoldKind.STAFF]
    with reading(busy) as session:
        assert session.get_one(Message, UNREAD).handled_at == TUESDAY
        assert session.get_one(Run, 1).next_look_at == TUESDAY
    assert task_states(busy)[StepKind.REVIEW] is TaskState.OPEN
    assert (task_states(busy)[StepKind.CALL] is TaskState.DONE) is (kind is StepKind.CALL)
    assert codes(busy, TouchpointKind(kind.value)) == [("T-1", "call_reached")]


def test_a_call_belongs_to_its_task_and_its_call_back(busy: Engine) -> None:
    log(busy, CallOutcome.REACHED)
    made = contact(busy)
    assert (made.task_id, made.callback_id, made.at) == (1, 1, TUESDAY - timedelta(minutes=10))


def test_an_unanswered_call_leaves_the_task_open_for_the_next_try(busy: Engine) -> None:
    log(busy, CallOutcome.NO_ANSWER)
    assert task_states(busy)[StepKind.CALL] is TaskState.OPEN
    assert (callbacks(busy)[0].state, callbacks(busy)[0].attempts) == (CallbackState.OPEN, 1)
    assert [h.kind for h in holds(busy) if h.released_at is None] == [HoldKind.UNREAD_REPLY, HoldKind.STAFF]
    log(busy, CallOutcome.NO_ANSWER)
    assert callbacks(busy)[0].state is CallbackState.NOT_REACHED


def test_nobody_home_is_not_a_try_at_the_call_back(busy: Engine) -> None:
    log(busy, CallOutcome.NO_ANSWER, StepKind.VISIT)
    assert callbacks(busy)[0].attempts == 0


def test_a_wrong_number_is_blocked_for_that_tenant_and_ends_the_call_back(busy: Engine) -> None:
    log(busy, CallOutcome.WRONG_NUMBER)
    assert [(b.kind, b.address, b.tenant_id) for b in blocks(busy)] == [(BlockKind.WRONG_NUMBER, PHONE, "T-1-P")]
    assert callbacks(busy)[0].state is CallbackState.NOT_REACHED


def test_a_tenancy_with_nothing_open_just_gets_its_entry(engine: Engine) -> None:
    with writing(engine) as session:
        add_tenancy(session)
    log(engine, CallOutcome.REACHED)
    assert contact(engine).task_id is None
    assert codes(engine, TouchpointKind.CALL) == [("T-1", "call_reached")]


def test_reading_a_reply_from_a_shared_number_with_one_holder_frees_every_tenancy(engine: Engine) -> None:
    with writing(engine) as session:
        for number in "12":
            add_tenant(session, f"P-{number}")
            add_home(session, f"T-{number}", f"P-{number}")
        add_reply(session, UNREAD, "T-1")
        for number in "12":
            set_hold(
                session, tenancy_id=f"T-{number}", kind=HoldKind.UNREAD_REPLY, by="kvar", message_id=UNREAD, now=TUESDAY
            )
        set_hold(session, tenancy_id="T-1", kind=HoldKind.CRISIS, by="kvar", now=TUESDAY)
    log(engine, CallOutcome.REACHED, tenancy_id="T-2")
    assert [(h.tenancy_id, h.kind) for h in holds(engine) if h.released_at is None] == [("T-1", HoldKind.CRISIS)]
