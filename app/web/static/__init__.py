"""Stylesheet, icon and scripts, served from memory. Each address carries the content's hash, so browsers keep them."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.web.deps import open_to

_TYPES: Final = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Asset:
    content: bytes
    media_type: str
    version: str


def _read(folder: Path) -> dict[str, Asset]:
    files = sorted(path for path in folder.iterdir() if path.suffix in _TYPES)
    return {
        path.name: Asset(content, _TYPES[path.suffix], hashlib.sha256(content).hexdigest()[:12])
        for path in files
        for content in [path.read_bytes()]
    }


ASSETS: Final = _read(Path(__file__).parent)


def static_url(name: str) -> str:
    """The address of a file, which changes when its content does. Raises KeyError for a file that is not there."""
    return f"/static/{ASSETS[name].version}/{name}"


def static_routes() -> list[Route]:
    """One route per file: nothing else can be asked for."""
    return [Route(static_url(name), _serve(asset), name=f"static:{name}") for name, asset in ASSETS.items()]


def _serve(asset: Asset) -> Callable[[Request], Response]:
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}

    @open_to("anyone")
    def answer(_request: Request) -> Response:
        return Response(asset.content, media_type=asset.media_type, headers=headers)

    return answer
