"""Who may call what, and how errors look."""

import re

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from pydantic import BaseModel
from sqlalchemy import Engine, text
from starlette.routing import Mount, Route

from app.demo.clock import SteppedClock
from app.demo.rent_system import DemoRentSystem, RentDoor
from app.errors import Conflict, FieldError, Invalid
from app.flows.keys import revoke_key
from app.jobs import run_all
from app.main import create_app
from app.policy.calendar import Calendar
from app.settings import Settings
from app.store.engine import writing
from app.vocabulary import KeyScope
from app.web.deps import who_may_call
from app.web.health import late_ticks
from app.web.problems import install_problems
from app.web.simulator.world import Simulator
from tests.support.api import api
from tests.support.rows import NOW


def problem(response: object) -> dict[str, object]:
    """The body of a problem document; asserts that it is one."""
    assert response.headers["content-type"] == "application/problem+json"  # type: ignore[attr-defined]
    body: dict[str, object] = response.json()  # type: ignore[attr-defined]
    assert {"type", "title", "status", "detail"} <= body.keys()
    assert body["status"] == response.status_code  # type: ignore[attr-defined]
    return body


def simulated() -> Simulator:
    """The demo's simulator, with nobody at the other end."""
    with httpx.Client(base_url="http://127.0.0.1:1") as nobody:
        door = RentDoor(nobody, "whsec_" + "A" * 32)
    system = DemoRentSystem(door, Calendar("SE"), ())
    return Simulator(clock=SteppedClock(NOW), rent_system=system, run_ticks=run_all, restart=lambda: None)


@pytest.mark.parametrize("simulator", [None, simulated()], ids=["served", "demo"])
def test_every_route_declares_who_may_call_it(sqlite_engine: Engine, simulator: Simulator | None) -> None:
    settings = Settings.isolated(database_url=str(sqlite_engine.url))
    app = create_app(settings, clock=lambda: NOW, simulator=simulator, run_jobs=False)
    app.state.service.engine.dispose()
    declared = {route.path: who_may_call(route) for route in iter_route_contexts(app.routes)}
    assert [path for path, who in declared.items() if not who] == []
    assert len(declared) > 10
    assert ("/demo" in declared) is (simulator is not None)
    assert declared["/api/v1/messages"] == "key: read"
    assert declared["/api/v1/cases/{case_id}/holds"] == "key: write"
    assert not any(isinstance(route, Mount) for route in app.routes), "a mounted app would escape this test"


def test_a_route_that_says_nothing_is_seen() -> None:
    def silent() -> None:
        """Nobody is named."""

    app = FastAPI(openapi_url=None)
    app.get("/silent")(silent)
    assert [who_may_call(route) for route in (*app.routes, Route("/plain", silent))] == [None, None]


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer ", "Basic a3Zhcg==", "Bearer kvar_x", "Bearer " + "kvar_" + "a" * 43, "kvar_x"],
)
def test_without_a_key_in_force_the_answer_is_401_and_says_how(engine: Engine, header: str | None) -> None:
    client = api(engine, scope=None)
    response = client.get("/messages", headers={"Authorization": header} if header is not None else {})
    assert response.status_code == 401
    assert response.headers["www-authenticate"].startswith("Bearer")
    assert "kvar_x" not in str(problem(response))


def test_a_revoked_key_is_refused_at_once(engine: Engine) -> None:
    client = api(engine)
    assert client.get("/messages").status_code == 200
    with writing(engine) as session:
        revoke_key(session, f"test {id(client)}", NOW)
    assert client.get("/messages").status_code == 401


@pytest.mark.parametrize("path", ["/cases/1/holds", "/cases/1/touchpoints"])
def test_a_read_key_changes_nothing(engine: Engine, path: str) -> None:
    response = api(engine).post(path, json={})
    assert response.status_code == 403
    assert "scope write" in str(problem(response)["detail"])


@pytest.mark.parametrize("scope", list(KeyScope))
def test_every_scope_reads(sqlite_engine: Engine, scope: KeyScope) -> None:
    client = api(sqlite_engine, scope)
    for path in ("/messages", "/cases", "/callbacks", "/inbox"):
        assert client.get(path).json() == {"items": [], "next_cursor": None}


def test_the_description_is_open_and_complete(sqlite_engine: Engine) -> None:
    described = api(sqlite_engine, scope=None).get("/openapi.json").json()
    assert {"/api/v1/cases/{case_id}", "/api/v1/tenancies/{tenancy_id}/touchpoints"} <= described["paths"].keys()
    assert described["paths"]["/api/v1/messages"]["get"]["security"]
    fields = described["components"]["schemas"]["MessageShape"]["properties"]
    assert {"class", "from", "to", "because"} <= fields.keys()


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json"])
def test_no_page_loads_scripts_from_elsewhere(sqlite_engine: Engine, path: str) -> None:
    assert api(sqlite_engine).get(f"http://testserver{path}").status_code == 404


def test_an_unknown_path_and_a_wrong_method_are_problems_too(sqlite_engine: Engine) -> None:
    client = api(sqlite_engine)
    assert problem(client.get("/nothing"))["status"] == 404
    wrong = client.delete("/messages")
    assert (problem(wrong)["status"], wrong.headers["allow"]) == (405, "GET")


def test_healthz_asks_no_database(sqlite_engine: Engine) -> None:
    client = api(sqlite_engine, scope=None)
    with writing(sqlite_engine) as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    assert client.get("http://testserver/healthz").json() == {"status": "ok"}


def test_readyz_is_ready_on_a_migrated_database(engine: Engine) -> None:
    assert api(engine, scope=None).get("http://testserver/readyz").json() == {"status": "ready"}


def test_readyz_names_a_schema_that_is_behind(engine: Engine) -> None:
    client = api(engine, scope=None)
    with writing(engine) as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    response = client.get("http://testserver/readyz")
    assert response.status_code == 503
    assert "schema" in str(problem(response)["detail"])


def test_readyz_names_a_database_that_does_not_answer(sqlite_engine: Engine) -> None:
    client = api(sqlite_engine, scope=None)
    path = sqlite_engine.url.database or ""
    with open(path, "wb") as database:
        database.write(b"no database" * 1000)
    response = client.get("http://testserver/readyz")
    assert response.status_code == 503
    assert "database does not answer" in str(problem(response)["detail"])
    assert path not in response.text


def test_readyz_names_a_tick_that_has_stopped(sqlite_engine: Engine) -> None:
    client = api(sqlite_engine, scope=None)
    client.app.state.ticks = {"rent": float("-inf")}  # type: ignore[attr-defined]
    response = client.get("http://testserver/readyz")
    assert response.status_code == 503
    assert "tick rent" in str(problem(response)["detail"])


def test_a_rare_tick_may_be_silent_longer() -> None:
    assert late_ticks({"rent": 0, "retention": 0, "outreach": 900}, 1000) == [
        "the tick rent has not come through for too long"
    ]


class Sent(BaseModel):
    amount: int


def broken() -> TestClient:
    """An app whose routes fail in every way."""
    app = FastAPI()
    install_problems(app)

    @app.get("/app-error")
    def app_error() -> None:
        raise Conflict("It contradicts.")

    @app.get("/fields")
    def fields() -> None:
        raise Invalid(errors=[FieldError("/data/due_date", "must be a date")])

    @app.get("/bug")
    def bug() -> None:
        raise RuntimeError("secret 19121212-1212")

    @app.post("/sent")
    def sent(body: Sent) -> Sent:
        return body

    return TestClient(app, raise_server_exceptions=False)


def test_an_error_of_ours_says_what_it_is() -> None:
    body = problem(broken().get("/app-error"))
    assert body == {"type": "about:blank", "title": "Conflict", "status": 409, "detail": "It contradicts."}


def test_an_error_in_fields_points_at_each() -> None:
    body = problem(broken().get("/fields"))
    assert body["errors"] == [{"pointer": "/data/due_date", "detail": "must be a date"}]
    assert body["detail"] == "The request was understood but its content is wrong."


def test_a_bug_tells_nothing_of_itself() -> None:
    response = broken().get("/bug")
    assert problem(response)["status"] == 500
    assert "secret" not in response.text
    assert not re.search(r"Runtime|Trace|\d{8}", response.text)


@pytest.mark.parametrize(
    ("content", "pointer"),
    [
        ('{"amount": "1912-secret"}', "/amount"),
        ('{"amount": 1912.5}', "/amount"),
        ("{}", "/amount"),
        ("[]", ""),
        ("1912-secret", ""),
        ('{"amount": NaN}', "/amount"),
        ('{"amount": "\\ud800"}', "/amount"),
        ('{"amount": 1' + "9" * 5000 + "}", None),
        ("[" * 100_000, None),
        ("\x00", None),
        ("", ""),
    ],
)
def test_a_wrong_body_is_pointed_at_and_not_repeated(content: str, pointer: str | None) -> None:
    response = broken().post("/sent", content=content, headers={"Content-Type": "application/json"})
    assert response.status_code in {400, 422}
    body = problem(response)
    if pointer is not None:
        assert [e["pointer"] for e in body["errors"]] == [pointer]  # type: ignore[attr-defined]
    assert "1912" not in response.text
    assert "99999" not in response.text
