"""Whether the process lives (`/healthz`) and whether it can do its work (`/readyz`). Neither tells of anybody."""

import time
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

import structlog
from fastapi import APIRouter, Request
from sqlalchemy.exc import SQLAlchemyError

from app.errors import Unavailable
from app.flows.service import Service
from app.store.engine import reading
from app.store.schema import newest_revision, revision
from app.web.deps import Running, open_to

_SILENCE: Final = 300.0
_RARE: Final = {"waiting_events": 1500.0, "retention": 7500.0}
"""Ticks that run seldom: twice their interval and a little, in seconds."""

_log = structlog.get_logger()
health_router = APIRouter(tags=["health"])
_needed = cache(newest_revision)


@health_router.get("/healthz")
@open_to("anyone: it says only that the process answers")
def healthz() -> dict[str, str]:
    """Answers as long as the process does. Looks at nothing, so that a slow database restarts nobody."""
    return {"status": "ok"}


@health_router.get("/readyz")
@open_to("anyone: it says only which part is not ready")
def readyz(request: Request, service: Running) -> dict[str, str]:
    """200 when the database answers with the schema this version needs, and every tick comes through; else 503."""
    ticks: Mapping[str, float] = getattr(request.app.state, "ticks", {})
    wrong = [*_database(service), *late_ticks(ticks, time.monotonic())]
    if wrong:
        raise Unavailable("Not ready: " + "; ".join(wrong) + ".")
    return {"status": "ready"}


def late_ticks(ticks: Mapping[str, float], now: float) -> list[str]:
    """What to say of ticks that have not come through for too long. `ticks`: name to monotonic seconds."""
    late = [name for name, last in dict(ticks).items() if now - last > _RARE.get(name, _SILENCE)]
    return [f"the tick {name} has not come through for too long" for name in sorted(late)]


def _database(service: Service) -> Iterator[str]:
    try:
        with reading(service.engine) as session:
            found = revision(session)
    except SQLAlchemyError as error:
        _log.warning("database_unreachable", error=type(error).__name__)
        yield "the database does not answer"
        return
    if found != _needed():
        yield "the database is not at the schema that this version needs"
