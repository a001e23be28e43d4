"""`/callbacks`: who asked to be phoned, and by when."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.store import reads
from app.vocabulary import CallbackState
from app.web.api.access import READ
from app.web.api.inputs import TenancyQuery
from app.web.api.paging import Cursor, Limit, Page, cursor_of, cut, number_at
from app.web.api.shapes import CallbackShape
from app.web.api.tell import tell_callback
from app.web.deps import Reading

router = APIRouter(prefix="/callbacks", tags=["call-backs"], dependencies=[READ])


@router.get("")
def list_callbacks(
    session: Reading,
    state: Annotated[CallbackState | None, Query()] = None,
    tenancy_id: TenancyQuery = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[CallbackShape]:
    found = reads.callbacks(session, state=state, tenancy_id=tenancy_id, before=number_at(cursor), limit=limit + 1)
    callbacks, last = cut(found, limit)
    following = cursor_of(last.id or 0) if last else None
    return Page(items=[tell_callback(callback) for callback in callbacks], next_cursor=following)
