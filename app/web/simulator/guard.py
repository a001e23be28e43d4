"""Who may come in: a person at this very machine, by its own name, from the demo's own page."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from fastapi import Request

from app.errors import Forbidden, NotFound

OPEN_TO = "anyone on this machine, in the demo only"
_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
_OWN = frozenset({"same-origin", "none"})


def loopback_only(request: Request) -> None:
    """Raise NotFound unless caller and host name are loopback (a name that rebinds to it is not), Forbidden when
    another site's page sends the form."""
    if request.client is None or not _is_loopback(request.client.host) or request.url.hostname not in _NAMES:
        raise NotFound
    if request.method in {"GET", "HEAD"}:
        return
    origin = request.headers.get("origin")
    foreign = origin is not None and urlsplit(origin).netloc != request.headers.get("host")
    if foreign or request.headers.get("sec-fetch-site", "none") not in _OWN:
        raise Forbidden("The demo takes orders from its own page only.")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
