"""PostgreSQL behind asyncio: a connection that does not wait for ever.

The server's own `statement_timeout` helps only while the server can be heard. A line that hangs (a machine
that has gone, a firewall that forgot, a frozen disk) brings neither an answer nor an error.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from psycopg import AsyncConnection, OperationalError
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus

SLACK_S = 0.5
"""The server's own limits come first: their errors say more."""
CANCEL_S = 1.0
POLL_S = 0.1


def connect_within(timeout_s: float) -> Callable[..., Any]:
    """What opens connections on which each statement is answered within `timeout_s`, or it is the last."""

    class Connection(AsyncConnection[Any]):
        """Given up, when an answer or a cancellation takes too long: what it was doing is not known."""

        async def wait(
            self, gen: PQGen[Any], interval: float = POLL_S,
            timeout: float | None = None,  # noqa: ASYNC109 - psycopg's own signature
        ) -> Any:
            try:
                return await super().wait(gen, interval, timeout_s + SLACK_S if timeout is None else timeout)
            except OperationalError:
                if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                    self.pgconn.finish()
                raise

        async def cancel_safe(self, *, timeout: float = CANCEL_S) -> None:  # noqa: ASYNC109 - psycopg's own
            try:
                await super().cancel_safe(timeout=min(timeout, CANCEL_S))
            except OperationalError:
                self.pgconn.finish()
                raise

    return Connection.connect
