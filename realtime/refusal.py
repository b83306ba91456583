"""A rule said no to something that a page sent: the frame that tells of it, or the end of the socket."""

from __future__ import annotations

from realtime.connection import Connection
from realtime.protocol import CloseCode, ErrorCode
from server.errors import DomainError, Invalid, NoAccess, NotFound, PollClosed


def refuse(connection: Connection, error: DomainError, ref: int | None) -> None:
    """Tell the sender alone. Who may not be in the space any more is sent out of it.

    Args:
        ref: of the frame that was refused.
    """
    if isinstance(error, NoAccess):
        connection.close(CloseCode.ACCESS_LOST, error.code)
    elif isinstance(error, NotFound):
        connection.fail(ErrorCode.NOT_FOUND, error.detail, ref)
    elif isinstance(error, Invalid):
        connection.fail(ErrorCode.BAD_FRAME, error.detail, ref)
    elif isinstance(error, PollClosed):
        connection.fail(ErrorCode.POLL_CLOSED, error.detail, ref)
    else:
        connection.fail(ErrorCode.NOT_ALLOWED, error.detail, ref)


def cannot_store(connection: Connection, ref: int | None) -> None:
    """The records do not answer, or their answer was lost on the way: the page sends it again later."""
    detail = "The records cannot be reached now. This may not be stored: send it again."
    connection.fail(ErrorCode.UNAVAILABLE, detail, ref)
