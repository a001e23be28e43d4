"""`/messages`: everything that was said, in either direction, and what is about to be."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.errors import NotFound
from app.store import reads
from app.vocabulary import Channel, Direction, MessageState
from app.web.api.access import READ
from app.web.api.inputs import Language, MessageId, TenancyQuery
from app.web.api.paging import Cursor, Limit, Page, cursor_of, cut, moment_at
from app.web.api.shapes import MessageShape
from app.web.api.tell import Teller
from app.web.deps import Reading, Running

router = APIRouter(prefix="/messages", tags=["messages"], dependencies=[READ])


@router.get("")
def list_messages(
    session: Reading,
    service: Running,
    language: Language,
    tenancy_id: TenancyQuery = None,
    state: Annotated[MessageState | None, Query()] = None,
    direction: Annotated[Direction | None, Query()] = None,
    channel: Annotated[Channel | None, Query()] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[MessageShape]:
    which = reads.MessageFilter(tenancy_id, state, direction, channel)
    found, last = cut(reads.messages(session, which, before=moment_at(cursor), limit=limit + 1), limit)
    teller = Teller(language, service.rules.timezone)
    following = cursor_of(last.created_at, last.id) if last else None
    return Page(items=[teller.message(message) for message in found], next_cursor=following)


@router.get("/{message_id}")
def get_message(message_id: MessageId, session: Reading, service: Running, language: Language) -> MessageShape:
    message = reads.message(session, message_id)
    if message is None:
        raise NotFound
    return Teller(language, service.rules.timezone).message(message)
