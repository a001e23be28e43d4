"""The way into the inbox: one thread writes what all webhooks bring, a group at a time.

A request waits in a queue; the writer appends everything that waits in one transaction, and only after its commit does
any of them get an answer. A commit costs the disk the same for one event as for a thousand: a rush makes larger groups.
"""

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlmodel import Session

from app.errors import Unavailable
from app.flows.rent_reading import Request, tenants_named, without_points
from app.store import inbox, rent
from app.store.engine import writing
from app.store.inbox import Arrival, Kept
from app.vocabulary import InboxState

_log = structlog.get_logger()
_GROUP: Final = 2_000
Answer = tuple[Kept, ...]


class BacklogFull(Unavailable):
    """More is coming in than can be written to disk just now; send it again in a moment."""


class NotStored(Unavailable):
    """The event could not be written to disk; send it again."""


class NotRunning(Unavailable):
    """Kvar is starting or stopping; send it again in a moment."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    request: Request
    answer: "asyncio.Future[Answer]"
    loop: asyncio.AbstractEventLoop


class Intake:
    """The one writer of the inbox in this process. `backlog`: events that may wait before senders are turned away."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime], *, backlog: int = 20_000) -> None:
        self._engine = engine
        self._clock = clock
        self._backlog = backlog
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._events = 0
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to write."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="kvar-intake", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """Take no more, write what is waiting, and end."""
        with self._lock:
            thread, self._thread = self._thread, None
            if thread is not None:
                self._queue.put(None)
        if thread is not None:
            thread.join()

    async def put(self, request: Request) -> Answer:
        """What became of each arrival, once it is on disk. Raises Unavailable when it is not."""
        loop = asyncio.get_running_loop()
        waiting = _Waiting(request, loop.create_future(), loop)
        with self._lock:
            if self._thread is None:
                raise NotRunning
            if self._events >= self._backlog:
                raise BacklogFull
            self._events += len(request.arrivals)
            self._queue.put(waiting)
        return await waiting.answer

    def _run(self) -> None:
        going = True
        while going:
            group, going = self._next_group()
            self._write(group)
            with self._lock:
                self._events -= sum(len(w.request.arrivals) for w in group)

    def _next_group(self) -> tuple[list[_Waiting], bool]:
        """Wait for one request, then take all that are there. False when there will be no more."""
        group: list[_Waiting] = []
        size = 0
        item = self._queue.get()
        while item is not None:
            group.append(item)
            size += len(item.request.arrivals)
            if size >= _GROUP:
                return group, True
            try:
                item = self._queue.get_nowait()
            except queue.Empty:
                return group, True
        return group, False

    def _write(self, group: Sequence[_Waiting]) -> None:
        """Write a group. When that fails, each request by itself, so that none spoils it for the others."""
        if not group:
            return
        answers: Sequence[Answer | NotStored]
        try:
            answers = self._commit(group)
        except (OperationalError, InterfaceError):
            answers = self._commit_again(group)
        except Exception:  # noqa: BLE001  whatever it was, the writer lives on and everybody gets an answer
            _log.exception("intake_group_failed", requests=len(group))
            answers = [self._commit_one(waiting) for waiting in group]
        _tell(group, answers)

    def _commit_again(self, group: Sequence[_Waiting]) -> Sequence[Answer | NotStored]:
        """The database was locked, gone or in a deadlock. Trying each request would only wait longer."""
        try:
            return self._commit(group)
        except Exception:  # noqa: BLE001  as above
            _log.exception("intake_group_failed", requests=len(group))
            return [NotStored() for _ in group]

    def _commit_one(self, waiting: _Waiting) -> Answer | NotStored:
        try:
            return self._commit([waiting])[0]
        except Exception:  # noqa: BLE001  as above
            _log.exception("intake_request_failed")
            return NotStored()

    def _commit(self, group: Sequence[_Waiting]) -> list[Answer]:
        now = self._clock()
        with writing(self._engine) as session:
            return append_requests(session, [waiting.request for waiting in group], now)


def append_requests(session: Session, requests: Sequence[Request], now: datetime) -> list[Answer]:
    """Append whole requests. Of a batch whose own id is in conflict no event is taken, and none has an answer."""
    shielded = [_shielded(session, request) for request in requests]
    firsts = inbox.append(session, [request.arrivals[0] for request in shielded], now)
    inner = [
        arrival
        for request, first in zip(shielded, firsts, strict=True)
        if first.state is not InboxState.CONFLICT
        for arrival in request.arrivals[1:]
    ]
    rest = iter(inbox.append(session, inner, now))
    return [
        (first, *(() if first.state is InboxState.CONFLICT else (next(rest) for _ in request.arrivals[1:])))
        for request, first in zip(shielded, firsts, strict=True)
    ]


def _shielded(session: Session, request: Request) -> Request:
    """A body that is kept whole loses the contact points of tenants whose identity is known to be protected."""
    named = {t for a in request.arrivals if a.state is not InboxState.ACCEPTED for t in tenants_named(a.payload)}
    protected = rent.protected(session, named) if named else frozenset()
    if not protected:
        return request
    return replace(request, arrivals=tuple(_shield(arrival, protected) for arrival in request.arrivals))


def _shield(arrival: Arrival, protected: frozenset[str]) -> Arrival:
    if arrival.state is InboxState.ACCEPTED or arrival.payload is None:
        return arrival
    return replace(arrival, payload=without_points(arrival.payload, protected))


def _tell(group: Sequence[_Waiting], answers: Sequence[Answer | NotStored]) -> None:
    """Hand the answers over, one wake-up per event loop."""
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Answer], Answer | NotStored]]] = {}
    for waiting, answer in zip(group, answers, strict=True):
        by_loop.setdefault(waiting.loop, []).append((waiting.answer, answer))
    for loop, told in by_loop.items():
        try:
            loop.call_soon_threadsafe(_resolve, told)
        except RuntimeError:
            _log.warning("intake_answer_unheard", requests=len(told))  # the loop has closed: nobody waits any more


def _resolve(told: Sequence[tuple["asyncio.Future[Answer]", Answer | NotStored]]) -> None:
    for future, answer in told:
        if future.done():
            continue
        if isinstance(answer, NotStored):
            future.set_exception(answer)
        else:
            future.set_result(answer)
