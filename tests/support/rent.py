"""The rent system as the tests play it: events, their signatures, and a Kvar that takes them in."""

import json
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

from sqlalchemy import Engine
from standardwebhooks import Webhook
from starlette.applications import Starlette
from starlette.testclient import TestClient

from app.flows.intake import Answer, Intake, append_requests
from app.flows.rent import apply_events
from app.flows.rent_events import Reading
from app.flows.rent_reading import read_request
from app.flows.service import Service
from app.store.engine import writing
from app.web.hooks.rent import rent_routes
from tests.support.rows import NOW

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OLD_SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
PHONE = "+46701740605"

_numbers = count(1)


def sign(secret: str, event_id: str, body: bytes, at: datetime | None = None) -> dict[str, str]:
    """The headers of a signed webhook; `at` is the real time unless a test needs another."""
    signed_at = at or datetime.now(UTC)
    return {
        "content-type": "application/json",
        "webhook-id": event_id,
        "webhook-timestamp": str(int(signed_at.timestamp())),
        "webhook-signature": Webhook(secret).sign(event_id, signed_at, body.decode()),
    }


def event(kind: str, data: dict[str, Any], at: str = "2026-11-03T06:00:00Z") -> dict[str, Any]:
    """An event as it is posted."""
    return {"type": kind, "timestamp": at, "data": data}


def invoice(**fields: Any) -> dict[str, Any]:
    """The rent for November, 8 450 kr, due on 30 October and not paid, as reported on the morning of 3 November."""
    return {
        "invoice_id": "INV-1", "tenancy_id": "T-1", "period": "2026-11", "due_date": "2026-10-30",
        "amount": 845_000, "remaining": 845_000, "currency": "SEK", "as_of": "2026-11-03T05:30:00Z",
        "kind": "rent", "payment_method": "invoice", "reference": "7310042", "paid_on": None,
        "deferred_until": None, "disputed": False, "in_collection": False, "reminded_on": None, "replaces": None,
    } | fields  # fmt: skip


def tenant(**fields: Any) -> dict[str, Any]:
    """Amina, the primary holder, with a phone."""
    return {
        "tenant_id": "T-1-P", "given_name": "Amina", "family_name": "Berg", "phone": "070-174 06 05",
        "email": "amina.berg@example.org", "language": "sv", "channel": "sms", "primary": True,
        "protected_identity": False, "deceased": False, "organisation": False, "representative": None,
    } | fields  # fmt: skip


def tenancy(*tenants: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Amina's home since 2024; other holders when given."""
    return {
        "tenancy_id": "T-1", "starts_on": "2024-02-01", "address": "Lärkvägen 2, lgh 1001", "area": "Lärkan",
        "municipality": "Norrängen", "payment_method": "invoice", "children_in_household": None, "kind": "home",
        "tenants": list(tenants) or [tenant()], "as_of": "2026-11-03T05:00:00Z",
    } | fields  # fmt: skip


def ledger(**fields: Any) -> dict[str, Any]:
    return {"as_of": "2026-11-03T05:30:00Z", "booked_through": "2026-11-02"} | fields


def deliver(engine: Engine, *events: dict[str, Any], now: datetime = NOW, ids: Iterable[str] = ()) -> list[Answer]:
    """Put events into the inbox as the webhook does, each under an id of its own unless `ids` are given."""
    own = iter(ids or (f"evt-{next(_numbers)}" for _ in events))
    reading = Reading(now=now, country="SE")
    with writing(engine) as session:
        requests = [read_request(next(own), json.dumps(one).encode(), reading) for one in events]
        return append_requests(session, requests, now)


def tell(service: Service, *events: dict[str, Any], now: datetime = NOW) -> None:
    """Deliver events and apply them."""
    deliver(service.engine, *events, now=now)
    apply_events(service, now)


@dataclass
class RentSystem:
    """A rent system that posts to Kvar over HTTP, and keeps the last answer of each event."""

    http: TestClient
    secret: str = SECRET
    answers: dict[str, Any] = field(default_factory=dict)

    def post(self, content: dict[str, Any], event_id: str | None = None) -> Any:
        """Post one event; returns the response."""
        return self.raw(json.dumps(content).encode(), event_id)

    def raw(self, body: bytes, event_id: str | None = None, *, drop: Sequence[str] = (), **headers: str) -> Any:
        """Post a body as it is, rightly signed, except for the headers that are dropped or given here."""
        own_id = event_id or f"evt-{next(_numbers)}"
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        signed = {name: value for name, value in sign(self.secret, own_id, body).items() if name not in drop}
        return self.http.post("/webhooks/rent", content=body, headers=signed | named)


def rent_client(
    engine: Engine, *, secrets: Sequence[str] = (SECRET,), at: datetime = NOW, intake: Intake | None = None
) -> TestClient:
    """The rent webhook alone over HTTP, at a fixed app time; enter it so that the inbox is written."""
    writer = intake or Intake(engine, lambda: at)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        writer.start()
        yield
        writer.stop()

    app = Starlette(routes=rent_routes(writer, secrets, lambda: at, "SE"), lifespan=lifespan)
    return TestClient(app, raise_server_exceptions=False)
