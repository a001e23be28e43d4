"""The whole application over HTTP, as an API caller meets it, at a fixed time and without ticks."""

from dataclasses import replace
from datetime import datetime

from fastapi.testclient import TestClient
from sqlalchemy import Engine

from app.flows.keys import create_key
from app.flows.service import Service
from app.main import create_app
from app.settings import Settings
from app.store.engine import writing
from app.vocabulary import KeyScope
from tests.support.rows import NOW


def api(engine: Engine, scope: KeyScope | None = KeyScope.READ, at: datetime = NOW) -> TestClient:
    """A caller with a fresh key of this scope, or with none. Errors come as answers, never as exceptions."""
    url = engine.url.render_as_string(hide_password=False)
    app = create_app(Settings.isolated(database_url=url), clock=lambda: at, run_jobs=False)
    service: Service = app.state.service
    service.engine.dispose()
    app.state.service = replace(service, engine=engine)
    client = TestClient(app, base_url="http://testserver/api/v1", raise_server_exceptions=False)
    if scope is not None:
        with writing(engine) as session:
            client.headers["Authorization"] = f"Bearer {create_key(session, f'test {id(client)}', scope, at)}"
    return client
