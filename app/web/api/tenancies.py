"""`/tenancies`: one tenancy, and the log of everything that was and was not done for it."""

from fastapi import APIRouter

from app.errors import NotFound
from app.store import reads, touchpoints
from app.web.api.access import READ
from app.web.api.inputs import Language, RentId
from app.web.api.paging import Cursor, Limit, Page, cursor_of, cut, number_at
from app.web.api.shapes import TenancyShape, TouchpointShape
from app.web.api.tell import Teller, tell_tenancy
from app.web.deps import Reading, Running

router = APIRouter(prefix="/tenancies", tags=["tenancies"], dependencies=[READ])


@router.get("/{tenancy_id}")
def get_tenancy(tenancy_id: RentId, session: Reading, service: Running) -> TenancyShape:
    tenancy = reads.tenancy(session, tenancy_id)
    if tenancy is None:
        raise NotFound
    owed = reads.owed(session, [tenancy_id], service.rules.local_date(service.clock()))
    holders, open_case = reads.holders(session, tenancy_id), reads.open_case(session, tenancy_id)
    return tell_tenancy(tenancy, holders, open_case, owed[tenancy_id])


@router.get("/{tenancy_id}/touchpoints")
def list_touchpoints(
    tenancy_id: RentId,
    session: Reading,
    service: Running,
    language: Language,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[TouchpointShape]:
    if reads.tenancy(session, tenancy_id) is None:
        raise NotFound
    entries, last = cut(touchpoints.page(session, tenancy_id, before=number_at(cursor), limit=limit + 1), limit)
    teller = Teller(language, service.rules.timezone)
    following = cursor_of(last.touchpoint.seq) if last else None
    return Page(items=[teller.touchpoint(entry) for entry in entries], next_cursor=following)
