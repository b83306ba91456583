"""From a frame to what it asks for, and from a domain error to the frame that tells of it."""

from __future__ import annotations

import msgspec
import structlog
from prometheus_client import Counter
from sqlalchemy.exc import SQLAlchemyError

from realtime import protocol
from realtime.channel import Channel
from realtime.connection import Connection
from realtime.hub import Hub
from realtime.media import MediaFrame
from realtime.pace import price_of
from realtime.protocol import ErrorCode
from realtime.refusal import cannot_store, refuse
from server.access import Grant
from server.boards import pages
from server.errors import DomainError, NotFound
from server.spaces import service as spaces

log = structlog.get_logger()

OPEN_TRIES = 5
"""So often a page of the board is opened anew because the pages changed meanwhile."""

FRAMES = Counter("commonroom_frames_received", "Frames received on the live channel.", ["type"])
_BINARY_FRAMES = FRAMES.labels("binary")


async def on_text(hub: Hub, connection: Connection, text: str) -> None:
    """Act on a text frame and charge its price. Whatever is wrong with it is told to the sender alone."""
    if len(text) > protocol.TEXT_LIMIT_BYTES:
        connection.fail(ErrorCode.TOO_LARGE, "This frame is too large; nothing of it was used.")
        return
    try:
        frame = protocol.decode_client(text)
    except (msgspec.DecodeError, RecursionError) as error:
        unknown = isinstance(error, msgspec.ValidationError) and str(error).startswith("Invalid value")
        code = ErrorCode.UNKNOWN_FRAME if unknown else ErrorCode.BAD_FRAME
        # msgspec names the place and the type, never the value.
        connection.fail(code, f"This frame was not understood: {error}", _ref_of(text))
        return
    FRAMES.labels(type(frame).__name__).inc()
    connection.pace.charge(price_of(frame))
    ref: int | None = getattr(frame, "ref", None)
    try:
        await _handle(hub, connection, frame)
    except DomainError as error:
        refuse(connection, error, ref)
    except (SQLAlchemyError, OSError, TimeoutError) as error:
        log.error("a frame met a failing database", frame=type(frame).__name__, error=type(error).__name__)
        cannot_store(connection, ref)


def on_binary(hub: Hub, connection: Connection, data: bytes) -> None:
    """Act on a binary frame: it belongs to the open board page."""
    _BINARY_FRAMES.inc()
    connection.pace.charge(price_of(data))
    room = connection.board
    if room is None:
        connection.fail(ErrorCode.NOT_JOINED, "Open a board first.")
        return
    room.receive(connection, data, may_edit=Grant.BOARD_EDIT in connection.grants)


async def _handle(hub: Hub, connection: Connection, frame: protocol.ClientFrame) -> None:
    if isinstance(frame, protocol.SpaceJoin):
        await hub.join(connection, frame)
        return
    channel = connection.channel
    if channel is None:
        connection.fail(ErrorCode.NOT_JOINED, "Join a space first.", getattr(frame, "ref", None))
    elif isinstance(frame, protocol.ChatPost | protocol.ChatChange):
        await hub.chat.take(connection, channel.space_id, frame)
    elif isinstance(frame, protocol.ChatTyping):
        hub.on_typing(connection, channel, frame.as_id)
    elif isinstance(frame, protocol.BoardOpen):
        await _open_board(hub, connection, frame)
    elif isinstance(frame, MediaFrame):
        hub.media.handle(connection, frame)
    elif isinstance(frame, protocol.Hello):
        connection.fail(ErrorCode.BAD_FRAME, "The greeting comes once.")
    else:
        await hub.desk_for(frame).handle(connection, channel, frame)


async def _open_board(hub: Hub, connection: Connection, frame: protocol.BoardOpen) -> None:
    channel = connection.channel
    assert channel is not None
    for _ in range(OPEN_TRIES):
        heard = hub.pages.heard
        async with hub.database.read() as session:
            found = await spaces.pages_in(session, channel.space_id)
        if connection.channel is not channel:
            return  # sent out of the space meanwhile, which they were told
        may_open = {page.id for page in found if pages.is_open_to(page, connection.access)}
        if frame.board_id not in may_open or Grant.BOARD_VIEW not in connection.grants:
            raise NotFound
        if await _enter_board(hub, connection, channel, frame, heard) or hub.pages.heard == heard:
            return
    raise TimeoutError  # pages change without end: told as `unavailable`


async def _enter_board(
    hub: Hub, connection: Connection, channel: Channel, frame: protocol.BoardOpen, heard: int
) -> bool:
    """Returns whether they are in. Not so when pages changed meanwhile: they may not open it any more."""
    hub.boards.leave(connection)

    def still_there() -> bool:
        if connection.channel is not channel or Grant.BOARD_VIEW not in connection.grants:
            return False
        if hub.pages.heard != heard:
            return False
        connection.send(
            protocol.BoardOpened(
                ref=frame.ref, board_id=frame.board_id, can_edit=Grant.BOARD_EDIT in connection.grants
            )
        )
        return True

    return await hub.boards.enter(frame.board_id, connection, still_there)


class _Ref(msgspec.Struct):
    ref: protocol.Ref | None = None


def _ref_of(text: str) -> int | None:
    """The `ref` of a frame that could not be used as a whole."""
    try:
        return msgspec.json.decode(text, type=_Ref).ref
    except (msgspec.DecodeError, RecursionError):
        return None
