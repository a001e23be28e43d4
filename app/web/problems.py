"""Every error leaves as an RFC 9457 problem document; none repeats what was sent in."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.errors import AppError, FieldError, Invalid, Unauthorised

_log = structlog.get_logger()
_PLACES = {"body": "", "query": "/query", "path": "/path", "header": "/header", "cookie": "/cookie"}


class KeyRequired(Unauthorised):
    """Send a valid API key in the header: `Authorization: Bearer kvar_…`."""


class Problem(JSONResponse):
    media_type = "application/problem+json"


def problem_response(error: AppError) -> Response:
    """The error as `application/problem+json`: type, title, status, detail, and errors when fields are to blame."""
    content: dict[str, Any] = {
        "type": "about:blank",
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
    }
    if error.errors:
        content["errors"] = [{"pointer": e.pointer, "detail": e.detail} for e in error.errors]
    headers = {"WWW-Authenticate": 'Bearer realm="kvar"'} if isinstance(error, KeyRequired) else None
    return Problem(content, status_code=error.status, headers=headers)


def field_errors(errors: Sequence[Any], *, places: bool = False) -> list[FieldError]:
    """Pydantic's errors as JSON pointers and advice, without the offending value.

    `places`: the first part of each location says where in the request it stands (`body`, `query`, …).
    """
    return [FieldError(_pointer(_location(error), places=places), _advice(error)) for error in errors]


def install_problems(app: FastAPI) -> None:
    """Answer every exception of `app` with a problem document."""

    async def app_error(_request: Request, error: Exception) -> Response:
        return problem_response(error if isinstance(error, AppError) else AppError())

    async def validation(_request: Request, error: Exception) -> Response:
        found = error.errors() if isinstance(error, RequestValidationError) else []
        return problem_response(Invalid(errors=field_errors(found, places=True)))

    async def http(_request: Request, error: Exception) -> Response:
        return _from_http(error) if isinstance(error, HTTPException) else problem_response(AppError())

    async def unexpected(request: Request, error: Exception) -> Response:
        route = getattr(request.scope.get("route"), "path", None)
        _log.error("request_failed", method=request.method, route=route, error=type(error).__name__, exc_info=error)
        return problem_response(AppError("Something went wrong in Kvar. It has been logged."))

    app.add_exception_handler(AppError, app_error)
    app.add_exception_handler(RequestValidationError, validation)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(Exception, unexpected)


def _from_http(error: HTTPException) -> Response:
    """The framework's own errors (no such route, wrong method): its headers are kept, its words are not."""
    status = HTTPStatus(error.status_code)
    content = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": status.description}
    return Problem(content, status_code=status.value, headers=error.headers)


def _location(error: Any) -> tuple[object, ...]:
    """Where the field is; a body that is not JSON has no fields, only the place where reading stopped."""
    location = tuple(error["loc"])
    return location[:1] if error["type"] == "json_invalid" else location


def _pointer(location: tuple[object, ...], *, places: bool) -> str:
    """RFC 6901. What is wrong with the body stands without a prefix, as it does in the body itself."""
    prefix = ""
    if places and location:
        prefix, location = _PLACES.get(str(location[0]), ""), location[1:]
    return prefix + "".join("/" + _part(part) for part in location)


def _part(part: object) -> str:
    """One step of a pointer. A field name may be the sender's own: kept short, and always encodable."""
    name = str(part)[:100].encode(errors="replace").decode()
    return name.replace("~", "~0").replace("/", "~1")


def _advice(error: Any) -> str:
    """Pydantic's sentence, except where it quotes the input."""
    if error["type"] == "json_invalid":
        return "the body is not valid JSON"
    if error["type"] == "extra_forbidden":
        return "this field is not known here"
    if error["type"] == "string_pattern_mismatch":
        return "has characters, or a form, that is not allowed here"
    return str(error["msg"])
