"""`/inbox`: the webhook events that were received, and what became of them."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.store import reads
from app.vocabulary import InboxState
from app.web.api.access import READ
from app.web.api.inputs import TenancyQuery
from app.web.api.paging import Cursor, Limit, Page, cursor_of, cut, number_at
from app.web.api.shapes import InboxShape
from app.web.api.tell import tell_event
from app.web.deps import Reading

router = APIRouter(prefix="/inbox", tags=["inbox"], dependencies=[READ])


@router.get("")
def list_inbox(
    session: Reading,
    state: Annotated[InboxState | None, Query()] = None,
    tenancy_id: TenancyQuery = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[InboxShape]:
    found = reads.inbox(session, state=state, tenancy_id=tenancy_id, before=number_at(cursor), limit=limit + 1)
    events, last = cut(found, limit)
    following = cursor_of(last.id or 0) if last else None
    return Page(items=[tell_event(event) for event in events], next_cursor=following)
