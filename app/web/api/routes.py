"""The JSON API, `/api/v1`, and its description as OpenAPI."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse

from app.web.api import callbacks, cases, inbox, messages, tenancies
from app.web.api.shapes import ProblemShape
from app.web.deps import open_to

_PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": ProblemShape, "description": words}
    for status, words in {
        401: "No API key, or one that is not in force",
        403: "The key's scope does not reach this",
        404: "There is no such thing",
        409: "It contradicts what was received before, or the same request is running",
        422: "Understood, but something in it is wrong",
    }.items()
}


def api_router() -> APIRouter:
    """Every route of the API. The service is read from `app.state.service`."""
    router = APIRouter(prefix="/api/v1", responses=_PROBLEMS)
    for part in (tenancies, cases, messages, callbacks, inbox):
        router.include_router(part.router)
    router.add_api_route("/openapi.json", openapi, include_in_schema=False, response_class=JSONResponse)
    return router


@open_to("anyone: it describes the API and holds nothing of anybody")
def openapi(request: Request) -> JSONResponse:
    return JSONResponse(request.app.openapi())
