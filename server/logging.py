"""Structured logs. What is logged is named, field by field: never a body, a header or a message.

Litestar's own logging plugins are not used: they log request bodies, passwords included.
"""

from __future__ import annotations

import logging
import sys
import time

import structlog
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from prometheus_client import Histogram

from server.errors import status_of

log = structlog.get_logger()

REQUEST_SECONDS = Histogram(
    "commonroom_http_request_seconds", "Time to answer an HTTP request.", ["method", "route", "status"]
)


def configure(*, readable: bool = False) -> None:
    """Set up logs on standard error: JSON lines, or words and colours when a person watches."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
    ]
    last: list[structlog.typing.Processor] = (
        # The default would print local variables with a traceback: passwords and messages among them.
        [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
        if readable
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    )
    structlog.configure(
        processors=[*shared, *last],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s", force=True)


class RequestLog(ASGIMiddleware):
    """One line and one measurement a request: method, route, status and time. No query, no address."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        started = time.perf_counter()
        status = 500

        async def observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await next_app(scope, receive, observed)
        except Exception as error:  # the answer is made further out, so its status did not come past here
            status = status_of(error)
            raise
        finally:
            seconds = time.perf_counter() - started
            route = scope.get("path_template") or "unmatched"
            method = scope.get("method", "")
            REQUEST_SECONDS.labels(method, route, status).observe(seconds)
            if route.startswith("/api"):
                log.info("request", method=method, route=route, status=status, ms=round(seconds * 1000, 1))
