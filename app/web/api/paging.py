"""Pages: newest first, each with an opaque cursor to the next. A cursor is a place, so that new rows move nothing."""

import base64
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Final, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel

from app.errors import FieldError, Invalid

Limit = Annotated[int, Query(ge=1, le=200, description="How many items to return.")]
Cursor = Annotated[str | None, Query(max_length=200, description="`next_cursor` of the page before.")]
LARGEST_ID: Final = 2**63 - 1

_Item = TypeVar("_Item")
_Row = TypeVar("_Row")


class Page(BaseModel, Generic[_Item]):
    """Newest first. `next_cursor` is null on the last page."""

    items: list[_Item]
    next_cursor: str | None


def cut(rows: Sequence[_Row], limit: int) -> tuple[Sequence[_Row], _Row | None]:
    """The page, and the row that the next one comes after: None on the last. `rows` holds one more than fits."""
    return rows[:limit], rows[limit - 1] if len(rows) > limit else None


def cursor_of(*place: int | str | datetime) -> str:
    """A place as a cursor."""
    plain = [part.astimezone(UTC).isoformat() if isinstance(part, datetime) else part for part in place]
    return base64.urlsafe_b64encode(json.dumps(plain, separators=(",", ":")).encode()).decode().rstrip("=")


def number_at(cursor: str | None) -> int | None:
    """The id or sequence number in a cursor. Raises Invalid."""
    if cursor is None:
        return None
    match _parts(cursor):
        case [int(number)] if not isinstance(number, bool) and 0 < number <= LARGEST_ID:
            return number
    raise _bad_cursor()


def moment_at(cursor: str | None) -> tuple[datetime, str] | None:
    """The moment and the id in a cursor. Raises Invalid."""
    if cursor is None:
        return None
    match _parts(cursor):
        case [str(moment), str(identity)] if identity.isascii() and identity.isalnum():
            try:
                at = datetime.fromisoformat(moment)
            except ValueError:
                raise _bad_cursor() from None
            if at.tzinfo is UTC:
                return at, identity
    raise _bad_cursor()


def _parts(cursor: str) -> object:
    try:
        return json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (ValueError, RecursionError):
        raise _bad_cursor() from None


def _bad_cursor() -> Invalid:
    detail = "is not a cursor of this list; leave it out to begin again"
    return Invalid(f"The cursor {detail}.", errors=[FieldError("/query/cursor", detail)])
