"""A POST with an `Idempotency-Key` has its effect once; the answer leaves only after its commit."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeAlias

from sqlmodel import Session

from app.flows.idempotency import claim, finish, give_up
from app.flows.keys import Caller
from app.flows.service import Service
from app.store.engine import writing

Effect: TypeAlias = Callable[[Session, datetime], None]


def do_once(service: Service, caller: Caller, key: str | None, request: Mapping[str, Any], effect: Effect) -> None:
    """Run `effect` in a transaction of its own, unless `key` says that this `request` has been done.

    Raises what the effect raises, Conflict while the same request runs, Invalid when the key belongs to another.
    """
    now = service.clock()
    if key is None:
        with writing(service.engine) as session:
            effect(session, now)
        return
    with writing(service.engine) as session:
        claimed = claim(session, caller, key, request, now)
    if claimed.status is not None:
        return
    try:
        with writing(service.engine) as session:
            effect(session, now)
            finish(session, claimed, 201)
    except Exception:
        with writing(service.engine) as session:
            give_up(session, claimed)
        raise
