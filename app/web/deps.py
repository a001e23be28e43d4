"""What routes share: the service, a session to read with, and who may call."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import Depends, Request
from fastapi.routing import RouteContext
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlmodel import Session
from starlette.routing import BaseRoute

from app.errors import Forbidden
from app.flows.keys import Caller, recognise
from app.flows.service import Service
from app.store.engine import reading
from app.vocabulary import KeyScope
from app.web.problems import KeyRequired

_bearer = HTTPBearer(auto_error=False, description="An API key, from `kvar keys add NAME --scope read`.")
_Endpoint = TypeVar("_Endpoint", bound=Callable[..., object])


def service_of(request: Request) -> Service:
    """The running Kvar, as `main` handed it to the app."""
    service: Service = request.app.state.service
    return service


Running = Annotated[Service, Depends(service_of)]


def _reading(service: Running) -> Iterator[Session]:
    with reading(service.engine) as session:
        yield session


# The scope ends the transaction before the answer leaves, so that a slow client holds no connection.
Reading = Annotated[Session, Depends(_reading, scope="function")]


@dataclass(frozen=True, slots=True)
class Needs:
    """A dependency: the caller's API key must reach `scope`. Raises KeyRequired (401) or Forbidden (403)."""

    scope: KeyScope

    def __call__(
        self, service: Running, sent: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
    ) -> Caller:
        if sent is None:
            raise KeyRequired
        with reading(service.engine) as session:
            caller = recognise(session, sent.credentials)
        if caller is None:
            raise KeyRequired
        if not caller.may(self.scope):
            has = caller.scope.value
            raise Forbidden(f"This needs a key with scope {self.scope.value}; the key {caller.name} has {has}.")
        return caller


def open_to(who: str) -> Callable[[_Endpoint], _Endpoint]:
    """Declare who may call an endpoint that asks for no API key, in words: `anyone`, `the rent system, signed`."""

    def mark(endpoint: _Endpoint) -> _Endpoint:
        endpoint.open_to = who  # type: ignore[attr-defined]
        return endpoint

    return mark


def who_may_call(route: BaseRoute | RouteContext) -> str | None:
    """What a route declares about its callers: `key: read`, or the words of `open_to`; None when it says nothing."""
    dependant = getattr(route, "dependant", None)
    needs = [d.call.scope for d in dependant.dependencies if isinstance(d.call, Needs)] if dependant else []
    if needs:
        return f"key: {max(needs, key=list(KeyScope).index).value}"
    said = getattr(getattr(route, "endpoint", None), "open_to", None)
    return said if isinstance(said, str) else None
