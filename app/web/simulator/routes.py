"""The simulator's doors. Only when `create_app` is given a simulator are they registered; otherwise all are 404.

Each order is carried out under the simulator's lock and followed by the ticks, so that what it leads to is there when
the answer comes. A form is answered with a redirect back to the page, JSON with the time.
"""

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Final
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from app.errors import Conflict, FieldError, Invalid, NotFound
from app.flows import callbacks, contacts, replies
from app.store.engine import reading, writing
from app.vocabulary import CallOutcome, StepKind
from app.web.deps import Running, open_to
from app.web.simulator.clockwork import advance
from app.web.simulator.guard import OPEN_TO, loopback_only
from app.web.simulator.inputs import (
    CallbackOrder,
    MadeCall,
    MovedClock,
    Plain,
    RentOrder,
    SentMessage,
    body,
    parse,
    wants_json,
)
from app.web.simulator.page import render
from app.web.simulator.view import Asked, build
from app.web.simulator.words import words_of
from app.web.simulator.world import Simulator

_FARTHEST: Final = timedelta(days=62)
_MOST_LINES: Final = 600
_Fields = Annotated[dict[str, Any], Depends(body)]
_Door = Callable[..., Response]


def simulator_router(simulator: Simulator) -> APIRouter:
    """The page and its doors, over one simulated neighbourhood."""
    router = APIRouter(dependencies=[Depends(loopback_only)], include_in_schema=False)
    router.get("/demo")(_page(simulator))
    doors: dict[str, _Door] = {
        "/simulator/messages": _messages(simulator),
        "/simulator/clock": _clock(simulator),
        "/simulator/rent": _rent(simulator),
        "/simulator/callbacks/{callback_id}": _callbacks(simulator),
        "/simulator/calls": _calls(simulator),
        "/simulator/replies/{message_id}": _replies(simulator),
        "/simulator/restart": _restart(simulator),
    }
    for path, door in doors.items():
        router.post(path)(door)
    return router


def _page(simulator: Simulator) -> _Door:
    @open_to(OPEN_TO)
    def show(
        service: Running,
        language: str = "sv",
        phones: Annotated[list[str] | None, Query(max_length=50)] = None,
        lines: Annotated[int, Query(ge=1, le=_MOST_LINES)] = 16,
    ) -> Response:
        words = words_of(language)
        chosen = tuple(one for listed in phones or () for one in listed.split(",") if one)
        with simulator.lock, reading(service.engine) as session:
            page = build(session, simulator, service, Asked(phones=chosen, lines=lines), words)
        return render(page, words)

    return show


def _messages(simulator: Simulator) -> _Door:
    @open_to(OPEN_TO)
    def receive(request: Request, service: Running, fields: _Fields) -> Response:
        sent = parse(SentMessage, fields)
        with simulator.lock:
            now = simulator.clock()
            with writing(service.engine) as session:
                message_id = replies.receive(
                    session,
                    service,
                    provider="simulator",
                    provider_ref=sent.id or uuid.uuid4().hex,
                    sender=sent.sender,
                    body=sent.text,
                    now=now,
                )
            simulator.run_ticks(service, now)
        return _done(request, sent.back, now, message_id=message_id)

    return receive


def _clock(simulator: Simulator) -> _Door:
    @open_to(OPEN_TO)
    def move(request: Request, service: Running, fields: _Fields) -> Response:
        moved = parse(MovedClock, fields)
        with simulator.lock:
            now = simulator.clock()
            target = moved.target(now).astimezone(UTC)
            if not now <= target <= now + _FARTHEST:
                raise Conflict(
                    f"The clock stands at {now:%Y-%m-%dT%H:%M:%SZ}; it moves forward, at most two months at once."
                )
            advance(simulator, service, target)
        return _done(request, moved.back, target)

    return move


def _rent(simulator: Simulator) -> _Door:
    @open_to(OPEN_TO)
    def order(request: Request, service: Running, fields: _Fields) -> Response:
        wish = parse(RentOrder, fields)
        with simulator.lock:
            now = simulator.clock()
            _carry_out(simulator, wish, now)
            simulator.run_ticks(service, now)
        return _done(request, wish.back, now)

    return order


def _carry_out(simulator: Simulator, wish: RentOrder, now: datetime) -> None:
    rent_system = simulator.rent_system
    match wish.do:
        case "silence":
            rent_system.silence()
            return
        case "resume":
            rent_system.resume(now)
            return
    account = next((a for a in rent_system.accounts() if a.invoice_id == wish.invoice), None)
    if account is None:
        raise NotFound("The rent system has no such invoice to act on now.")
    match wish.do:
        case "miss":
            rent_system.miss(account.invoice_id)
        case "pay":
            paid_on = _day(wish.paid_on) if wish.paid_on else None
            rent_system.pay(account.invoice_id, now, amount=wish.amount, paid_on=paid_on)
        case "pay_part":
            half = max(account.remaining // 20_000 * 10_000, 100)
            rent_system.pay(account.invoice_id, now, amount=wish.amount or half)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(errors=[FieldError("/paid_on", "no such day")]) from error


def _callbacks(simulator: Simulator) -> _Door:
    @open_to(OPEN_TO)
    def answer(request: Request, service: Running, fields: _Fields, callback_id: int) -> Response:
        order = parse(CallbackOrder, fields)
        with simulator.lock:
            now = simulator.clock()
            with writing(service.engine) as session:
                match order.do:
                    case "take":
                        callbacks.take(session, callback_id, simulator.staff, now)
                    case "done":
                        callbacks.done(session, service, callback_id, simulator.staff, now)
                    case "no_answer":
                        callbacks.no_answer(session, service, callback_id, simulator.staff, now)
            simulator.run_ticks(service, now)
        return _done(request, order.back, now)

    return answer


def _calls(simulator: Simulator) -> _Door:
    @open_to(OPEN_TO)
    def call(request: Request, service: Running, fields: _Fields) -> Response:
        made = parse(MadeCall, fields)
        if made.tenancy not in {account.tenancy_id for account in simulator.rent_system.accounts()}:
            raise NotFound
        with simulator.lock:
            now = simulator.clock()
            with writing(service.engine) as session:
                contacts.log_contact(
                    session,
                    service,
                    tenancy_id=made.tenancy,
                    kind=StepKind.CALL,
                    outcome=CallOutcome(made.outcome),
                    by=simulator.staff,
                    at=now,
                    now=now,
                )
            simulator.run_ticks(service, now)
        return _done(request, made.back, now)

    return call


def _replies(simulator: Simulator) -> _Door:
    @open_to(OPEN_TO)
    def answered(request: Request, service: Running, fields: _Fields, message_id: str) -> Response:
        sent = parse(Plain, fields)
        with simulator.lock:
            now = simulator.clock()
            with writing(service.engine) as session:
                replies.handle(session, message_id, simulator.staff, now)
            simulator.run_ticks(service, now)
        return _done(request, sent.back, now)

    return answered


def _restart(simulator: Simulator) -> _Door:
    @open_to(OPEN_TO)
    def again(request: Request, fields: _Fields) -> Response:
        sent = parse(Plain, fields)
        with simulator.lock:
            simulator.restart()
        return _done(request, sent.back, None)

    return again


def _done(request: Request, back: str, now: datetime | None, **more: object) -> Response:
    if wants_json(request):
        told = {"now": now.isoformat(timespec="seconds").replace("+00:00", "Z")} if now else {}
        return JSONResponse(told | more)
    chosen = [
        (key, value) for key, value in parse_qsl(back.removeprefix("/demo?")) if key in {"language", "phones", "lines"}
    ]
    return RedirectResponse("/demo?" + urlencode(chosen) if chosen else "/demo", status_code=303)
