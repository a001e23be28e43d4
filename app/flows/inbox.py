"""The inbox for people: what came, what is wrong with it, and trying again what was rejected or not known.

A replay reads the kept body under today's schemas and today's clock; when it is right now, the next tick applies it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from app.errors import Conflict, FieldError, NotFound
from app.flows.rent_events import BATCH, Reading
from app.flows.rent_reading import read_event
from app.models import InboxEvent
from app.store import inbox_review
from app.vocabulary import InboxState


class NoSuchEvent(NotFound):
    """There is no event with this id in the inbox."""


class NotReplayable(Conflict):
    """Only an event that was rejected or ignored, and whose body is still kept, can be replayed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxItem:
    """One event as people see it. `problems` say what is wrong; `payload` is None once the body has been forgotten."""

    event_id: str
    revision: int
    type: str
    state: InboxState
    tenancy_id: str | None
    invoice_id: str | None
    as_of: datetime | None
    received_at: datetime
    settled_at: datetime | None
    superseded: bool
    body_sha256: str
    problems: tuple[FieldError, ...]
    payload: Mapping[str, Any] | None


def list_events(session: Session, *, states: Sequence[InboxState] = (), limit: int = 50) -> list[InboxItem]:
    """The newest events, newest first; only those in `states` when any is named."""
    return [_item(event) for event in inbox_review.listed(session, states, limit)]


def show_event(session: Session, event_id: str) -> list[InboxItem]:
    """Every body received under this id, the one that counts first. Raises NoSuchEvent."""
    found = inbox_review.revisions(session, event_id)
    if not found:
        raise NoSuchEvent
    return [_item(event) for event in found]


def replay(session: Session, event_id: str, *, now: datetime, country: str) -> InboxItem:
    """Judge the kept body again: accepted, or still rejected with what is wrong. Raises NoSuchEvent, NotReplayable."""
    found = inbox_review.revisions(session, event_id)
    if not found:
        raise NoSuchEvent
    event = found[0]
    if event.payload is None or event.type == BATCH or event.state not in inbox_review.REPLAYABLE:
        raise NotReplayable
    arrival = read_event(event_id, event.payload, Reading(now=now, country=country))
    if not inbox_review.put_back(session, event, arrival, now):
        raise NotReplayable
    return _item(event)


def replay_rejected(session: Session, *, now: datetime, country: str) -> list[InboxItem]:
    """Replay every rejected event, oldest first."""
    rejected = inbox_review.rejected_ids(session, BATCH)
    return [replay(session, event_id, now=now, country=country) for event_id in rejected]


def _item(event: InboxEvent) -> InboxItem:
    return InboxItem(
        event_id=event.event_id,
        revision=event.revision,
        type=event.type,
        state=event.state,
        tenancy_id=event.tenancy_id,
        invoice_id=event.invoice_id,
        as_of=event.as_of,
        received_at=event.received_at,
        settled_at=event.settled_at,
        superseded=event.superseded_by is not None,
        body_sha256=event.body_sha256,
        problems=tuple(FieldError(p["pointer"], p["detail"]) for p in event.problems or ()),
        payload=event.payload,
    )
