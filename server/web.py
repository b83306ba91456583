"""The built web client, served from memory: a few files, compressed when they were built.

Names under /assets carry a hash of their content and may be kept for ever; the page itself is asked for
again each time. Every path that is no file is the page: the client's own router takes it from there.
"""

from __future__ import annotations

import hashlib
import mimetypes
from pathlib import Path
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from server.errors import problem

FOREVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"


class Asset(msgspec.Struct, frozen=True):
    body: bytes
    brotli: bytes | None
    media_type: str
    etag: str
    cache_control: str


def load(directory: Path) -> dict[str, Asset]:
    """Read the built client; empty when it was not built."""
    assets: dict[str, Asset] = {}
    for path in sorted(directory.rglob("*")) if directory.is_dir() else []:
        if not path.is_file() or path.suffix == ".br":
            continue
        body = path.read_bytes()
        compressed = path.with_name(path.name + ".br")
        name = path.relative_to(directory).as_posix()
        assets[name] = Asset(
            body,
            compressed.read_bytes() if compressed.is_file() else None,
            mimetypes.guess_type(path.name)[0] or "application/octet-stream",
            '"' + hashlib.sha256(body).hexdigest()[:20] + '"',
            FOREVER if name.startswith("assets/") else ASK_AGAIN,
        )
    return assets


def routes(directory: Path) -> list[HTTPRouteHandler]:
    """Handlers for `/` and every path that nothing else takes."""
    assets = load(directory)

    def answer(request: Request[Any, Any, Any], name: str) -> Response[Any]:
        asset = assets.get(name)
        if asset is None and (name.startswith(("api/", "assets/")) or "index.html" not in assets):
            return problem(404, "not_found", "There is nothing here.")
        asset = asset or assets["index.html"]
        headers = {"cache-control": asset.cache_control, "etag": asset.etag, "vary": "accept-encoding"}
        if request.headers.get("if-none-match") == asset.etag:
            return Response(None, status_code=304, headers=headers)
        accepts = request.headers.get("accept-encoding", "")
        if asset.brotli is not None and "br" in accepts:
            headers["content-encoding"] = "br"
            return Response(asset.brotli, media_type=asset.media_type, headers=headers)
        return Response(asset.body, media_type=asset.media_type, headers=headers)

    @get("/", public=True, include_in_schema=False)
    async def page(request: Request[Any, Any, Any]) -> Response[Any]:
        return answer(request, "index.html")

    @get("/{path:path}", public=True, include_in_schema=False)
    async def file_or_page(request: Request[Any, Any, Any], path: FromPath[str]) -> Response[Any]:
        return answer(request, path.lstrip("/"))

    return [page, file_or_page]
