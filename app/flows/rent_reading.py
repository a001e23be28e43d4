"""A signed body becomes arrivals for the inbox: one event, or a batch and its events, each judged on its own.

What is kept of a right one is its known fields; of a wrong or unknown one its whole body, without personal identity
numbers and without the contact points of protected tenants.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from app.errors import FieldError
from app.flows.rent_events import (
    BATCH,
    BATCH_SIZE,
    HIDDEN,
    SCHEMAS,
    Reading,
    TenantSnapshot,
    hide_identity_numbers,
    moment,
    not_personal,
)
from app.flows.strict_json import canonical, fingerprint, read_json
from app.policy.identity_number import looks_like_identity_number
from app.policy.phone import parse_phone
from app.store.inbox import Arrival
from app.vocabulary import InboxState

EVENT_ID: Final = re.compile(r"[\x21-\x7e]{1,200}")
_TYPE_LENGTH: Final = 64
_MOST_PROBLEMS: Final = 50
_MONEY: Final = frozenset({"amount", "remaining"})
_KEPT_OF_PROTECTED: Final = TenantSnapshot.model_fields.keys() - {"phone", "email"}


@dataclass(frozen=True, slots=True)
class Request:
    """A read request. With `is_batch`, the first arrival is the batch itself and the others its events, in order."""

    arrivals: tuple[Arrival, ...]
    is_batch: bool = False


def read_request(event_id: str, body: bytes, reading: Reading) -> Request:
    """Read one signed request. Raises Malformed when the body is not JSON that can be kept."""
    content = read_json(body)
    digest = fingerprint(body)
    if content.get("type") == BATCH:
        return _batch(event_id, content, digest, reading)
    return Request((read_event(event_id, content, reading, body_sha256=digest),))


def read_event(
    event_id: str, content: Mapping[str, Any], reading: Reading, *, body_sha256: str | None = None
) -> Arrival:
    """Judge one event: accepted with its known fields, ignored, or rejected with what is wrong."""
    own = {key: value for key, value in content.items() if key != "id" or value != event_id}
    digest = fingerprint(canonical(own))
    sha = body_sha256 or digest
    kind = str(content.get("type"))
    problems = [*_wrong_id(event_id), *_wrong_type(content.get("type"))]
    if not problems and kind not in SCHEMAS:
        return _whole(event_id, content, InboxState.IGNORED, (sha, digest), [], reading)
    data, wrong_fields = ({}, []) if problems else _known(content, reading)
    if problems or wrong_fields:
        return _whole(event_id, content, InboxState.REJECTED, (sha, digest), problems + wrong_fields, reading)
    return Arrival(
        event_id=event_id,
        type=kind,
        state=InboxState.ACCEPTED,
        payload={"type": kind, "timestamp": content["timestamp"], "data": data},
        body_sha256=sha,
        content_digest=digest,
        tenancy_id=data.get("tenancy_id"),
        invoice_id=data.get("invoice_id"),
        as_of=moment(data["as_of"]),
    )


def without_points(payload: Mapping[str, Any], tenant_ids: frozenset[str] | None = None) -> dict[str, Any]:
    """A stored tenancy event without the contact points of these tenants; of all of them with None."""
    data = payload.get("data")
    tenants = data.get("tenants") if isinstance(data, Mapping) else None
    if not isinstance(data, Mapping) or not isinstance(tenants, list):
        return dict(payload)
    bare = [_bare(t) if _is_one_of(t, tenant_ids) else t for t in tenants]
    return {**payload, "data": {**data, "tenants": bare}}


def tenants_named(payload: Mapping[str, Any] | None) -> set[str]:
    """The tenants whose entries lie in a kept body."""
    data = (payload or {}).get("data")
    tenants = data.get("tenants") if isinstance(data, Mapping) else None
    entries = tenants if isinstance(tenants, list) else []
    return {t["tenant_id"] for t in entries if isinstance(t, Mapping) and isinstance(t.get("tenant_id"), str)}


def problems_of(error: ValidationError) -> list[FieldError]:
    """Where in the event it is wrong, and what to send instead; never what was sent."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    return [FieldError("/data" + "".join(f"/{part}" for part in e["loc"]), e["msg"]) for e in found[:_MOST_PROBLEMS]]


def _batch(event_id: str, content: Mapping[str, Any], sha: str, reading: Reading) -> Request:
    digest = fingerprint(canonical(content))
    data = content.get("data")
    events = data.get("events") if isinstance(data, Mapping) else None
    problems = _wrong_id(event_id)
    if not isinstance(events, list) or not 1 <= len(events) <= BATCH_SIZE:
        problems.append(FieldError("/data/events", f"must be a list of 1 to {BATCH_SIZE} events"))
    if problems or not isinstance(events, list):
        return Request((_whole(event_id, content, InboxState.REJECTED, (sha, digest), problems, reading),))
    inner = tuple(_inner(event_id, place, event, reading) for place, event in enumerate(events))
    wrong_ones = tuple(
        FieldError(f"/data/events/{place}", "this event is rejected: see it under its own id")
        for place, arrival in enumerate(inner)
        if arrival.state is InboxState.REJECTED
    )
    outer = Arrival(
        event_id=event_id,
        type=BATCH,
        state=InboxState.REJECTED if wrong_ones else InboxState.APPLIED,
        payload=None,
        body_sha256=sha,
        content_digest=digest,
        problems=wrong_ones[:_MOST_PROBLEMS],
    )
    return Request((outer, *inner), is_batch=True)


def _inner(batch_id: str, place: int, event: object, reading: Reading) -> Arrival:
    """An event of a batch. One that has no usable id is kept under a name that no sender can use: it holds spaces."""
    given = event.get("id") if isinstance(event, Mapping) else None
    usable = isinstance(given, str) and EVENT_ID.fullmatch(given) is not None and not looks_like_identity_number(given)
    own_id = given if usable and isinstance(given, str) else f"{batch_id[:180]} event {place}"
    content: Mapping[str, Any] = event if isinstance(event, Mapping) else {"data": event}
    arrival = read_event(own_id, content, reading)
    problems: list[FieldError] = []
    if not usable:
        advice = "must be 1 to 200 printable ASCII characters, not a personal identity number"
        problems.append(FieldError("/id", advice))
    if content.get("type") == BATCH:
        problems.append(FieldError("/type", "a batch cannot hold a batch"))
    if not problems:
        return arrival
    digests = (arrival.body_sha256, arrival.content_digest)
    return _whole(own_id, content, InboxState.REJECTED, digests, [*problems, *arrival.problems], reading)


def _whole(
    event_id: str,
    content: Mapping[str, Any],
    state: InboxState,
    digests: tuple[str, str],
    problems: list[FieldError],
    reading: Reading,
) -> Arrival:
    """An arrival that keeps its whole body, and names what it is about as far as that can be read."""
    kind, data = content.get("type"), content.get("data")
    named = data if isinstance(data, Mapping) else {}
    sha, digest = digests
    return Arrival(
        event_id=_safe_id(event_id, sha),
        type=kind if isinstance(kind, str) and not _wrong_type(kind) else "",
        state=state,
        payload=_hidden(content, reading["country"]),
        body_sha256=sha,
        content_digest=digest,
        tenancy_id=_named(named, "tenancy_id"),
        invoice_id=_named(named, "invoice_id"),
        problems=tuple(problems),
    )


def _known(content: Mapping[str, Any], reading: Reading) -> tuple[dict[str, Any], list[FieldError]]:
    """The known fields of the event's data, as they are stored, and what is wrong with the event."""
    problems: list[FieldError] = []
    try:
        moment(content.get("timestamp"))
    except PydanticCustomError as error:
        problems.append(FieldError("/timestamp", error.message()))
    try:
        read = SCHEMAS[content["type"]].model_validate(content.get("data"), context=reading)
    except ValidationError as error:
        return {}, problems + problems_of(error)
    return read.model_dump(mode="json"), problems


def _wrong_type(kind: object) -> list[FieldError]:
    if isinstance(kind, str) and 0 < len(kind) <= _TYPE_LENGTH and kind.isprintable():
        return _refused("/type", kind)
    return [FieldError("/type", f"must be a text of 1 to {_TYPE_LENGTH} characters")]


def _wrong_id(event_id: str) -> list[FieldError]:
    return _refused("/webhook-id", event_id)


def _refused(pointer: str, text: str) -> list[FieldError]:
    try:
        not_personal(text)
    except PydanticCustomError as error:
        return [FieldError(pointer, error.message())]
    return []


def _safe_id(event_id: str, body_sha256: str) -> str:
    return f"unnamed {body_sha256}" if looks_like_identity_number(event_id) else event_id


def _named(data: Mapping[str, Any], field: str) -> str | None:
    value = data.get(field)
    if not isinstance(value, str) or not 0 < len(value) <= 64 or not value.isprintable():
        return None
    return None if looks_like_identity_number(value) else value


def _hidden(value: Any, country: str, key: str = "") -> Any:
    """A body as it may be kept. A phone number that happens to look like an identity number stays a phone number."""
    match value:
        case str():
            is_phone = key == "phone" and parse_phone(value, country) is not None
            return value if is_phone else hide_identity_numbers(value)
        case int() if key not in _MONEY and looks_like_identity_number(str(value)):
            return HIDDEN
        case dict():
            entry = _bare(value) if value.get("protected_identity") else value
            return {hide_identity_numbers(name): _hidden(inner, country, name) for name, inner in entry.items()}
        case list():
            return [_hidden(inner, country, key) for inner in value]
        case _:
            return value


def _bare(tenant: Mapping[str, Any]) -> dict[str, Any]:
    """A tenant's entry with its known fields, without contact points."""
    return {name: value for name, value in tenant.items() if name in _KEPT_OF_PROTECTED}


def _is_one_of(tenant: object, tenant_ids: frozenset[str] | None) -> bool:
    return isinstance(tenant, Mapping) and (tenant_ids is None or tenant.get("tenant_id") in tenant_ids)
