"""API keys by their digest, and the requests that callers asked not to have repeated."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, delete, update
from sqlmodel import Session, col, select

from app.models import ApiKey, IdempotencyKey
from app.store.engine import insert_new
from app.vocabulary import KeyScope


def add(session: Session, *, name: str, scope: KeyScope, digest: str, now: datetime) -> bool:
    """Keep a key; False when the name is taken."""
    row = {"name": name, "scope": scope, "digest": digest, "created_at": now}
    return insert_new(session, ApiKey, [row]) == 1


def by_digest(session: Session, digest: str) -> ApiKey | None:
    """The key with this digest that is not revoked."""
    return session.exec(select(ApiKey).where(ApiKey.digest == digest, col(ApiKey.revoked_at).is_(None))).first()


def by_name(session: Session, name: str) -> ApiKey | None:
    return session.exec(select(ApiKey).where(ApiKey.name == name)).first()


def everyone(session: Session) -> Sequence[ApiKey]:
    """All keys, revoked ones too, by name."""
    return session.exec(select(ApiKey).order_by(ApiKey.name)).all()


def revoke(session: Session, name: str, now: datetime) -> bool:
    """End a key; False when it had ended before."""
    ended = update(ApiKey).where(col(ApiKey.name) == name, col(ApiKey.revoked_at).is_(None)).values(revoked_at=now)
    return _changed(session, ended) == 1


def reserve(session: Session, row: IdempotencyKey, now: datetime) -> bool:
    """Claim a caller's request, also from one whose lease has run out; False when somebody has or had it."""
    if insert_new(session, IdempotencyKey, [row.model_dump()]):
        return True
    lapsed = (
        update(IdempotencyKey)
        .where(
            col(IdempotencyKey.api_key_id) == row.api_key_id,
            col(IdempotencyKey.key) == row.key,
            col(IdempotencyKey.request_digest) == row.request_digest,
            col(IdempotencyKey.status).is_(None),
            col(IdempotencyKey.lease_until) <= now,
        )
        .values(claim=row.claim, lease_until=row.lease_until)
    )
    return _changed(session, lapsed) == 1


def reserved(session: Session, api_key_id: int, key: str) -> IdempotencyKey | None:
    return session.get(IdempotencyKey, (api_key_id, key))


def finish(session: Session, claim: str, status: int) -> bool:
    """Mark the claimed request as done; False when the claim has been lost."""
    done = update(IdempotencyKey).where(col(IdempotencyKey.claim) == claim, col(IdempotencyKey.status).is_(None))
    return _changed(session, done.values(status=status)) == 1


def give_up(session: Session, claim: str) -> None:
    """Forget a claimed request that had no effect, so that it may be sent again."""
    session.execute(
        delete(IdempotencyKey).where(col(IdempotencyKey.claim) == claim, col(IdempotencyKey.status).is_(None))
    )


def forget_before(session: Session, moment: datetime) -> None:
    session.execute(delete(IdempotencyKey).where(col(IdempotencyKey.created_at) < moment))


def _changed(session: Session, statement: Any) -> int:
    result = session.execute(statement)
    return result.rowcount if isinstance(result, CursorResult) else 0
