"""Between the decision and the send, anything may happen. What no longer holds is not sent, and says why."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import col, select

from app.flows import control, delivery, holds, outreach, rent
from app.flows.callbacks import ask
from app.models import CapClaim, Message, Touch
from app.store.engine import reading, writing
from app.vocabulary import HoldKind, MessageState
from tests.support.town import Town, local, town

Change = Callable[[Town], None]


def _facts(kind: str, **fields: Any) -> Change:
    def change(here: Town) -> None:
        here.changes(kind, "I-1", **fields)

    return change


def _person(**fields: Any) -> Change:
    return lambda here: here.moves_in("1", "Amina", **fields)


def _hold(kind: HoldKind) -> Change:
    def change(here: Town) -> None:
        with writing(here.service.engine) as session:
            holds.set_hold(session, tenancy_id="T-1", kind=kind, by="Leyla", now=here.now)

    return change


def _callback(here: Town) -> None:
    with writing(here.service.engine) as session:
        ask(session, here.service, who=[("T-1", "P-1")], wish=None, by="Leyla", now=here.now)


def _pause(here: Town) -> None:
    with writing(here.service.engine) as session:
        control.pause(session, "Leyla", here.now)


def _late(here: Town) -> None:
    here.clock.now = local("2026-11-03 18:00")


CHANGES: dict[str, Change] = {
    "paid": _facts("invoice.paid", remaining=0, paid_on="2026-11-02"),
    "paid in part, so the words are others": _facts("invoice.partially_paid", remaining=100_000),
    "deferred": _facts("invoice.deferred", deferred_until="2026-11-20"),
    "disputed": _facts("invoice.disputed", disputed=True),
    "in collection": _facts("invoice.sent_to_collection", in_collection=True),
    "another name": _person(given_name="Aminah"),
    "another number": _person(phone="+46701740690"),
    "protected": _person(protected_identity=True),
    "represented": _person(representative=True),
    "died": _person(deceased=True),
    "a staff hold": _hold(HoldKind.STAFF),
    "a crisis": _hold(HoldKind.CRISIS),
    "a call-back is asked for": _callback,
    "paused": _pause,
    "the contact window has closed": _late,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_queued_message_that_the_facts_no_longer_call_for_does_not_leave(engine: Engine, change: Change) -> None:
    with town(engine, "2026-10-26 08:00") as here:
        here.moves_in("1", "Amina")
        here.owes("1", "2026-10-30")
        here.until("2026-11-03 08:59")
        message_id = _queued(here)
        here.ticking = False
        change(here)
        rent.apply_events(here.service, here.now)
        delivery.deliver(here.service, here.now)
        assert here.sms.sent == []
        assert here.email.sent == []
        with reading(here.service.engine) as session:
            message = session.get_one(Message, message_id)
            if message.state is not MessageState.QUEUED:  # a pause leaves it queued, to be judged again afterwards
                assert message.state is MessageState.CANCELLED
                assert message.because_code
                assert not session.exec(select(CapClaim)).all()
                assert not session.exec(select(Touch).where(col(Touch.message_id) == message_id, col(Touch.live))).all()


def test_a_queued_message_that_is_still_right_leaves(engine: Engine) -> None:
    with town(engine, "2026-10-26 08:00") as here:
        here.moves_in("1", "Amina")
        here.owes("1", "2026-10-30")
        here.until("2026-11-03 08:59")
        _queued(here)
        delivery.deliver(here.service, here.now)
        assert len(here.sms.sent) == 1


def _queued(here: Town) -> str:
    """The message of nine o'clock, queued and not yet handed over."""
    here.clock.now = local("2026-11-03 09:00")
    outreach.sweep(here.service, here.now)
    with reading(here.service.engine) as session:
        return session.exec(select(Message.id).where(col(Message.state) == MessageState.QUEUED)).one()
