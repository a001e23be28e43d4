"""What the demo's web server runs: one Kvar at a time, which a fresh one can replace while the server stays up."""

import asyncio
import socket
import threading
import time
from contextlib import AsyncExitStack
from typing import Final, Self

import uvicorn
from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

_PATIENCE: Final = 20.0
"""Seconds to wait for the server to come up or to change its app."""


class Stage:
    """An ASGI app that hands every request to the app that is on."""

    def __init__(self) -> None:
        self._app: FastAPI | None = None
        self._running: AsyncExitStack | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif self._app is not None:
            await self._app(scope, receive, send)

    def put_on(self, app: FastAPI) -> None:
        """Start `app` and let it answer from now on; the one before is stopped. Called from any other thread."""
        if self._loop is None:
            raise RuntimeError("the server is not up yet")
        asyncio.run_coroutine_threadsafe(self._change(app), self._loop).result(_PATIENCE)

    async def _live(self, receive: Receive, send: Send) -> None:
        self._loop = asyncio.get_running_loop()
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        if self._running is not None:
            await self._running.aclose()
        await send({"type": "lifespan.shutdown.complete"})

    async def _change(self, app: FastAPI) -> None:
        starting = AsyncExitStack()
        await starting.enter_async_context(app.router.lifespan_context(app))
        before, self._running, self._app = self._running, starting, app
        if before is not None:
            await before.aclose()


class Server:
    """The stage behind a loopback port, in a thread of its own. A context manager: leaving it stops the server."""

    def __init__(self, stage: Stage, port: int) -> None:
        self._socket = _listen(port)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        config = uvicorn.Config(stage, log_level="error", access_log=False, lifespan="on", timeout_graceful_shutdown=2)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, args=([self._socket],), name="demo-server", daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        deadline = time.monotonic() + _PATIENCE
        while not self._server.started:
            if time.monotonic() > deadline or not self._thread.is_alive():
                raise RuntimeError("the demo's web server did not start")
            time.sleep(0.01)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(_PATIENCE)
        self._socket.close()


def _listen(port: int) -> socket.socket:
    """A loopback socket on `port`, or on a free one when that is taken."""
    # Named TCP, because asyncio turns off Nagle's delay (40 ms an answer) only on sockets that say so.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError:
        listener.bind(("127.0.0.1", 0))
    return listener
