"""Whatever comes in, the rent webhook answers with something other than a fault of its own."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from tests.support.rent import SECRET, RentSystem, event, invoice, rent_client, sign, tenancy, tenant

PATIENT = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
KNOWN = {202, 400, 401, 409, 413, 422}

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["T-1", "19800101-0001", "2026-11-03"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
names = st.sampled_from([*invoice(), *tenancy(), *tenant(), "events", "booked_through", "date", "served_on", "reason"])
types = st.sampled_from([
    "tenancy.started", "tenancy.updated", "tenancy.ended", "invoice.issued", "invoice.paid", "ledger.read",
    "notice.served", "eviction.applied", "batch", "meter.read",
])  # fmt: skip
data = st.dictionaries(names | st.text(), values) | values
header = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=80)


@pytest.fixture
def rent(sqlite_engine: Engine) -> Iterator[RentSystem]:
    with rent_client(sqlite_engine) as http:
        yield RentSystem(http)


def answered(rent: RentSystem, body: bytes) -> int:
    answer = rent.raw(body)
    assert answer.status_code in KNOWN, answer.text
    return int(answer.status_code)


@PATIENT
@given(body=st.binary(max_size=200) | st.text().map(str.encode))
def test_any_bytes_are_answered(rent: RentSystem, body: bytes) -> None:
    headers = sign(SECRET, "evt", b"") | {"webhook-signature": "v1," + "A" * 43 + "="}
    assert rent.http.post("/webhooks/rent", content=body, headers=headers).status_code in {400, 401}


@PATIENT
@given(content=values)
def test_any_signed_json_is_answered(rent: RentSystem, content: Any) -> None:
    answered(rent, json.dumps(content).encode())


@PATIENT
@given(kind=types, fields=data, top=st.dictionaries(st.sampled_from(["timestamp", "id", "x"]), values))
def test_any_signed_event_is_answered(rent: RentSystem, kind: str, fields: Any, top: dict[str, Any]) -> None:
    answered(rent, json.dumps({"timestamp": "2026-11-03T06:00:00Z"} | top | {"type": kind, "data": fields}).encode())


@PATIENT
@given(name=names, value=values, kind=st.sampled_from(["invoice.overdue", "tenancy.started", "holder"]))
def test_any_value_in_any_field_is_answered(rent: RentSystem, name: str, value: Any, kind: str) -> None:
    if kind == "holder":
        content = event("tenancy.updated", tenancy(tenant(**{name: value})))
    else:
        content = event(kind, (invoice if kind == "invoice.overdue" else tenancy)() | {name: value})
    answered(rent, json.dumps(content).encode())


@PATIENT
@given(
    events=st.lists(values | st.fixed_dictionaries({"id": values, "type": types | values, "data": data}), max_size=5)
)
def test_any_batch_is_answered(rent: RentSystem, events: list[Any]) -> None:
    answered(rent, json.dumps(event("batch", {"events": events})).encode())


@PATIENT
@given(event_id=header, timestamp=header, signature=header)
def test_any_headers_are_answered(rent: RentSystem, event_id: str, timestamp: str, signature: str) -> None:
    headers = {"webhook-id": event_id, "webhook-timestamp": timestamp, "webhook-signature": signature}
    encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    assert rent.http.post("/webhooks/rent", content=b"{}", headers=encoded).status_code in {400, 401}
