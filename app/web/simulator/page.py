"""The page at /demo: the view in HTML, with headers that let nothing but our own files run."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from app.web.simulator.view import Page
from app.web.simulator.words import Words
from app.web.static import static_url

HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
_PAGES: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent.parent / "pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_PAGES.globals["static_url"] = static_url


def address(language: str, phones: Sequence[str], **more: object) -> str:
    """The address of the page with the visitor's choices in it."""
    chosen = (
        [("language", language)]
        + [("phones", one) for one in phones]
        + [(key, str(value)) for key, value in more.items()]
    )
    return "/demo?" + urlencode(chosen)


def render(page: Page, words: Words) -> HTMLResponse:
    """The page in HTML, and the addresses that keep what the visitor has chosen."""
    phones = [phone.tenancy_id for phone in page.phones]
    other = "en" if words.language == "sv" else "sv"
    html = _PAGES.get_template("demo.html").render(
        page=page,
        w=words,
        here=address(words.language, phones),
        other=address(other, phones),
        other_language=other,
        older=address(words.language, phones, lines=page.older) if page.older else None,
    )
    return HTMLResponse(html, headers=HEADERS)
