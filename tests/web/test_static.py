"""Files from elsewhere are the ones that VENDORED.md says, and every file is served under its own hash."""

import hashlib
import re
from pathlib import Path

from starlette.applications import Starlette
from starlette.testclient import TestClient

from app.web import static
from app.web.static import ASSETS, static_routes, static_url

FOLDER = Path(static.__file__).parent


def test_htmx_is_the_file_that_is_written_down() -> None:
    note = (FOLDER / "VENDORED.md").read_text(encoding="utf-8")
    name = re.search(r"`(htmx-[\d.]+\.min\.js)`", note)
    assert name is not None
    assert hashlib.sha256((FOLDER / name[1]).read_bytes()).hexdigest() in note


def test_files_are_served_for_good_under_their_hash_and_nothing_else_is() -> None:
    client = TestClient(Starlette(routes=list(static_routes())))
    for name, asset in ASSETS.items():
        answer = client.get(static_url(name))
        assert answer.content == asset.content
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["x-content-type-options"] == "nosniff"
    for path in ("/static/kvar.css", "/static/0/kvar.css", "/static/../__init__.py", "/static/VENDORED.md"):
        assert client.get(path).status_code == 404


def test_the_stylesheet_asks_for_nothing_from_anywhere() -> None:
    assert "url(" not in (FOLDER / "kvar.css").read_text(encoding="utf-8")
