"""A hold stops, and its release goes on from there."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from app.errors import NotFound
from app.flows.holds import release_hold, set_hold
from app.models import Run
from app.store.engine import reading, writing
from app.vocabulary import HoldKind, TouchpointKind
from tests.support.rows import add_tenancy
from tests.support.seed import add_run, codes, holds
from tests.support.service import TUESDAY

LATER = TUESDAY + timedelta(days=5)


def hold(engine: Engine, kind: HoldKind = HoldKind.STAFF) -> int:
    with writing(engine) as session:
        add_tenancy(session)
        add_run(session, "T-1", next_look_at=LATER)
        return (
            set_hold(
                session, tenancy_id="T-1", kind=kind, by="Leyla", until=LATER, note="Möte på torsdag", now=TUESDAY
            ).id
            or 0
        )


def test_a_hold_is_logged_and_the_runs_look_again(engine: Engine) -> None:
    hold(engine)
    assert [(h.kind, h.since, h.until, h.set_by) for h in holds(engine)] == [(HoldKind.STAFF, TUESDAY, LATER, "Leyla")]
    assert codes(engine, TouchpointKind.HOLD) == [("T-1", "hold_set")]
    with reading(engine) as session:
        assert session.get_one(Run, 1).next_look_at == TUESDAY


def test_a_hold_is_released_once(engine: Engine) -> None:
    hold_id = hold(engine)
    with writing(engine) as session:
        assert release_hold(session, hold_id, "Nils", LATER)
    with writing(engine) as session:
        assert not release_hold(session, hold_id, "Leyla", LATER)
    assert [(h.released_at, h.released_by) for h in holds(engine)] == [(LATER, "Nils")]
    assert codes(engine, TouchpointKind.HOLD) == [("T-1", "hold_set"), ("T-1", "hold_ended")]


def test_an_unknown_hold_is_not_found(engine: Engine) -> None:
    with writing(engine) as session, pytest.raises(NotFound):
        release_hold(session, 7, "Nils", TUESDAY)
