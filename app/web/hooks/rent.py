"""The rent system's door: verify, read, put on disk, answer. An answer of 2xx is given only after commit."""

from collections.abc import Callable, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from anyio import to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.errors import AppError, Conflict, Invalid, Malformed, TooLarge, Unavailable
from app.flows.intake import Answer, Intake
from app.flows.rent_events import Reading
from app.flows.rent_reading import Request as RentRequest
from app.flows.rent_reading import read_request
from app.store.inbox import Kept
from app.vocabulary import InboxState
from app.web.deps import open_to
from app.web.hooks.signature import Verifier
from app.web.problems import problem_response

MAX_BODY: Final = 1024 * 1024
_READ_IN_THREAD: Final = 64 * 1024
"""A larger body (a batch) takes long enough to read that others should not wait for it."""


class NoSecrets(Unavailable):
    """Nothing can be verified: set KVAR_RENT_WEBHOOK_SECRETS."""


class BodyTooLarge(TooLarge):
    """The body is larger than 1 MiB. Send fewer events in one batch."""


class BodyCut(Malformed):
    """The connection ended before the body did."""


class WrongEvent(Invalid):
    """The event is kept as rejected. Correct it and send it again under the same id."""


class OtherBody(Conflict):
    """This webhook-id came before with another body. The first one counts; this one is kept beside it."""


def rent_routes(intake: Intake, secrets: Sequence[str], clock: Callable[[], datetime], country: str) -> list[Route]:
    """`POST /webhooks/rent`. `clock` is the app's, against which `as_of` is judged; signatures go by the real one."""
    verifier = Verifier(secrets)

    @open_to("the rent system, signed")
    async def receive(request: Request) -> Response:
        try:
            if not verifier:
                raise NoSecrets
            body = await _body(request)
            event_id = verifier.verify(request.headers, body)
            reading = Reading(now=clock(), country=country)
            asked = await _read(event_id, body, reading)
            return _answer(asked, await intake.put(asked))
        except AppError as error:
            return problem_response(error)

    return [Route("/webhooks/rent", receive, methods=["POST"])]


async def _body(request: Request) -> bytes:
    """The whole body, never more than MAX_BODY of it, whatever length it was announced with."""
    announced = request.headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and int(announced[:20]) > MAX_BODY:
        raise BodyTooLarge
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BODY:
                raise BodyTooLarge
    except ClientDisconnect as error:
        raise BodyCut from error
    return bytes(body)


async def _read(event_id: str, body: bytes, reading: Reading) -> RentRequest:
    if len(body) > _READ_IN_THREAD:
        return await to_thread.run_sync(read_request, event_id, body, reading)
    return read_request(event_id, body, reading)


def _answer(asked: RentRequest, answer: Answer) -> Response:
    first = answer[0]
    if first.state is InboxState.CONFLICT:
        raise OtherBody
    if asked.is_batch:
        results = [_result(kept) for kept in answer[1:]]
        status = "duplicate" if first.duplicate else "accepted"
        return _accepted({"id": first.arrival.event_id, "status": status, "results": results})
    if first.state is InboxState.REJECTED and not first.duplicate:
        raise WrongEvent(errors=first.arrival.problems)
    return _accepted({"id": first.arrival.event_id, "status": _status(first)})


def _result(kept: Kept) -> dict[str, Any]:
    """The result of one event of a batch; `errors` point into that event."""
    result: dict[str, Any] = {"id": kept.arrival.event_id, "status": _status(kept)}
    if kept.state is InboxState.REJECTED:
        result["errors"] = [{"pointer": p.pointer, "detail": p.detail} for p in kept.arrival.problems]
    return result


def _status(kept: Kept) -> str:
    return "duplicate" if kept.duplicate else kept.state.value


def _accepted(content: dict[str, Any]) -> Response:
    return JSONResponse(content, status_code=HTTPStatus.ACCEPTED)
