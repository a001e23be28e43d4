"""A request that carries a key is done once: it is claimed before it runs, and marked done with its effect.

A caller that lost the answer sends the same again and is told how it went. A claim whose process died is free again
when its lease has run out; it cannot finish twice, because whoever finishes must still hold the claim.
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlmodel import Session

from app.errors import Conflict, FieldError, Invalid
from app.flows.keys import Caller
from app.models import IdempotencyKey
from app.policy.chain import canonical
from app.store import keys

LEASE: Final = timedelta(minutes=1)
KEPT: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Claim:
    """`status` is set when the request has been answered before: there is nothing left to do."""

    token: str
    status: int | None = None


def claim(session: Session, caller: Caller, key: str, request: Mapping[str, Any], now: datetime) -> Claim:
    """Take the right to run `request` (what is asked, as JSON values).

    Raises Conflict while the same request runs, Invalid when the key was used for another.
    """
    keys.forget_before(session, now - KEPT)
    row = IdempotencyKey(
        api_key_id=caller.id,
        key=key,
        request_digest=hashlib.sha256(canonical(request)).hexdigest(),
        claim=secrets.token_hex(16),
        lease_until=now + LEASE,
        created_at=now,
    )
    if keys.reserve(session, row, now):
        return Claim(row.claim)
    other = keys.reserved(session, caller.id, key)
    if other is not None and other.request_digest != row.request_digest:
        detail = "was used for another request; take a new key"
        raise Invalid(f"This Idempotency-Key {detail}.", errors=[FieldError("/header/Idempotency-Key", detail)])
    if other is None or other.status is None:
        raise Conflict("The same request is being handled. Ask again in a moment.")
    return Claim(other.claim, other.status)


def finish(session: Session, claimed: Claim, status: int) -> None:
    """Record the answer in the transaction of the effect. Raises Conflict when another has taken over."""
    if not keys.finish(session, claimed.token, status):
        raise Conflict("The same request was handled by another process. Ask again to see how it went.")


def give_up(session: Session, claimed: Claim) -> None:
    """Let go of a request that had no effect."""
    keys.give_up(session, claimed.token)
