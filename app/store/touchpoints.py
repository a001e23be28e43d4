"""The touchpoint log: append to a tenancy's chain, read it back."""

import json
import secrets
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import select as sql_select
from sqlalchemy import type_coerce
from sqlalchemy.types import NullType
from sqlmodel import Session, col, select

from app.models import Message, Touchpoint, TouchpointContent
from app.policy.because import Because
from app.policy.chain import content_hash, entry_hash, genesis
from app.store.engine import lock_tenancies
from app.vocabulary import Channel, Direction, TouchpointKind


class Entry(NamedTuple):
    """A touchpoint with its content (None when erased) and the message it is about, if any."""

    touchpoint: Touchpoint
    content: TouchpointContent | None
    message: Message | None


def append(
    session: Session,
    tenancy_id: str,
    *,
    at: datetime,
    kind: TouchpointKind,
    actor: str,
    because: Because | None = None,
    channel: Channel | None = None,
    direction: Direction | None = None,
    message: Message | None = None,
    text: str | None = None,
) -> Touchpoint:
    """Add one entry at the end of the tenancy's chain, under the tenancy's lock.
    With `message`, its channel, direction, template and (unless given) its words and its reason are taken from it.
    `actor` is `kvar`, `tenant`, or a person's name.
    """
    lock_tenancies(session, [tenancy_id])
    seq, previous_hash = _place(session, tenancy_id)
    code, values = _reason(because, message)
    words, salt = _words(message) if text is None and message else text, secrets.token_hex(32)
    touchpoint = Touchpoint(
        tenancy_id=tenancy_id,
        seq=seq,
        at=at,
        kind=kind,
        channel=channel,
        direction=direction,
        actor=actor,
        code=code,
        content_hash=content_hash(salt, words, values),
        previous_hash=previous_hash,
        hash="",
    )
    _take_from(message, touchpoint)
    touchpoint.hash = entry_hash({name: getattr(touchpoint, name) for name in Touchpoint.model_fields})
    session.add(touchpoint)
    session.flush()
    session.add(TouchpointContent(touchpoint_id=touchpoint.id or 0, text=words, values=values, salt=salt))
    return touchpoint


def _place(session: Session, tenancy_id: str) -> tuple[int, str]:
    """The next number in the chain, and the hash it follows."""
    head = session.exec(
        select(Touchpoint.seq, Touchpoint.hash)
        .where(Touchpoint.tenancy_id == tenancy_id)
        .order_by(col(Touchpoint.seq).desc())
        .limit(1)
    ).first()
    return (head[0] + 1, head[1]) if head else (1, genesis(tenancy_id))


def _take_from(message: Message | None, touchpoint: Touchpoint) -> None:
    if message is None:
        return
    touchpoint.channel, touchpoint.direction, touchpoint.message_id = message.channel, message.direction, message.id
    touchpoint.template_key, touchpoint.template_version = message.template_key, message.template_version


def page(session: Session, tenancy_id: str, *, before: int | None = None, limit: int = 50) -> list[Entry]:
    """The newest entries of a tenancy, newest first; with `before`, those with a lower sequence number."""
    statement = (
        select(Touchpoint, TouchpointContent, Message)
        .join(TouchpointContent, col(TouchpointContent.touchpoint_id) == col(Touchpoint.id), isouter=True)
        .join(Message, col(Message.id) == col(Touchpoint.message_id), isouter=True)
        .where(Touchpoint.tenancy_id == tenancy_id)
        .order_by(col(Touchpoint.seq).desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(Touchpoint.seq < before)
    return [Entry(*row) for row in session.exec(statement)]


class Raw(NamedTuple):
    """An entry as it lies in the database: what somebody wrote into it by hand need not be a word or a moment."""

    columns: Mapping[str, Any]
    content: tuple[Any, Any, Any] | None
    """Text, values and salt; None when erased."""


def everything(session: Session) -> Iterator[Raw]:
    """Every chain from its beginning, tenancy by tenancy, read a thousand rows at a time."""
    entry, content = Touchpoint.metadata.tables["touchpoint"], Touchpoint.metadata.tables["touchpoint_content"]
    statement = (
        sql_select(
            *(type_coerce(column, NullType()).label(f"e_{column.name}") for column in entry.columns),
            *(type_coerce(column, NullType()).label(f"c_{column.name}") for column in content.columns),
        )
        .select_from(entry.outerjoin(content, content.c.touchpoint_id == entry.c.id))
        .order_by(entry.c.tenancy_id, entry.c.seq)
        .execution_options(yield_per=1000)
    )
    for row in session.execute(statement).mappings():
        said = (row["c_text"], _parsed(row["c_values"]), row["c_salt"]) if row["c_touchpoint_id"] else None
        columns = {column.name: row[f"e_{column.name}"] for column in entry.columns}
        yield Raw(columns | {"at": _moment(columns["at"])}, said)


def _moment(value: object) -> object:
    """SQLite keeps moments as text, in UTC."""
    if not isinstance(value, str):
        return value
    try:
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    except ValueError:
        return value


def _parsed(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _reason(because: Because | None, message: Message | None) -> tuple[str | None, dict[str, object] | None]:
    if because is not None:
        return because.code.value, dict(because.as_dict()) or None
    if message is not None and message.because_code:
        return message.because_code, dict(message.because_values or {}) or None
    return None, None


def _words(message: Message) -> str:
    """What the other party reads: an e-mail begins with its subject line."""
    return f"{message.subject}\n\n{message.body}" if message.subject else message.body
