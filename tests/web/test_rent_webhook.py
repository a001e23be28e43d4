"""The rent system's door: what is answered, and what lies in the inbox afterwards."""

import base64
import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import col, select
from standardwebhooks import Webhook

from app.models import InboxEvent
from app.store.engine import reading
from app.vocabulary import InboxState
from tests.support.rent import OLD_SECRET, SECRET, RentSystem, event, invoice, rent_client, sign, tenancy, tenant

BODY = json.dumps(event("invoice.overdue", invoice())).encode()
PERSONAL = "19800101-0001"


@pytest.fixture
def rent(engine: Engine) -> Iterator[RentSystem]:
    with rent_client(engine) as http:
        yield RentSystem(http)


@pytest.fixture
def sqlite_rent(sqlite_engine: Engine) -> Iterator[RentSystem]:
    with rent_client(sqlite_engine) as http:
        yield RentSystem(http)


def kept(engine: Engine) -> Sequence[InboxEvent]:
    with reading(engine) as session:
        return session.exec(select(InboxEvent).order_by(col(InboxEvent.id))).all()


def states(engine: Engine) -> list[tuple[str, int, str]]:
    return [(row.event_id, row.revision, row.state.value) for row in kept(engine)]


def test_an_event_is_on_disk_when_it_is_answered(rent: RentSystem, engine: Engine) -> None:
    answer = rent.post(event("invoice.overdue", invoice()), "evt-1")
    assert (answer.status_code, answer.json()) == (202, {"id": "evt-1", "status": "accepted"})
    (row,) = kept(engine)
    assert (row.state, row.type, row.tenancy_id, row.invoice_id) == (
        InboxState.ACCEPTED, "invoice.overdue", "T-1", "INV-1",
    )  # fmt: skip
    assert row.payload == event("invoice.overdue", invoice())


def test_the_same_event_again_is_a_duplicate_however_it_is_spelled(rent: RentSystem, engine: Engine) -> None:
    content = event("invoice.overdue", invoice())
    rent.post(content, "evt-1")
    again = json.dumps(dict(reversed(content.items())), indent=2, ensure_ascii=False).encode()
    answer = rent.raw(again, "evt-1")
    assert (answer.status_code, answer.json()) == (202, {"id": "evt-1", "status": "duplicate"})
    assert len(kept(engine)) == 1


def test_another_body_under_the_same_id_is_a_conflict_and_kept_once(rent: RentSystem, engine: Engine) -> None:
    rent.post(event("invoice.overdue", invoice()), "evt-1")
    for remaining in (0, 0, 1):
        answer = rent.post(event("invoice.paid", invoice(remaining=remaining)), "evt-1")
        assert answer.status_code == 409
        assert answer.headers["content-type"] == "application/problem+json"
    assert states(engine) == [("evt-1", 0, "accepted"), ("evt-1", 1, "conflict"), ("evt-1", 2, "conflict")]


def test_a_wrong_event_is_pointed_at_and_kept_and_may_be_corrected_under_its_id(
    rent: RentSystem, engine: Engine
) -> None:
    wrong = rent.post(event("invoice.overdue", invoice(amount="845000", due_date="soon")), "evt-1")
    assert wrong.status_code == 422
    assert wrong.headers["content-type"] == "application/problem+json"
    assert [e["pointer"] for e in wrong.json()["errors"]] == ["/data/due_date", "/data/amount"]
    assert states(engine) == [("evt-1", 0, "rejected")]
    still_wrong = rent.post(event("invoice.overdue", invoice(due_date="soon")), "evt-1")
    assert [e["pointer"] for e in still_wrong.json()["errors"]] == ["/data/due_date"]
    assert rent.post(event("invoice.overdue", invoice()), "evt-1").json()["status"] == "accepted"
    assert rent.post(event("invoice.overdue", invoice()), "evt-1").json()["status"] == "duplicate"
    assert states(engine) == [("evt-1", 0, "accepted")]


def test_an_unknown_type_is_ignored_and_kept(rent: RentSystem, engine: Engine) -> None:
    answer = rent.post(event("meter.read", {"kwh": 3}), "evt-1")
    assert (answer.status_code, answer.json()) == (202, {"id": "evt-1", "status": "ignored"})
    assert states(engine) == [("evt-1", 0, "ignored")]


def test_a_batch_answers_for_each_of_its_events(rent: RentSystem, engine: Engine) -> None:
    rent.post(event("invoice.overdue", invoice()), "a")
    events = [
        {"id": "a", **event("invoice.overdue", invoice())},
        {"id": "b", **event("invoice.overdue", invoice(invoice_id="INV-2"))},
        {"id": "b", **event("invoice.overdue", invoice(invoice_id="INV-2"))},
        {"id": "c", **event("invoice.overdue", invoice(amount=-1))},
        {"id": "a", **event("invoice.paid", invoice(remaining=0))},
        {"id": "d", **event("meter.read", {})},
    ]
    answer = rent.post(event("batch", {"events": events}), "batch-1")
    assert answer.status_code == 202
    assert (answer.json()["id"], answer.json()["status"]) == ("batch-1", "accepted")
    results = answer.json()["results"]
    assert [(r["id"], r["status"]) for r in results] == [
        ("a", "duplicate"), ("b", "accepted"), ("b", "duplicate"),
        ("c", "rejected"), ("a", "conflict"), ("d", "ignored"),
    ]  # fmt: skip
    assert [e["pointer"] for e in results[3]["errors"]] == ["/data/amount"]
    assert sorted(states(engine)) == [
        ("a", 0, "accepted"), ("a", 1, "conflict"), ("b", 0, "accepted"), ("batch-1", 0, "rejected"),
        ("c", 0, "rejected"), ("d", 0, "ignored"),
    ]  # fmt: skip


def test_a_batch_again_is_a_duplicate_and_so_are_its_events(rent: RentSystem, engine: Engine) -> None:
    events = [{"id": f"e-{n}", **event("invoice.overdue", invoice(invoice_id=f"INV-{n}"))} for n in range(1000)]
    first = rent.post(event("batch", {"events": events}), "batch-1").json()
    assert {r["status"] for r in first["results"]} == {"accepted"}
    again = rent.post(event("batch", {"events": events}), "batch-1").json()
    assert again["status"] == "duplicate"
    assert {r["status"] for r in again["results"]} == {"duplicate"}
    assert len(kept(engine)) == 1001


def test_a_batch_with_another_content_under_its_id_is_a_conflict_and_none_of_it_is_taken(
    rent: RentSystem, engine: Engine
) -> None:
    first = {"id": "a", **event("invoice.overdue", invoice())}
    rent.post(event("batch", {"events": [first]}), "batch-1")
    answer = rent.post(event("batch", {"events": [first, {**first, "id": "b"}]}), "batch-1")
    assert answer.status_code == 409
    assert "b" not in [row.event_id for row in kept(engine)]


def test_a_batch_with_a_wrong_event_may_be_sent_again_corrected(rent: RentSystem, engine: Engine) -> None:
    good = {"id": "a", **event("invoice.overdue", invoice())}
    wrong = {"id": "b", **event("invoice.overdue", invoice(amount=-1))}
    right = {"id": "b", **event("invoice.overdue", invoice(invoice_id="INV-2"))}
    rent.post(event("batch", {"events": [good, wrong]}), "batch-1")
    answer = rent.post(event("batch", {"events": [good, right]}), "batch-1")
    assert [r["status"] for r in answer.json()["results"]] == ["duplicate", "accepted"]
    assert sorted(states(engine)) == [("a", 0, "accepted"), ("b", 0, "accepted"), ("batch-1", 0, "applied")]


def test_the_same_webhook_a_hundred_times_at_once_is_one_effect(rent: RentSystem, engine: Engine) -> None:
    with ThreadPoolExecutor(16) as senders:
        answers = list(senders.map(lambda _: rent.raw(BODY, "evt-1"), range(100)))
    assert {a.status_code for a in answers} == {202}
    assert sorted(a.json()["status"] for a in answers) == ["accepted"] + ["duplicate"] * 99
    assert len(kept(engine)) == 1


def test_two_replicas_that_get_the_same_webhook_keep_one(engine: Engine) -> None:
    """Each replica has its own writer; the UNIQUE constraint decides between them."""
    with rent_client(engine) as one, rent_client(engine) as other, ThreadPoolExecutor(8) as senders:
        replicas = [RentSystem(one), RentSystem(other)] * 30
        pairs = enumerate(replicas)
        answers = list(senders.map(lambda pair: pair[1].raw(BODY, f"evt-{pair[0] // 6}"), pairs))
    assert {a.status_code for a in answers} == {202}
    assert sum(a.json()["status"] == "accepted" for a in answers) == 10
    assert len(kept(engine)) == 10


def test_any_of_several_secrets_and_any_of_several_signatures_verifies(sqlite_engine: Engine) -> None:
    with rent_client(sqlite_engine, secrets=(SECRET, OLD_SECRET)) as http:
        rent = RentSystem(http, secret=OLD_SECRET)
        assert rent.raw(BODY, "evt-1").status_code == 202
        right = sign(SECRET, "evt-2", BODY)["webhook-signature"]
        wrong = sign("whsec_" + base64.b64encode(b"x" * 24).decode(), "evt-2", BODY)["webhook-signature"]
        for number, several in enumerate((f"{wrong} {right}", f"v1a,abc v1, , nonsense v2,{'A' * 43}= {right}")):
            headers = sign(SECRET, "evt-2", BODY) | {"webhook-signature": several}
            answer = http.post("/webhooks/rent", content=BODY, headers=headers)
            assert (number, answer.status_code) == (number, 202)


def signed_at(moment: datetime, event_id: str = "evt-1") -> dict[str, str]:
    return sign(SECRET, event_id, BODY, moment)


@pytest.mark.parametrize(("minutes", "status"), [(-4.9, 202), (4.9, 202), (-5.1, 401), (5.1, 401)])
def test_a_signature_is_good_for_five_minutes_of_real_time(
    sqlite_rent: RentSystem, sqlite_engine: Engine, minutes: float, status: int
) -> None:
    """The app's own clock, which says November 2026 here, has no say."""
    headers = signed_at(datetime.now(UTC) + timedelta(minutes=minutes))
    assert sqlite_rent.http.post("/webhooks/rent", content=BODY, headers=headers).status_code == status
    assert len(kept(sqlite_engine)) == (1 if status == 202 else 0)


UNSIGNED: list[tuple[str, dict[str, Any], int]] = [
    ("no id", {"drop": ["webhook-id"]}, 401),
    ("no timestamp", {"drop": ["webhook-timestamp"]}, 401),
    ("no signature", {"drop": ["webhook-signature"]}, 401),
    ("an empty id", {"webhook_id": ""}, 401),
    ("an empty signature", {"webhook_signature": ""}, 401),
    ("a signature of nothing", {"webhook_signature": "v1,"}, 401),
    ("a signature without version", {"webhook_signature": "A" * 43 + "="}, 401),
    ("a signature with two commas", {"webhook_signature": "v1,AAAA,AAAA"}, 401),
    ("a signature that is not base64", {"webhook_signature": "v1,åäö"}, 401),
    ("a signature with bad padding", {"webhook_signature": "v1,AAAAA"}, 401),
    ("a wrong signature", {"webhook_signature": "v1," + "A" * 43 + "="}, 401),
    ("a signature of another version", {"webhook_signature": "v2," + "A" * 43 + "="}, 401),
    ("ten thousand signatures", {"webhook_signature": ("v1," + "A" * 43 + "= ") * 1000}, 401),
    ("another id than was signed", {"webhook_id": "evt-2"}, 401),
    ("a timestamp of words", {"webhook_timestamp": "now"}, 401),
    ("a timestamp with a fraction", {"webhook_timestamp": "1762156800.5"}, 401),
    ("a timestamp in scientific notation", {"webhook_timestamp": "1.7e9"}, 401),
    ("a timestamp that is not a number", {"webhook_timestamp": "nan"}, 401),
    ("an infinite timestamp", {"webhook_timestamp": "inf"}, 401),
    ("a negative timestamp", {"webhook_timestamp": "-1"}, 401),
    ("a timestamp with underscores", {"webhook_timestamp": "1_762_156_800"}, 401),
    ("a timestamp in other digits", {"webhook_timestamp": "١٧٦٢١٥٦٨٠٠"}, 401),
    ("a timestamp in the year 33000", {"webhook_timestamp": "999999999999"}, 401),
    ("a timestamp of thirteen digits", {"webhook_timestamp": "1762156800000"}, 401),
    ("an id with letters beyond ASCII", {"webhook_id": "händelse"}, 400),
    ("an id with space inside", {"webhook_id": "evt 1"}, 400),
    ("an id that is too long", {"webhook_id": "e" * 201}, 400),
]


@pytest.mark.parametrize(("headers", "status"), [r[1:] for r in UNSIGNED], ids=[r[0] for r in UNSIGNED])
def test_what_is_not_rightly_signed_leaves_nothing_behind(
    sqlite_rent: RentSystem, sqlite_engine: Engine, headers: dict[str, Any], status: int
) -> None:
    drop = headers.get("drop", [])
    wanted = {name.replace("_", "-"): value.encode() for name, value in headers.items() if name != "drop"}
    signed = {name: value.encode() for name, value in sign(SECRET, "evt-1", BODY).items() if name not in drop}
    answer = sqlite_rent.http.post("/webhooks/rent", content=BODY, headers=signed | wanted)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert kept(sqlite_engine) == []


MALFORMED: list[tuple[str, bytes]] = [
    ("nothing", b""),
    ("not JSON", b"rent is late"),
    ("a list", b"[]"),
    ("NaN", b'{"type": "invoice.paid", "data": {"amount": NaN}}'),
    ("a key twice", b'{"type": "invoice.paid", "type": "invoice.overdue"}'),
    ("NUL", b'{"type": "invoice\\u0000.paid"}'),
    ("half a surrogate pair", b'{"type": "\\ud800"}'),
    ("a number without end", b'{"a": ' + b"9" * 5000 + b"}"),
    ("a hundred thousand levels", b"[" * 100_000),
    ("33 levels", b'{"a":' * 33 + b"1" + b"}" * 33),
]


@pytest.mark.parametrize("body", [row[1] for row in MALFORMED], ids=[row[0] for row in MALFORMED])
def test_what_is_signed_but_not_plain_json_is_400_and_leaves_nothing_behind(
    sqlite_rent: RentSystem, sqlite_engine: Engine, body: bytes
) -> None:
    answer = sqlite_rent.raw(body)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert kept(sqlite_engine) == []


def test_a_body_that_is_not_utf8_is_400(sqlite_rent: RentSystem, sqlite_engine: Engine) -> None:
    headers = sign(SECRET, "evt-1", b"{}")
    answer = sqlite_rent.http.post("/webhooks/rent", content=b'{"a": "\xff"}', headers=headers)
    assert answer.status_code == 400
    assert kept(sqlite_engine) == []


def test_a_body_over_one_mebibyte_is_413_announced_or_not(sqlite_rent: RentSystem, sqlite_engine: Engine) -> None:
    body = json.dumps(event("meter.read", {"note": "x" * 2**20})).encode()
    assert sqlite_rent.raw(body).status_code == 413
    headers = sign(SECRET, "evt-1", body)
    chunks = (body[start : start + 65536] for start in range(0, len(body), 65536))
    assert sqlite_rent.http.post("/webhooks/rent", content=chunks, headers=headers).status_code == 413
    assert kept(sqlite_engine) == []


def test_a_body_of_exactly_one_mebibyte_is_taken(sqlite_rent: RentSystem) -> None:
    body = json.dumps(event("meter.read", {"note": ""})).encode()
    body = body.replace(b'""', b'"' + b"x" * (2**20 - len(body)) + b'"')
    assert len(body) == 2**20
    assert sqlite_rent.raw(body).status_code == 202


def test_a_personal_number_is_422_and_neither_echoed_nor_kept(sqlite_rent: RentSystem, sqlite_engine: Engine) -> None:
    content = event("invoice.overdue", invoice(invoice_id=PERSONAL, reference="8001010001"))
    answers = [sqlite_rent.post(content, "evt-1"), sqlite_rent.post(event("invoice.paid", invoice()), PERSONAL)]
    assert [a.status_code for a in answers] == [422, 422]
    assert [e["pointer"] for e in answers[0].json()["errors"]] == ["/data/invoice_id", "/data/reference"]
    stored = [[row.event_id, row.payload, row.invoice_id] for row in kept(sqlite_engine)]
    assert "0001" not in json.dumps([stored, [a.text for a in answers]])


def test_a_wrong_body_keeps_no_contact_points_of_a_protected_identity(
    sqlite_rent: RentSystem, sqlite_engine: Engine
) -> None:
    wrong = event("tenancy.started", tenancy(tenant(protected_identity=True), kind="castle"))
    assert sqlite_rent.post(wrong).status_code == 422
    (row,) = kept(sqlite_engine)
    assert "174" not in json.dumps(row.payload)
    assert "@" not in json.dumps(row.payload)


def test_without_secrets_nothing_is_taken_and_the_setting_is_named(sqlite_engine: Engine) -> None:
    with rent_client(sqlite_engine, secrets=()) as http:
        answer = RentSystem(http).raw(BODY)
    assert answer.status_code == 503
    assert "KVAR_RENT_WEBHOOK_SECRETS" in answer.json()["detail"]
    assert kept(sqlite_engine) == []


def test_only_post_is_answered(sqlite_rent: RentSystem) -> None:
    assert sqlite_rent.http.get("/webhooks/rent").status_code == 405


def test_a_signature_covers_the_bytes_that_were_sent(sqlite_rent: RentSystem) -> None:
    headers = sign(SECRET, "evt-1", BODY)
    assert sqlite_rent.http.post("/webhooks/rent", content=BODY + b" ", headers=headers).status_code == 401


def test_a_snapshot_that_is_too_new_is_accepted_once_time_has_come(sqlite_engine: Engine) -> None:
    """A rejected event that is sent again unchanged is judged again."""
    content = event("invoice.overdue", invoice(as_of="2026-11-03T08:30:00Z"))
    with rent_client(sqlite_engine) as early:
        assert RentSystem(early).post(content, "evt-1").status_code == 422
    with rent_client(sqlite_engine, at=datetime(2026, 11, 3, 8, 20, tzinfo=UTC)) as later:
        assert RentSystem(later).post(content, "evt-1").json()["status"] == "accepted"


def test_the_signature_of_the_tests_is_that_of_the_standard() -> None:
    """The example of the specification: known id, time, body and secret give a known signature."""
    at = datetime.fromtimestamp(1614265330, UTC)
    body = b'{"test": 2432232314}'
    headers = sign(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", body, at)
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert Webhook(SECRET)
