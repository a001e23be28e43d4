"""The simulator's doors exist only in the demo, and only for a person at this very machine."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from app.main import create_app, migrate
from app.settings import Settings
from app.web.deps import who_may_call
from app.web.simulator.guard import OPEN_TO
from app.web.simulator.routes import simulator_router
from tests.support.demo import Open, open_neighbourhood

DOORS = (
    ("GET", "/demo"),
    ("POST", "/simulator/messages"),
    ("POST", "/simulator/clock"),
    ("POST", "/simulator/rent"),
    ("POST", "/simulator/callbacks/1"),
    ("POST", "/simulator/calls"),
    ("POST", "/simulator/replies/1"),
    ("POST", "/simulator/restart"),
)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    with open_neighbourhood(tmp_path_factory.mktemp("norrangen")) as opened:
        yield opened


def test_every_door_is_listed_here(demo: Open) -> None:
    routes = [one for one in simulator_router(demo.neighbourhood.simulator).routes if isinstance(one, APIRoute)]
    doors = {(method, route.path_format) for route in routes for method in route.methods or ()}
    filled = {(method, path.replace("{callback_id}", "1").replace("{message_id}", "1")) for method, path in doors}
    assert filled == set(DOORS)


def test_every_door_says_who_may_call(demo: Open) -> None:
    routes = simulator_router(demo.neighbourhood.simulator).routes
    assert {who_may_call(route) for route in routes} == {OPEN_TO}


@pytest.mark.parametrize(("method", "path"), DOORS)
def test_without_a_simulator_there_is_no_door(method: str, path: str, tmp_path: Path) -> None:
    settings = Settings.isolated(database_url=f"sqlite:///{tmp_path / 'kvar.db'}")
    migrate(settings)
    app = create_app(settings, run_jobs=False)
    client = TestClient(app, base_url="http://127.0.0.1", client=("127.0.0.1", 50000))
    answer = client.request(method, path, json={})
    app.state.service.engine.dispose()
    assert answer.status_code == 404


@pytest.mark.parametrize(("method", "path"), DOORS)
def test_a_caller_from_elsewhere_finds_nothing(demo: Open, method: str, path: str) -> None:
    client = TestClient(demo.neighbourhood.app, base_url="http://127.0.0.1", client=("192.0.2.7", 50000))
    assert client.request(method, path, json={}).status_code == 404


@pytest.mark.parametrize("host", ["kvar.example.org", "127.0.0.1.example.org", "192.0.2.7"])
@pytest.mark.parametrize(("method", "path"), DOORS)
def test_a_name_that_leads_here_from_elsewhere_finds_nothing(demo: Open, method: str, path: str, host: str) -> None:
    assert demo.http.request(method, path, json={}, headers={"Host": host}).status_code == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://example.org"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_form_on_another_site_is_refused(demo: Open, headers: dict[str, str]) -> None:
    before = demo.neighbourhood.simulator.clock()
    answer = demo.http.post("/simulator/clock", data={"advance": "1 hour"}, headers=headers)
    assert answer.status_code == 403
    assert demo.neighbourhood.simulator.clock() == before


def test_the_pages_own_form_is_taken(demo: Open) -> None:
    answer = demo.http.post(
        "/simulator/clock", data={"advance": "1 hour"}, headers={"Origin": demo.url, "Sec-Fetch-Site": "same-origin"}
    )
    assert answer.status_code == 303


def test_a_browser_may_run_only_our_own_files(demo: Open) -> None:
    policy = demo.http.get("/demo").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
