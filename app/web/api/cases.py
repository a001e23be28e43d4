"""`/cases`: what is owed, what comes next and why; and what people did about it elsewhere."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Query
from pydantic import BaseModel
from sqlmodel import Session

from app.errors import Conflict, FieldError, Invalid, NotFound
from app.flows.contacts import log_contact
from app.flows.holds import set_hold
from app.flows.keys import Caller
from app.flows.outreach import look_ahead
from app.flows.service import Service
from app.models import Case
from app.store import reads
from app.store.engine import reading
from app.vocabulary import CallOutcome, CaseState, HoldKind, StepKind
from app.web.api.access import READ, Writer
from app.web.api.inputs import ContactMade, HoldWanted, Language, Once, RowId, TenancyQuery, within
from app.web.api.once import do_once
from app.web.api.paging import Cursor, Limit, Page, cursor_of, cut, number_at
from app.web.api.shapes import CaseShape
from app.web.api.tell import Teller
from app.web.deps import Reading, Running

router = APIRouter(prefix="/cases", tags=["cases"])
_SLACK: Final = timedelta(minutes=10)
"""Clocks differ."""
_YEAR: Final = timedelta(days=366)


@router.get("", dependencies=[READ])
def list_cases(
    session: Reading,
    service: Running,
    language: Language,
    state: Annotated[CaseState | None, Query()] = None,
    tenancy_id: TenancyQuery = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[CaseShape]:
    found = reads.cases(session, state=state, tenancy_id=tenancy_id, before=number_at(cursor), limit=limit + 1)
    cases, last = cut(found, limit)
    following = cursor_of(last.id or 0) if last else None
    return Page(items=_told(session, service, cases, language), next_cursor=following)


@router.get("/{case_id}", dependencies=[READ])
def get_case(case_id: RowId, session: Reading, service: Running, language: Language) -> CaseShape:
    return _told(session, service, [_known(session, case_id)], language)[0]


@router.post("/{case_id}/touchpoints", status_code=201)
def add_touchpoint(
    case_id: RowId, body: ContactMade, caller: Writer, service: Running, language: Language, key: Once = None
) -> CaseShape:
    """A call or visit made elsewhere is logged and acted on. Answers with the case as it is then."""

    def effect(session: Session, case: Case, now: datetime) -> None:
        _check_contact(body, now)
        log_contact(
            session,
            service,
            tenancy_id=case.tenancy_id,
            kind=StepKind(body.kind),
            outcome=body.outcome,
            by=body.by,
            at=min(body.at, now),
            now=now,
        )

    return _change(service, caller, key, (case_id, body), effect, language=language)


@router.post("/{case_id}/holds", status_code=201)
def add_hold(
    case_id: RowId, body: HoldWanted, caller: Writer, service: Running, language: Language, key: Once = None
) -> CaseShape:
    """Nothing automatic happens in the case until then. Answers with the case as it is then."""

    def effect(session: Session, case: Case, now: datetime) -> None:
        if not within(body.until, now, now + _YEAR):
            raise _wrong("/until", "must lie ahead, within a year")
        if case.state is not CaseState.OPEN:
            raise Conflict("The case is closed: there is nothing to hold.")
        set_hold(
            session,
            tenancy_id=case.tenancy_id,
            kind=HoldKind.STAFF,
            by=caller.name,
            now=now,
            until=body.until,
            note=body.reason,
        )

    return _change(service, caller, key, (case_id, body), effect, language=language)


def _change(
    service: Service,
    caller: Caller,
    key: str | None,
    asked: tuple[int, BaseModel],
    effect: Callable[[Session, Case, datetime], None],
    *,
    language: str,
) -> CaseShape:
    """Run an effect on a case once, commit it, then tell the case."""
    case_id, body = asked
    request = {"case": case_id, "what": type(body).__name__, "body": body.model_dump(mode="json")}
    do_once(service, caller, key, request, lambda session, now: effect(session, _known(session, case_id), now))
    with reading(service.engine) as session:
        return _told(session, service, [_known(session, case_id)], language)[0]


def _told(session: Session, service: Service, cases: Sequence[Case], language: str) -> list[CaseShape]:
    """The cases with what comes next for each, decided on the facts of this moment."""
    now, teller = service.clock(), Teller(language, service.rules.timezone)
    owed = reads.owed(session, [case.tenancy_id for case in cases], service.rules.local_date(now))
    return [
        teller.case(
            case,
            owed[case.tenancy_id],
            look_ahead(session, service, case.id or 0, now) if case.state is CaseState.OPEN else None,
            now,
        )
        for case in cases
    ]


def _known(session: Session, case_id: int) -> Case:
    case = reads.case(session, case_id)
    if case is None:
        raise NotFound
    return case


def _check_contact(body: ContactMade, now: datetime) -> None:
    if not within(body.at, now - _YEAR, now + _SLACK):
        raise _wrong("/at", "must be a time in the last year, not ahead")
    if body.kind == "visit" and body.outcome is CallOutcome.WRONG_NUMBER:
        raise _wrong("/outcome", "wrong_number belongs to a call")


def _wrong(pointer: str, detail: str) -> Invalid:
    return Invalid(errors=[FieldError(pointer, detail)])
