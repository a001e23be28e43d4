"""What the API tells: shapes, pages, filters, languages, and what it never tells."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text
from sqlmodel import select

from app.models import Run, Tenant
from app.policy.because import because
from app.store import touchpoints
from app.store.engine import writing
from app.store.runs import ensure_run
from app.vocabulary import (
    CallbackState,
    CaseState,
    Channel,
    Direction,
    InboxState,
    MessageState,
    ReasonCode,
    TouchpointKind,
)
from tests.support.api import api
from tests.support.rows import (
    NOW,
    add_callback,
    add_case,
    add_event,
    add_invoice,
    add_message,
    add_tenancy,
)


def pages(client: TestClient, path: str, limit: int) -> Iterator[list[dict[str, Any]]]:
    """Every page of a list, by its cursor."""
    cursor: str | None = ""
    while cursor is not None:
        query = {"limit": str(limit)} | ({"cursor": cursor} if cursor else {})
        body = client.get(path, params=query).json()
        yield body["items"]
        cursor = body["next_cursor"]


def test_a_message_is_told_with_its_reason(engine: Engine) -> None:
    with writing(engine) as session:
        add_tenancy(session)
        sent = add_message(session).id
    client = api(engine)
    (item,) = client.get("/messages").json()["items"]
    assert item == client.get(f"/messages/{sent}").json()
    told = item.pop("because")
    assert item == {
        "id": sent,
        "tenancy_id": "T-1",
        "tenant_id": "T-1-P",
        "direction": "out",
        "channel": "sms",
        "class": "arrears",
        "state": "sent",
        "to": "+46701740605",
        "from": None,
        "text": "Hej Amina!",
        "subject": None,
        "template": "not_seen_yet",
        "template_version": 1,
        "language": "sv",
        "parts": 1,
        "created_at": "2026-11-03T08:00:00Z",
        "sent_at": "2026-11-03T08:00:00Z",
        "provider": "log",
    }
    assert (told["code"], told["values"]) == ("rent_not_seen", {"period": "2026-11"})
    assert told["text"].endswith(".")


def test_an_incoming_message_says_from_whom(engine: Engine) -> None:
    with writing(engine) as session:
        add_tenancy(session)
        add_message(
            session, direction=Direction.IN, state=MessageState.RECEIVED, body="RING", because_code=None,
            template_key=None, message_class=None, sent_at=None,
        )  # fmt: skip
    (item,) = api(engine).get("/messages").json()["items"]
    assert (item["from"], item["to"], item["class"], item["because"]) == ("+46701740605", None, None, None)


def test_messages_are_newest_first_and_paged_without_a_gap(engine: Engine) -> None:
    """Also when many share a moment, and when more arrive between two pages."""
    with writing(engine) as session:
        add_tenancy(session)
        for number in range(7):
            add_message(session, body=str(number), created_at=NOW + timedelta(microseconds=number // 3))
    client = api(engine)
    first, *rest = pages(client, "/messages", 3)
    assert [len(first), *(len(page) for page in rest)] == [3, 3, 1]
    told = [(datetime.fromisoformat(item["created_at"]), item["id"]) for page in (first, *rest) for item in page]
    assert told == sorted(told, reverse=True)
    cursor = client.get("/messages?limit=3").json()["next_cursor"]
    with writing(engine) as session:
        add_message(session, body="later", created_at=NOW + timedelta(hours=1))
    assert client.get("/messages", params={"cursor": cursor, "limit": 3}).json()["items"] == rest[0]


def test_a_page_that_is_just_full_is_the_last(engine: Engine) -> None:
    with writing(engine) as session:
        add_tenancy(session)
        for _ in range(3):
            add_message(session)
    assert [len(page) for page in pages(api(engine), "/messages", 3)] == [3]


def test_messages_are_filtered(engine: Engine) -> None:
    with writing(engine) as session:
        for tenancy_id in ("T-1", "T-2"):
            add_tenancy(session, tenancy_id)
            add_message(session, tenancy_id)
            add_message(session, tenancy_id, state=MessageState.QUEUED, channel=Channel.EMAIL)
        add_message(session, None, body="to staff")
    client = api(engine)
    counts = {
        query: len(client.get(f"/messages?{query}").json()["items"])
        for query in (
            "",
            "tenancy_id=T-1",
            "state=queued",
            "tenancy_id=T-1&state=queued",
            "channel=sms",
            "direction=in",
        )
    }
    assert list(counts.values()) == [5, 2, 2, 1, 3, 0]


def test_the_log_of_a_tenancy_says_what_happened_and_why(engine: Engine) -> None:
    with writing(engine) as session:
        add_tenancy(session)
        sent = add_message(session)
        touchpoints.append(session, "T-1", at=NOW, kind=TouchpointKind.MESSAGE, actor="kvar", message=sent)
        held = because(ReasonCode.HOLD_CALLBACK, name="Amina")
        touchpoints.append(session, "T-1", at=NOW, kind=TouchpointKind.WAIT, actor="kvar", because=held)
        touchpoints.append(session, "T-1", at=NOW, kind=TouchpointKind.NOTE, actor="Sara", text="Ringer i morgon.")
    note, wait, message = api(engine).get("/tenancies/T-1/touchpoints?language=sv").json()["items"]
    assert (note["summary"], note["text"], note["because"]) == ("En anteckning skrevs.", "Ringer i morgon.", None)
    assert (wait["summary"], wait["because"]["code"]) == ("Kvar väntar.", "hold_callback")
    assert "Amina" in wait["because"]["text"]
    assert message["summary"] == "Kvar skickade ett SMS."
    assert message["because"]["code"] == "rent_not_seen"
    assert message["message"] == {
        "id": sent.id,
        "state": "sent",
        "text": "Hej Amina!",
        "template": "not_seen_yet",
        "template_version": 1,
        "parts": 1,
    }
    assert {"id", "at", "kind", "channel", "direction", "actor", "summary", "because", "message"} <= message.keys()
    assert message["at"] == "2026-11-03T08:00:00Z"


@pytest.mark.parametrize(
    ("state", "code", "said"),
    [
        (MessageState.SENT, None, "Kvar sent an SMS."),
        (MessageState.CANCELLED, ReasonCode.PAID, "The SMS was not sent."),
        (MessageState.FAILED, ReasonCode.PROVIDER_REFUSED, "The SMS did not arrive."),
        (MessageState.UNRESOLVED, ReasonCode.DELIVERY_UNRESOLVED, "The SMS may have arrived; nobody knows."),
    ],
)
def test_a_message_that_came_to_nothing_is_told_as_such(
    sqlite_engine: Engine, state: MessageState, code: ReasonCode | None, said: str
) -> None:
    with writing(sqlite_engine) as session:
        add_tenancy(session)
        touchpoints.append(
            session, "T-1", at=NOW, kind=TouchpointKind.MESSAGE, actor="kvar",
            message=add_message(session, state=state), because=because(code) if code else None,
        )  # fmt: skip
    (item,) = api(sqlite_engine).get("/tenancies/T-1/touchpoints?language=en").json()["items"]
    assert item["summary"] == said


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_kind_of_entry_has_a_sentence(sqlite_engine: Engine, language: str) -> None:
    with writing(sqlite_engine) as session:
        add_tenancy(session)
        for kind in TouchpointKind:
            touchpoints.append(session, "T-1", at=NOW, kind=kind, actor="kvar")
            for code in ReasonCode:
                touchpoints.append(session, "T-1", at=NOW, kind=kind, actor="kvar", because=because(code))
    for page in pages(api(sqlite_engine), f"/tenancies/T-1/touchpoints?language={language}", 200):
        assert all(item["summary"].endswith((".", "?")) for item in page)


def test_erased_words_are_gone_and_the_entry_stays(engine: Engine) -> None:
    with writing(engine) as session:
        add_tenancy(session)
        touchpoints.append(
            session, "T-1", at=NOW, kind=TouchpointKind.MESSAGE, actor="kvar", message=add_message(session)
        )
        session.flush()
        session.execute(text("DELETE FROM touchpoint_content"))
    (item,) = api(engine).get("/tenancies/T-1/touchpoints").json()["items"]
    assert item["message"]["text"] is None
    assert (item["because"]["code"], item["because"]["values"]) == ("rent_not_seen", {})


def test_the_log_is_paged_newest_first(engine: Engine) -> None:
    with writing(engine) as session:
        add_tenancy(session)
        for number in range(5):
            touchpoints.append(session, "T-1", at=NOW, kind=TouchpointKind.NOTE, actor="Sara", text=str(number))
    told = [[item["text"] for item in page] for page in pages(api(engine), "/tenancies/T-1/touchpoints", 2)]
    assert told == [["4", "3"], ["2", "1"], ["0"]]


def late(engine: Engine) -> int:
    """T-1 has an open case: November's rent was due on 30 October. Returns the case's id."""
    with writing(engine) as session:
        add_tenancy(session)
        add_invoice(session)
        case = add_case(session)
        ensure_run(
            session, tenancy_id="T-1", sequence_key="arrears", anchor="INV-1", anchor_date=date(2026, 10, 30),
            next_look_at=NOW, now=NOW,
        )  # fmt: skip
        session.exec(select(Run)).one().case_id = case.id
        return case.id or 0


def test_a_case_says_what_is_owed_what_comes_next_and_why(engine: Engine) -> None:
    case_id = late(engine)
    client = api(engine)
    told = client.get(f"/cases/{case_id}").json()
    assert told == client.get("/cases").json()["items"][0]
    assert told["owed"] == [{"invoice_id": "INV-1", "due_date": "2026-10-30", "remaining": 845000, "currency": "SEK"}]
    assert (told["id"], told["tenancy_id"], told["state"], told["opened_on"]) == (case_id, "T-1", "open", "2026-10-31")
    assert told["next"]["decision"] == "send"
    assert told["next"]["step"] == "not_seen_yet"
    assert told["because"]["code"] == "rent_not_seen"
    assert told["because"]["text"].endswith(".")


def test_a_case_at_night_waits_for_the_morning(engine: Engine) -> None:
    case_id = late(engine)
    told = api(engine, at=datetime(2026, 11, 3, 22, 0, tzinfo=UTC)).get(f"/cases/{case_id}").json()
    assert told["next"] == {"decision": "wait", "step": "not_seen_yet", "at": "2026-11-04T08:00:00Z"}
    assert told["because"]["code"] == "outside_hours"


def test_reading_a_case_writes_nothing(engine: Engine) -> None:
    case_id = late(engine)
    client = api(engine)
    client.get(f"/cases/{case_id}")
    assert client.get("/messages").json()["items"] == []
    assert client.get("/tenancies/T-1/touchpoints").json()["items"] == []


def test_a_closed_case_has_no_next(engine: Engine) -> None:
    with writing(engine) as session:
        add_tenancy(session)
        case_id = add_case(session, state=CaseState.CLOSED, closed_at=NOW).id
    told = api(engine).get(f"/cases/{case_id}").json()
    assert (told["next"], told["because"], told["owed"]) == (None, None, [])
    assert told["closed_at"] == "2026-11-03T08:00:00Z"


def test_cases_are_filtered_by_state_and_tenancy(engine: Engine) -> None:
    with writing(engine) as session:
        for tenancy_id in ("T-1", "T-2"):
            add_tenancy(session, tenancy_id)
            add_case(session, tenancy_id, state=CaseState.CLOSED, closed_at=NOW)
        add_case(session, "T-2")
    client = api(engine)
    found = [len(client.get(f"/cases?{q}").json()["items"]) for q in ("", "state=open", "tenancy_id=T-2")]
    assert found == [3, 1, 2]
    assert [len(page) for page in pages(client, "/cases", 2)] == [2, 1]


def test_an_invoice_that_was_replaced_is_not_owed_twice(engine: Engine) -> None:
    with writing(engine) as session:
        add_tenancy(session)
        add_invoice(session)
        add_invoice(session, invoice_id="INV-2", root="INV-1", replaces="INV-1", remaining=5000)
        add_invoice(session, invoice_id="INV-3", due_date=date(2026, 11, 3))
        add_invoice(session, invoice_id="INV-4", remaining=0)
    told = api(engine).get("/tenancies/T-1").json()
    assert [(owed["invoice_id"], owed["remaining"]) for owed in told["owed"]] == [("INV-2", 5000)]


def test_a_tenancy_is_told_with_its_tenants(engine: Engine) -> None:
    with writing(engine) as session:
        add_tenancy(session, address="Storgatan 1", municipality="Umeå")
        case = add_case(session)
    told = api(engine).get("/tenancies/T-1").json()
    assert (told["id"], told["kind"], told["starts_on"], told["address"]) == (
        "T-1",
        "home",
        "2024-02-01",
        "Storgatan 1",
    )
    assert told["open_case_id"] == case.id
    (tenant,) = told["tenants"]
    assert (tenant["id"], tenant["given_name"], tenant["phone"]) == ("T-1-P", "Amina", "+46701740605")
    assert tenant["primary"] is True


def test_a_protected_identity_is_not_told(engine: Engine) -> None:
    with writing(engine) as session:
        add_tenancy(session, address="Storgatan 1", area="Öst", municipality="Umeå")
        session.get_one(Tenant, "T-1-P").protected_identity = True
    response = api(engine).get("/tenancies/T-1")
    for word in ("Storgatan", "Öst", "Umeå", "Amina", "Berg", "+46701740605"):
        assert word not in response.text
    assert response.json()["tenants"][0]["protected_identity"] is True


def test_a_callback_is_told_with_wish_owner_and_deadline(engine: Engine) -> None:
    with writing(engine) as session:
        add_tenancy(session)
        case = add_case(session)
        wished = datetime(2026, 11, 3, 16, 0, tzinfo=UTC)
        asked = add_callback(session, case_id=case.id, wished_from=wished, wished_text="efter 17")
        add_callback(session, state=CallbackState.TAKEN, owner="Sara")
    client = api(engine)
    taken, told = client.get("/callbacks").json()["items"]
    assert told == {
        "id": asked.id,
        "tenancy_id": "T-1",
        "case_id": case.id,
        "state": "open",
        "wished": "2026-11-03T16:00:00Z",
        "wished_until": None,
        "wished_text": "efter 17",
        "due_by": "2026-11-04T15:00:00Z",
        "owner": None,
    }
    assert (taken["owner"], taken["wished"]) == ("Sara", None)
    assert [item["state"] for item in client.get("/callbacks?state=taken").json()["items"]] == ["taken"]
    assert client.get("/callbacks?tenancy_id=T-2").json()["items"] == []


def test_the_inbox_tells_what_became_of_each_event_without_its_content(engine: Engine) -> None:
    with writing(engine) as session:
        add_event(session, payload={"secret": "content"})
        wrong = [{"pointer": "/data/due_date", "detail": "must be a date"}]
        add_event(session, "evt-2", state=InboxState.REJECTED, problems=wrong)
    client = api(engine)
    response = client.get("/inbox")
    rejected, applied = response.json()["items"]
    assert (applied["event_id"], applied["state"], applied["problems"]) == ("evt-1", "applied", [])
    assert rejected["problems"] == wrong
    assert "secret" not in response.text
    assert [item["event_id"] for item in client.get("/inbox?state=rejected").json()["items"]] == ["evt-2"]
    assert [len(page) for page in pages(client, "/inbox", 1)] == [1, 1]


@pytest.mark.parametrize(
    "path",
    [
        "/tenancies/nobody",
        "/tenancies/nobody/touchpoints",
        "/tenancies/a%2Fb",
        "/tenancies/%F0%9F%8F%A0",
        "/cases/999",
        "/cases/9223372036854775807",
        "/messages/" + "0" * 32,
    ],
)
def test_what_is_not_there_is_404(engine: Engine, path: str) -> None:
    assert api(engine).get(path).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/tenancies/%00",
        "/tenancies/a%00b/touchpoints",
        "/tenancies/a%0Ab",
        "/tenancies/" + "a" * 65,
        "/cases/x",
        "/cases/0",
        "/cases/-1",
        "/cases/9223372036854775808",
        "/cases/" + "9" * 5000,
        "/cases/%D9%A1x",
        "/messages/x",
        "/messages/%00",
        "/messages?tenancy_id=%00",
        "/messages?tenancy_id=" + "a" * 65,
        "/messages?state=nothing",
        "/cases?state=%00",
        "/callbacks?state=x",
        "/inbox?state=x",
        "/messages?limit=0",
        "/messages?limit=201",
        "/messages?limit=x",
        "/messages?language=de",
    ],
)
def test_odd_input_is_422_and_not_repeated(engine: Engine, path: str) -> None:
    response = api(engine).get(path)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["errors"]
    assert "aaaa" not in response.text


@pytest.mark.parametrize("path", ["/messages", "/cases", "/callbacks", "/inbox", "/tenancies/T-1/touchpoints"])
@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "%00",
        "AAAA",
        "W10",  # []
        "WzBd",  # [0]
        "W3RydWVd",  # [true]
        "WzFlOTld",  # [1e99]
        "WzkyMjMzNzIwMzY4NTQ3NzU4MDhd",  # [2**63]
        "WyIyMDI2LTExLTAzIiwiYSJd",  # a naive moment
        "WyIyMDI2LTExLTAzVDA4OjAwOjAwKzAwOjAwIiwiXHUwMDAwIl0",  # a NUL
        "bnVsbA",
        "a" * 201,
        "🏠",
    ],
)
def test_a_bad_cursor_is_422(sqlite_engine: Engine, path: str, cursor: str) -> None:
    with writing(sqlite_engine) as session:
        add_tenancy(session)
    response = api(sqlite_engine).get(f"{path}?cursor={cursor}")
    assert response.status_code == 422
    assert response.json()["errors"][0]["pointer"] == "/query/cursor"


def test_the_sentences_are_in_the_language_asked_for(engine: Engine) -> None:
    with writing(engine) as session:
        add_tenancy(session)
        add_message(session)
    client = api(engine)
    said = {
        asked: client.get(f"/messages?{asked}").json()["items"][0]["because"]["text"]
        for asked in ("language=sv", "language=en", "")
    }
    assert said["language=sv"] == said[""]
    assert said["language=sv"] != said["language=en"]
