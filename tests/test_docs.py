"""What the documents say is so: paths exist, links lead somewhere, settings are those of the code, examples work."""

import base64
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from standardwebhooks import Webhook

from app.settings import Settings

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")
PATH = re.compile(r"`((?:app|templates|migrations|docs|tests|\.ci)/[\w./*<>-]*)`")
SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_and_path_leads_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert [link for link in LINK.findall(text) if not (page.parent / link).exists()] == []
    globs = {path: re.sub(r"<\w+>", "*", path).rstrip("/") for path in PATH.findall(text)}
    assert [path for path, pattern in globs.items() if not any(ROOT.glob(pattern))] == []


def test_the_readme_begins_with_the_picture_and_has_exactly_two_commands_to_try() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert readme.startswith("# Kvar\n\n```")
    tried = readme.partition("## Try it")[2].partition("##")[0]
    assert re.findall(r"```\n(.*?)\n```", tried, re.DOTALL) == ["make demo", "make test"]


def test_the_settings_page_lists_every_setting_with_its_default() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^\| `KVAR_(\w+)` \| (.+?) \|", page, re.MULTILINE))
    expected = {
        name.upper(): f"`{field.default}`" if field.default not in (None, ()) else "(none)"
        for name, field in Settings.model_fields.items()
    }
    assert listed == expected


def test_the_example_of_an_env_file_names_only_settings_and_shows_their_defaults() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    fields = {name.upper(): field for name, field in Settings.model_fields.items()}
    for hidden, name, value in re.findall(r"^(#?)KVAR_(\w+)=(.*)$", example, re.MULTILINE):
        assert name in fields
        assert value in {"", str(fields[name].default)}
        assert hidden or not value, f"KVAR_{name}: what a company must choose is left empty"


def test_every_decision_record_is_in_the_index_with_its_title() -> None:
    index = (ROOT / "docs" / "adr" / "README.md").read_text(encoding="utf-8")
    for record in sorted((ROOT / "docs" / "adr").glob("0*.md")):
        number, _, title = record.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ").partition(" ")
        assert f"| [{number}]({record.name}) | {title} |" in index


@contextmanager
def rent_door() -> Iterator[tuple[str, list[bytes]]]:
    """A door that verifies a signature as Kvar's does, and keeps what came through."""
    came: list[bytes] = []

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            Webhook(SECRET).verify(body, {name.lower(): value for name, value in self.headers.items()})
            came.append(body)
            self.send_response(202)
            self.end_headers()
            self.wfile.write(b'{"status": "accepted"}')

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Door) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", came
        server.shutdown()
        thread.join()


def examples(language: str) -> list[str]:
    guide = (ROOT / "docs" / "rent-system.md").read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", guide, re.DOTALL)


def test_the_guides_program_signs_and_sends_the_guides_events(tmp_path: Path) -> None:
    program = tmp_path / "send_event.py"
    program.write_text(examples("python")[0], encoding="utf-8")
    events = [event.encode() for event in examples("json")]
    with rent_door() as (url, came):
        for event in events:
            done = subprocess.run(  # noqa: S603  our own example, our own input
                [sys.executable, str(program)],
                input=event,
                capture_output=True,
                env=os.environ | {"WEBHOOK_URL": url, "WEBHOOK_SECRET": SECRET},
                check=False,
            )
            assert (done.returncode, done.stderr) == (0, b"")
    assert came == events
    assert [json.loads(event)["type"] for event in events] == ["tenancy.started", "invoice.overdue", "ledger.read"]
