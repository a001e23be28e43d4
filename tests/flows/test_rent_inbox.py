"""The inbox for people: list, show, replay."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from app.errors import FieldError
from app.flows.inbox import InboxItem, NoSuchEvent, NotReplayable, list_events, replay, replay_rejected, show_event
from app.flows.rent import apply_events, expire_bodies
from app.store.engine import reading, writing
from app.vocabulary import InboxState
from tests.support.rent import deliver, event, invoice, tenancy, tenant
from tests.support.rent_facts import inbox_states
from tests.support.rows import NOW
from tests.support.service import make_service

HOUR = timedelta(hours=1)
RIGHT = event("invoice.overdue", invoice())
WRONG = event("invoice.overdue", invoice(amount="8 450"))
EARLY = event("invoice.overdue", invoice(as_of="2026-11-03T09:00:00Z"))


def again(engine: Engine, event_id: str, after: timedelta = HOUR) -> InboxItem:
    with writing(engine) as session:
        return replay(session, event_id, now=NOW + after, country="SE")


def test_the_newest_events_come_first_and_states_can_be_chosen(engine: Engine) -> None:
    deliver(engine, RIGHT, WRONG, event("meter.read", {}), ids=["right", "wrong", "unknown"])
    with reading(engine) as session:
        assert [item.event_id for item in list_events(session)] == ["unknown", "wrong", "right"]
        assert [item.event_id for item in list_events(session, limit=1)] == ["unknown"]
        chosen = list_events(session, states=[InboxState.REJECTED, InboxState.ACCEPTED])
    assert [item.event_id for item in chosen] == ["wrong", "right"]


def test_an_event_is_shown_with_what_is_wrong_and_every_body_under_its_id(engine: Engine) -> None:
    deliver(engine, WRONG, RIGHT, event("invoice.paid", invoice(remaining=0)), ids=["wrong", "right", "right"])
    with reading(engine) as session:
        (wrong,) = show_event(session, "wrong")
        right = show_event(session, "right")
        with pytest.raises(NoSuchEvent):
            show_event(session, "nothing")
    assert wrong.problems == (FieldError("/data/amount", "Input should be a valid integer"),)
    assert wrong.payload == WRONG
    assert [(item.revision, item.state.value) for item in right] == [(0, "accepted"), (1, "conflict")]


def test_a_replay_judges_the_kept_body_by_the_clock_of_now(engine: Engine) -> None:
    deliver(engine, EARLY, ids=["early"])
    assert again(engine, "early", after=timedelta(minutes=1)).state is InboxState.REJECTED
    item = again(engine, "early")
    assert (item.state, item.problems) == (InboxState.ACCEPTED, ())
    assert item.payload == EARLY


def test_what_is_still_wrong_stays_rejected_and_says_so(engine: Engine) -> None:
    deliver(engine, WRONG, ids=["wrong"])
    item = again(engine, "wrong")
    assert (item.state, [p.pointer for p in item.problems]) == (InboxState.REJECTED, ["/data/amount"])


def test_a_type_that_is_still_unknown_stays_ignored(engine: Engine) -> None:
    deliver(engine, event("meter.read", {"kwh": 1}), ids=["unknown"])
    assert again(engine, "unknown").state is InboxState.IGNORED


def test_all_rejected_events_are_replayed_together(engine: Engine) -> None:
    bad_batch = event("batch", {"events": []})
    deliver(engine, EARLY, WRONG, RIGHT, bad_batch, ids=["early", "wrong", "right", "batch"])
    with writing(engine) as session:
        items = replay_rejected(session, now=NOW + HOUR, country="SE")
    assert [(item.event_id, item.state.value) for item in items] == [("early", "accepted"), ("wrong", "rejected")]


@pytest.mark.parametrize(
    ("content", "event_id"),
    [(RIGHT, "right"), (event("batch", {"events": [RIGHT]}), "batch"), (WRONG, "forgotten")],
    ids=["accepted already", "a batch: its events have ids of their own", "its body is gone"],
)
def test_what_cannot_be_replayed_is_refused(engine: Engine, content: dict[str, Any], event_id: str) -> None:
    deliver(engine, content, ids=[event_id])
    if event_id == "forgotten":
        expire_bodies(make_service(engine, now=NOW), NOW + timedelta(days=31))
    with pytest.raises(NotReplayable):
        again(engine, event_id)
    with pytest.raises(NoSuchEvent):
        again(engine, "nothing")


def test_a_replayed_event_blocks_its_tenancy_no_longer(engine: Engine) -> None:
    service = make_service(engine, now=NOW)
    deliver(engine, event("tenancy.started", tenancy(tenant())), EARLY, ids=["home", "early"])
    apply_events(service, NOW)
    assert inbox_states(engine) == {"home": "applied", "early": "rejected"}
    again(engine, "early")
    apply_events(service, NOW + HOUR)
    assert inbox_states(engine) == {"home": "applied", "early": "applied"}
