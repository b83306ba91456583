"""Cross-site request forgery: every unsafe request repeats the value of a cookie that only our pages read.

Litestar checks it. It never replaces a cookie that is there, though, and one that another secret signed
(an earlier demo on this address, a secret that was changed) would refuse every request for ever; so the
first request of a page, `GET /api/session`, puts a good one in its place.
"""

from __future__ import annotations

from hmac import compare_digest
from typing import Any

from litestar import Request
from litestar.config.csrf import CSRFConfig
from litestar.datastructures import Cookie
from litestar.middleware.csrf import CSRF_SECRET_BYTES, generate_csrf_hash, generate_csrf_token

from server.config import Settings

COOKIE = "commonroom_csrf"
HEADER = "x-csrf-token"


def config(settings: Settings) -> CSRFConfig:
    """Litestar's settings."""
    return CSRFConfig(
        secret=settings.secret, cookie_name=COOKIE, header_name=HEADER, cookie_secure=settings.cookie_secure
    )


def replacement(request: Request[Any, Any, Any], settings: Settings) -> list[Cookie]:
    """A new cookie, if the one that came was signed by another secret."""
    given = request.cookies.get(COOKIE)
    if given is None:
        return []  # Litestar sets the first one itself
    size = 2 * CSRF_SECRET_BYTES
    if compare_digest(given[size:], generate_csrf_hash(token=given[:size], secret=settings.secret)):
        return []
    value = generate_csrf_token(settings.secret)
    return [Cookie(COOKIE, value=value, path="/", secure=settings.cookie_secure, samesite="lax")]
