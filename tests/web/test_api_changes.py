"""What the API changes: contacts made elsewhere, holds; each committed before it is answered, and once per key."""

import json
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, func, text
from sqlmodel import SQLModel, select

from app.models import Hold, IdempotencyKey, LoggedContact, Touchpoint
from app.store.engine import reading, writing
from app.vocabulary import CallOutcome, CaseState, HoldKind, KeyScope, StepKind
from tests.support.api import api
from tests.support.rows import NOW, add_case, add_invoice, add_tenancy

CALL = {"kind": "call", "outcome": "reached", "at": "2026-11-03T07:30:00Z", "by": "Sara"}
HOLD = {"reason": "På sjukhus", "until": "2026-11-12T00:00:00+01:00"}


def late(engine: Engine, **case: Any) -> str:
    """An open case of T-1. Returns its path."""
    with writing(engine) as session:
        add_tenancy(session)
        add_invoice(session)
        return f"/cases/{add_case(session, **case).id}"


def writer(engine: Engine) -> TestClient:
    return api(engine, KeyScope.WRITE)


def count(engine: Engine, model: type[SQLModel]) -> int:
    with reading(engine) as session:
        return session.exec(select(func.count()).select_from(model)).one()


def test_a_call_made_elsewhere_is_logged(engine: Engine) -> None:
    path = late(engine)
    response = writer(engine).post(f"{path}/touchpoints", json=CALL)
    assert response.status_code == 201
    assert response.json()["tenancy_id"] == "T-1"
    with reading(engine) as session:
        made = session.exec(select(LoggedContact)).one()
        logged = session.exec(select(Touchpoint).where(Touchpoint.kind == "call")).one()
    assert (made.kind, made.outcome, made.by) == (StepKind.CALL, CallOutcome.REACHED, "Sara")
    assert made.at == datetime(2026, 11, 3, 7, 30, tzinfo=UTC)
    assert (logged.actor, logged.code) == ("Sara", "call_reached")


def test_a_hold_is_set_until_its_date(engine: Engine) -> None:
    path = late(engine)
    response = writer(engine).post(f"{path}/holds", json=HOLD)
    assert response.status_code == 201
    with reading(engine) as session:
        hold = session.exec(select(Hold)).one()
    assert (hold.kind, hold.note) == (HoldKind.STAFF, "På sjukhus")
    assert hold.until == datetime(2026, 11, 11, 23, 0, tzinfo=UTC)
    assert hold.set_by.startswith("test ")


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"kind": "letter"}, "/kind"),
        ({"outcome": "maybe"}, "/outcome"),
        ({"kind": "visit", "outcome": "wrong_number"}, "/outcome"),
        ({"at": "2026-11-03T07:30:00"}, "/at"),
        ({"at": "2026-11-03T08:11:00Z"}, "/at"),
        ({"at": "2025-11-01T08:00:00Z"}, "/at"),
        ({"at": "0001-01-01T00:00:00+14:00"}, "/at"),
        ({"at": "9999-12-31T23:59:59-14:00"}, "/at"),
        ({"at": "yesterday"}, "/at"),
        ({"at": None}, "/at"),
        ({"by": ""}, "/by"),
        ({"by": "  "}, "/by"),
        ({"by": "a\x00b"}, "/by"),
        ({"by": "\ud800"}, "/by"),
        ({"by": "x" * 101}, "/by"),
        ({"by": 7}, "/by"),
        ({"amount": 1}, "/amount"),
    ],
)
def test_a_wrong_contact_is_pointed_at_and_not_logged(
    sqlite_engine: Engine, change: dict[str, Any], pointer: str
) -> None:
    path = late(sqlite_engine)
    body = json.dumps(CALL | change)
    headers = {"Content-Type": "application/json"}
    response = writer(sqlite_engine).post(f"{path}/touchpoints", content=body, headers=headers)
    assert response.status_code == 422
    assert [error["pointer"] for error in response.json()["errors"]] == [pointer]
    assert count(sqlite_engine, LoggedContact) == 0


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"until": "2026-11-03T07:59:59Z"}, "/until"),
        ({"until": "2027-12-01T00:00:00Z"}, "/until"),
        ({"until": "9999-12-31T23:59:59-14:00"}, "/until"),
        ({"until": "2026-11-12"}, "/until"),
        ({"reason": " "}, "/reason"),
        ({"reason": "x" * 201}, "/reason"),
    ],
)
def test_a_wrong_hold_is_pointed_at_and_not_set(sqlite_engine: Engine, change: dict[str, Any], pointer: str) -> None:
    path = late(sqlite_engine)
    response = writer(sqlite_engine).post(f"{path}/holds", json=HOLD | change)
    assert response.status_code == 422
    assert [error["pointer"] for error in response.json()["errors"]] == [pointer]
    assert count(sqlite_engine, Hold) == 0


def test_a_clock_that_is_a_little_ahead_is_forgiven(sqlite_engine: Engine) -> None:
    path = late(sqlite_engine)
    ahead = CALL | {"at": "2026-11-03T08:09:00Z"}
    assert writer(sqlite_engine).post(f"{path}/touchpoints", json=ahead).status_code == 201
    with reading(sqlite_engine) as session:
        assert session.exec(select(LoggedContact.at)).one() == NOW


def test_a_closed_case_takes_no_hold_but_a_contact(engine: Engine) -> None:
    path = late(engine, state=CaseState.CLOSED, closed_at=NOW)
    client = writer(engine)
    assert client.post(f"{path}/holds", json=HOLD).status_code == 409
    assert client.post(f"{path}/touchpoints", json=CALL).status_code == 201


def test_an_unknown_case_is_404(engine: Engine) -> None:
    client = writer(engine)
    for what, body in (("holds", HOLD), ("touchpoints", CALL)):
        assert client.post(f"/cases/77/{what}", json=body, headers={"Idempotency-Key": what}).status_code == 404
    assert count(engine, IdempotencyKey) == 0


def refuse_at_commit(engine: Engine) -> None:
    """From now on every transaction that inserts a hold fails, and only when it commits."""
    body = "INSERT INTO unpaid VALUES ('nobody');"
    with engine.begin() as connection:
        connection.execute(
            text("CREATE TABLE unpaid (id varchar(64) REFERENCES tenancy (id) DEFERRABLE INITIALLY DEFERRED)")
        )
        if engine.dialect.name == "sqlite":
            connection.execute(text(f"CREATE TRIGGER late AFTER INSERT ON hold BEGIN {body} END"))
            return
        connection.execute(
            text(f"CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NULL; END $$")
        )
        connection.execute(text("CREATE TRIGGER late AFTER INSERT ON hold FOR EACH ROW EXECUTE FUNCTION late()"))


@pytest.mark.parametrize("key", [{}, {"Idempotency-Key": "k"}])
def test_what_could_not_be_committed_is_never_answered_with_success(engine: Engine, key: dict[str, str]) -> None:
    path = late(engine)
    refuse_at_commit(engine)
    client = writer(engine)
    response = client.post(f"{path}/holds", json=HOLD, headers=key)
    assert response.status_code == 500
    assert response.headers["content-type"] == "application/problem+json"
    assert count(engine, Hold) == 0
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER late" + (" ON hold" if engine.dialect.name == "postgresql" else "")))
    assert client.post(f"{path}/holds", json=HOLD, headers=key).status_code == 201
    assert count(engine, Hold) == 1


def test_the_same_key_has_its_effect_once(engine: Engine) -> None:
    path = late(engine)
    client = writer(engine)
    answers = [client.post(f"{path}/holds", json=HOLD, headers={"Idempotency-Key": "k-1"}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert count(engine, Hold) == 1
    client.post(f"{path}/holds", json=HOLD, headers={"Idempotency-Key": "k-2"})
    assert count(engine, Hold) == 2


def test_without_a_key_each_request_counts(engine: Engine) -> None:
    path = late(engine)
    client = writer(engine)
    for _ in range(2):
        client.post(f"{path}/holds", json=HOLD)
    assert count(engine, Hold) == 2


def test_a_key_belongs_to_one_request(engine: Engine) -> None:
    path = late(engine)
    client = writer(engine)
    key = {"Idempotency-Key": "k"}
    client.post(f"{path}/holds", json=HOLD, headers=key)
    for other in (
        client.post(f"{path}/holds", json=HOLD | {"reason": "annat"}, headers=key),
        client.post(f"{path}/touchpoints", json=CALL, headers=key),
    ):
        assert other.status_code == 422
        assert other.json()["errors"][0]["pointer"] == "/header/Idempotency-Key"
    assert (count(engine, Hold), count(engine, LoggedContact)) == (1, 0)


def test_the_order_and_the_spaces_of_a_body_are_not_another_request(engine: Engine) -> None:
    path = late(engine)
    client = writer(engine)
    headers = {"Idempotency-Key": "k", "Content-Type": "application/json"}
    for body in (
        '{"reason": "x", "until": "2026-11-12T00:00:00Z"}',
        '{"until":"2026-11-12T00:00:00+00:00","reason":"x"}',
    ):
        assert client.post(f"{path}/holds", content=body, headers=headers).status_code == 201
    assert count(engine, Hold) == 1


def test_two_callers_may_use_the_same_key(engine: Engine) -> None:
    path = late(engine)
    for _ in range(2):
        writer(engine).post(f"{path}/holds", json=HOLD, headers={"Idempotency-Key": "k"})
    assert count(engine, Hold) == 2


def test_a_request_that_failed_may_be_corrected_under_its_key(engine: Engine) -> None:
    path = late(engine)
    client = writer(engine)
    key = {"Idempotency-Key": "k"}
    assert client.post(f"{path}/holds", json=HOLD | {"until": "2020-01-01T00:00:00Z"}, headers=key).status_code == 422
    assert client.post(f"{path}/holds", json=HOLD, headers=key).status_code == 201


def test_while_it_runs_the_same_request_is_409_until_its_lease_has_run_out(engine: Engine) -> None:
    path = late(engine)
    client = writer(engine)
    key = {"Idempotency-Key": "k"}
    client.post(f"{path}/holds", json=HOLD, headers=key)
    with writing(engine) as session:
        session.execute(text("UPDATE idempotency_key SET status = NULL"))
    running = client.post(f"{path}/holds", json=HOLD, headers=key)
    assert running.status_code == 409
    assert count(engine, Hold) == 1
    with writing(engine) as session:
        session.exec(select(IdempotencyKey)).one().lease_until = NOW - timedelta(seconds=1)
    assert client.post(f"{path}/holds", json=HOLD, headers=key).status_code == 201
    assert count(engine, Hold) == 2


def test_a_key_is_forgotten_after_a_day(engine: Engine) -> None:
    path = late(engine)
    client = writer(engine)
    client.post(f"{path}/holds", json=HOLD, headers={"Idempotency-Key": "old"})
    with writing(engine) as session:
        session.exec(select(IdempotencyKey)).one().created_at = NOW - timedelta(hours=25)
    client.post(f"{path}/holds", json=HOLD, headers={"Idempotency-Key": "new"})
    with reading(engine) as session:
        assert session.exec(select(IdempotencyKey.key)).all() == ["new"]


def test_the_same_request_sent_at_once_by_many_has_one_effect(engine: Engine) -> None:
    path = late(engine)
    client = writer(engine)
    statuses: list[int] = []

    def send() -> None:
        answer = client.post(f"{path}/holds", json=HOLD, headers={"Idempotency-Key": "k"})
        statuses.append(answer.status_code)

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(statuses) <= {201, 409}
    assert 201 in statuses
    assert len(statuses) == 6
    assert count(engine, Hold) == 1


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 201, "å"])
def test_an_odd_key_is_422(sqlite_engine: Engine, key: str) -> None:
    path = late(sqlite_engine)
    response = writer(sqlite_engine).post(f"{path}/holds", json=HOLD, headers={b"Idempotency-Key": key.encode()})
    assert response.status_code == 422
    assert response.json()["errors"][0]["pointer"] == "/header/Idempotency-Key"
    assert count(sqlite_engine, Hold) == 0
