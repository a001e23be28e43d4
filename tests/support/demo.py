"""An open neighbourhood on a real loopback port, for the tests of the demo."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from app.demo.doors import Doors
from app.demo.neighbourhood import Neighbourhood, Opener
from app.demo.stage import Server, Stage


@dataclass(frozen=True, slots=True)
class Open:
    """What is open: its address, its doors, and a plain HTTP client that follows no redirect."""

    url: str
    neighbourhood: Neighbourhood
    doors: Doors
    http: httpx.Client

    def order(self, door: str, **fields: object) -> httpx.Response:
        return self.http.post(f"/simulator/{door}", json=fields)

    def page(self, **asked: str) -> str:
        answer = self.http.get("/demo", params=asked)
        assert answer.status_code == 200
        return answer.text


@contextmanager
def open_neighbourhood(folder: Path, restart: Callable[[], None] = lambda: None) -> Iterator[Open]:
    """Norrängen on the morning of 26 October 2026."""
    stage = Stage()
    with Server(stage, 0) as server:
        opener = Opener(stage, server.url, folder)
        neighbourhood = opener.open(restart=restart)
        doors = Doors(server.url, neighbourhood.key)
        with httpx.Client(base_url=server.url, timeout=60, trust_env=False) as http:
            yield Open(server.url, neighbourhood, doors, http)
        doors.close()
        opener.close()
