"""What a signed body is read as: accepted, ignored or rejected, what is said about it, and what is kept of it."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.errors import Malformed
from app.flows.rent_events import Reading
from app.flows.rent_reading import read_request
from app.flows.strict_json import canonical, read_json
from app.store.inbox import Arrival
from app.vocabulary import InboxState
from tests.support.rent import event, invoice, ledger, tenancy, tenant
from tests.support.rows import NOW

READING = Reading(now=NOW, country="SE")
PERSONAL = "19800101-0001"


def read(content: dict[str, Any], event_id: str = "evt-1") -> Arrival:
    return read_request(event_id, json.dumps(content).encode(), READING).arrivals[0]


def pointers(arrival: Arrival) -> list[str]:
    return [problem.pointer for problem in arrival.problems]


MALFORMED: list[tuple[str, bytes]] = [
    ("empty", b""),
    ("not JSON", b"hello"),
    ("cut off", b'{"type": "invoice'),
    ("two documents", b"{} {}"),
    ("a list", b"[]"),
    ("a text", b'"invoice.paid"'),
    ("null", b"null"),
    ("not UTF-8", b'{"type": "\xff"}'),
    ("UTF-16", '{"type": "x"}'.encode("utf-16")),
    ("a byte order mark", b"\xef\xbb\xbf{}"),
    ("NaN", b'{"type": NaN}'),
    ("Infinity", b'{"a": Infinity}'),
    ("minus Infinity", b'{"a": -Infinity}'),
    ("a number beyond all floats", b'{"a": 1e999}'),
    ("a very long number", b'{"a": ' + b"9" * 41 + b"}"),
    ("a number that Python refuses", b'{"a": ' + b"9" * 5000 + b"}"),
    ("a key twice", b'{"type": "a", "type": "b"}'),
    ("a key twice, deep inside", b'{"data": {"x": [{"a": 1, "a": 1}]}}'),
    ("a raw NUL", b'{"type": "a\x00b"}'),
    ("an escaped NUL", b'{"type": "a\\u0000b"}'),
    ("an escaped NUL in a key", b'{"a\\u0000b": 1}'),
    ("half a surrogate pair", b'{"type": "\\ud800"}'),
    ("half a surrogate pair in a key", b'{"\\udfff": 1}'),
    ("33 levels", b'{"a":' * 33 + b"1" + b"}" * 33),
    ("a thousand levels", b"[" * 1000 + b"]" * 1000),
    ("half a million levels", b"[" * 500_000),
]


@pytest.mark.parametrize("body", [body for _, body in MALFORMED], ids=[name for name, _ in MALFORMED])
def test_a_body_that_is_not_plain_json_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        read_json(body)


def test_what_only_looks_odd_is_read() -> None:
    """Thirty-two levels, a whole surrogate pair, and a backslash followed by the letters u0000."""
    assert read_json(b'{"a":' * 32 + b"1" + b"}" * 32)
    assert read_json(b'{"a": "\\ud83d\\ude00 \\\\u0000"}') == {"a": "😀 \\u0000"}


def test_equal_json_has_one_spelling() -> None:
    one = read_json(b'{"a": 1, "b": {"x": 2.0, "y": "\\u00e5"}}')
    other = read_json('{ "b": {"y": "å", "x": 2}, "a": 1.0 }'.encode())
    assert canonical(one) == canonical(other)
    assert canonical(one) != canonical(read_json(b'{"a": true, "b": {"x": 2, "y": "\xc3\xa5"}}'))


WRONG_INVOICE: list[tuple[str, dict[str, Any], str]] = [
    ("no id", {"invoice_id": None}, "/data/invoice_id"),
    ("a number for an id", {"invoice_id": 88}, "/data/invoice_id"),
    ("an empty id", {"invoice_id": ""}, "/data/invoice_id"),
    ("an id with space around it", {"tenancy_id": " T-1"}, "/data/tenancy_id"),
    ("an id with a line break", {"tenancy_id": "T\n1"}, "/data/tenancy_id"),
    ("an id that is too long", {"tenancy_id": "T" * 65}, "/data/tenancy_id"),
    ("a personal number for an id", {"invoice_id": PERSONAL}, "/data/invoice_id"),
    ("a personal number for a tenancy", {"tenancy_id": "8001010001"}, "/data/tenancy_id"),
    ("a personal number for a reference", {"reference": PERSONAL}, "/data/reference"),
    ("a personal number for what it replaces", {"replaces": PERSONAL}, "/data/replaces"),
    ("money as a text", {"amount": "845000"}, "/data/amount"),
    ("money as a float", {"remaining": 845000.0}, "/data/remaining"),
    ("money as true", {"remaining": True}, "/data/remaining"),
    ("negative money", {"remaining": -1}, "/data/remaining"),
    ("more money than there is", {"amount": 10**15}, "/data/amount"),
    ("a currency in small letters", {"currency": "sek"}, "/data/currency"),
    ("a date with a time", {"due_date": "2026-10-30T00:00:00Z"}, "/data/due_date"),
    ("a date that is not there", {"due_date": "2026-02-30"}, "/data/due_date"),
    ("a date as a number", {"paid_on": 20261030}, "/data/paid_on"),
    ("a date far away", {"due_date": "9999-12-31"}, "/data/due_date"),
    ("a month that is not there", {"period": "2026-13"}, "/data/period"),
    ("a moment without offset", {"as_of": "2026-11-03T05:30:00"}, "/data/as_of"),
    ("a moment as a number", {"as_of": 1762147800}, "/data/as_of"),
    ("a moment with a space", {"as_of": "2026-11-03 05:30:00Z"}, "/data/as_of"),
    ("the first moment of all, east of it", {"as_of": "0001-01-01T00:00:00+14:00"}, "/data/as_of"),
    ("a moment with an offset of a hundred hours", {"as_of": "2026-11-03T05:30:00+99:00"}, "/data/as_of"),
    ("a flag as a number", {"disputed": 1}, "/data/disputed"),
    ("a flag as a text", {"in_collection": "false"}, "/data/in_collection"),
    ("an unknown way to pay", {"payment_method": "cash"}, "/data/payment_method"),
]


@pytest.mark.parametrize(
    ("fields", "pointer"), [row[1:] for row in WRONG_INVOICE], ids=[row[0] for row in WRONG_INVOICE]
)
def test_a_wrong_field_is_pointed_at(fields: dict[str, Any], pointer: str) -> None:
    arrival = read(event("invoice.overdue", invoice(**fields)))
    assert arrival.state is InboxState.REJECTED
    assert pointers(arrival) == [pointer]


def test_every_wrong_field_is_pointed_at_at_once() -> None:
    content = event("invoice.overdue", invoice(amount="1", due_date="soon", currency=None), at="today")
    assert pointers(read(content)) == ["/timestamp", "/data/due_date", "/data/amount", "/data/currency"]


def test_a_field_that_is_missing_is_pointed_at() -> None:
    data = invoice()
    del data["remaining"]
    assert pointers(read(event("invoice.paid", data))) == ["/data/remaining"]


@pytest.mark.parametrize(
    ("content", "pointer"),
    [
        ({}, "/type"),
        ({"type": 5, "data": {}}, "/type"),
        ({"type": "x" * 65}, "/type"),
        ({"type": PERSONAL}, "/type"),
        ({"type": "invoice.paid", "timestamp": "2026-11-03T06:00:00Z"}, "/data"),
        ({"type": "invoice.paid", "timestamp": "2026-11-03T06:00:00Z", "data": []}, "/data"),
        ({"type": "batch", "timestamp": "2026-11-03T06:00:00Z", "data": {"events": {}}}, "/data/events"),
        ({"type": "batch", "timestamp": "2026-11-03T06:00:00Z", "data": {"events": []}}, "/data/events"),
        ({"type": "batch", "timestamp": "2026-11-03T06:00:00Z", "data": {"events": [{}] * 1001}}, "/data/events"),
        (event("ledger.read", ledger(booked_through="2026-11-09")), "/data"),
        (event("tenancy.started", tenancy(starts_on=None)), "/data/starts_on"),
        (event("tenancy.updated", tenancy(tenant(), tenant())), "/data/tenants"),
        (event("tenancy.updated", tenancy(tenant(tenant_id=PERSONAL))), "/data/tenants/0/tenant_id"),
        (event("tenancy.updated", tenancy(tenant(channel="pigeon"))), "/data/tenants/0/channel"),
        (event("tenancy.updated", tenancy(tenant(language="Swedish!"))), "/data/tenants/0/language"),
        (event("notice.served", {"tenancy_id": "T-1", "as_of": "2026-11-03T05:00:00Z"}), "/data/served_on"),
        (event("eviction.applied", {"tenancy_id": "T-1", "as_of": "2026-11-03T05:00:00Z"}), "/data/date"),
    ],
)
def test_an_event_of_the_wrong_shape_is_rejected(content: dict[str, Any], pointer: str) -> None:
    arrival = read(content)
    assert (arrival.state, pointers(arrival)) == (InboxState.REJECTED, [pointer])


@pytest.mark.parametrize(("ahead", "state"), [(600, InboxState.ACCEPTED), (601, InboxState.REJECTED)])
def test_a_snapshot_may_be_ten_minutes_ahead_and_no_more(ahead: int, state: InboxState) -> None:
    as_of = (NOW + timedelta(seconds=ahead)).isoformat()
    assert read(event("invoice.overdue", invoice(as_of=as_of))).state is state


def test_only_known_fields_of_a_right_event_are_kept() -> None:
    content = event("invoice.overdue", invoice(note="ring dottern", as_of="2026-11-03T06:30:00+01:00")) | {"extra": 1}
    arrival = read(content)
    assert arrival.payload == event("invoice.overdue", invoice(as_of="2026-11-03T05:30:00Z"))
    assert (arrival.tenancy_id, arrival.invoice_id) == ("T-1", "INV-1")
    assert arrival.as_of == datetime(2026, 11, 3, 5, 30, tzinfo=UTC)


def test_an_unknown_type_is_ignored_and_kept_whole() -> None:
    arrival = read(event("meter.read", {"tenancy_id": "T-1", "kwh": 3.5}))
    assert arrival.state is InboxState.IGNORED
    assert arrival.payload == event("meter.read", {"tenancy_id": "T-1", "kwh": 3.5})


@pytest.mark.parametrize(
    ("phone", "kept"),
    [
        ("070-174 06 05", "+46701740605"),
        ("+46 70 174 06 05", "+46701740605"),
        ("Dottern Ingrid: 070-174 06 05", ""),
        ("070-174 06 05 / 070-174 06 06", ""),
        ("saknas", ""),
        ("  ", None),
        (None, None),
    ],
)
def test_a_phone_is_one_number_or_nothing(phone: str | None, kept: str | None) -> None:
    """An empty text stands for `given, but not one number`; the words themselves are never kept."""
    arrival = read(event("tenancy.updated", tenancy(tenant(phone=phone))))
    assert arrival.payload is not None
    assert arrival.payload["data"]["tenants"][0]["phone"] == kept


@pytest.mark.parametrize(
    ("email", "kept"),
    [
        (" amina@example.org ", "amina@example.org"),
        ("Amina <amina@example.org>", ""),
        ("amina@example.org; olof@example.org", ""),
        ("19800101-0001@example.org", ""),
        ("", None),
    ],
)
def test_an_email_is_one_address_or_nothing(email: str, kept: str | None) -> None:
    arrival = read(event("tenancy.updated", tenancy(tenant(email=email))))
    assert arrival.payload is not None
    assert arrival.payload["data"]["tenants"][0]["email"] == kept


def test_who_represents_a_tenant_is_not_kept_only_that_somebody_does() -> None:
    arrival = read(event("tenancy.updated", tenancy(tenant(representative="God man: Eva Ek, 070-174 06 05"))))
    assert arrival.payload is not None
    assert arrival.payload["data"]["tenants"][0]["representative"] is True
    assert "Eva" not in json.dumps(arrival.payload)


def test_a_protected_identity_has_no_contact_points_right_or_wrong_or_ignored() -> None:
    hidden = tenant(protected_identity=True, mobile="070-174 06 05", phone="070-174 06 05")
    for content in (
        event("tenancy.updated", tenancy(hidden)),
        event("tenancy.updated", tenancy(hidden, kind="castle")),
        event("tenancy.moved", tenancy(hidden)),
    ):
        kept = json.dumps(read(content).payload)
        assert "174" not in kept
        assert "@" not in kept


def test_a_personal_number_is_neither_echoed_nor_kept() -> None:
    data = invoice(invoice_id=PERSONAL, reference="800101-0001", note=f"pnr {PERSONAL}!", number=8001010001)
    arrival = read(event("invoice.overdue", data) | {PERSONAL: "key"})
    told = json.dumps([arrival.payload, [p.detail for p in arrival.problems], arrival.invoice_id])
    assert "0001" not in told
    assert pointers(arrival) == ["/data/invoice_id", "/data/reference"]


def test_a_personal_number_in_an_address_or_name_is_taken_out() -> None:
    snapshot = tenancy(tenant(family_name=f"Berg {PERSONAL}"), address="Lärkvägen 2 8001010001")
    arrival = read(event("tenancy.updated", snapshot))
    assert arrival.state is InboxState.ACCEPTED
    assert "0001" not in json.dumps(arrival.payload)


def test_an_event_id_that_is_a_personal_number_is_not_kept() -> None:
    arrival = read(event("invoice.overdue", invoice()), event_id="198001010001")
    assert (arrival.state, pointers(arrival)) == (InboxState.REJECTED, ["/webhook-id"])
    assert "8001010001" not in arrival.event_id


def test_an_event_is_the_same_alone_and_in_a_batch() -> None:
    """Ids inside a batch share the namespace, so the id beside an event is not part of its content."""
    alone = event("invoice.overdue", invoice())
    content = event("batch", {"events": [{"id": "evt-1", **alone}]})
    request = read_request("batch-1", json.dumps(content).encode(), READING)
    assert request.is_batch
    assert request.arrivals[1].content_digest == read(alone).content_digest


def test_each_event_of_a_batch_is_judged_on_its_own() -> None:
    events: list[Any] = [
        {"id": "a", **event("invoice.overdue", invoice())},
        {"id": "b", **event("invoice.overdue", invoice(amount=-1))},
        {"id": "c", **event("meter.read", {})},
        {"id": "å", **event("invoice.overdue", invoice())},
        event("invoice.overdue", invoice()),
        {"id": "f", **event("batch", {"events": []})},
        "what",
    ]
    request = read_request("batch-1", json.dumps(event("batch", {"events": events})).encode(), READING)
    outer, *inner = request.arrivals
    found = [(a.event_id, a.state.value, pointers(a)) for a in inner]
    assert found == [
        ("a", "accepted", []),
        ("b", "rejected", ["/data/amount"]),
        ("c", "ignored", []),
        ("batch-1 event 3", "rejected", ["/id"]),
        ("batch-1 event 4", "rejected", ["/id"]),
        ("f", "rejected", ["/type"]),
        ("batch-1 event 6", "rejected", ["/id", "/type"]),
    ]
    assert outer.state is InboxState.REJECTED
    assert pointers(outer) == [f"/data/events/{place}" for place in (1, 3, 4, 5, 6)]
