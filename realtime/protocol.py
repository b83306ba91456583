"""Every frame of the live channel, both ways, and every close code.

The channel is one websocket a page. Text frames are JSON objects tagged by `type` ("noun.verb");
binary frames are the open board's Yjs messages (`realtime.board_wire`). Fields that are not listed
are refused. What belongs to lessons, moderation and polls stands in `realtime.frames`. The browser's
types are generated from all of them (`client/src/protocol.gen.ts`), and docs/protocol.md explains the
order in which frames come.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from realtime.frames import Frame, Record, Ref
from realtime.frames.balance import BalanceServerFrame
from realtime.frames.chat import (  # noqa: F401  # whoever speaks the protocol finds all of it here
    ChatAck,
    ChatChange,
    ChatChanged,
    ChatClientFrame,
    ChatDelete,
    ChatEdit,
    ChatHistory,
    ChatMessage,
    ChatPin,
    ChatPost,
    ChatPosted,
    ChatReact,
    ChatServerFrame,
    ChatText,
    ChatTyping,
    ChatWriting,
    DeletedBy,
    Reaction,
    ReactionKind,
)
from realtime.frames.devices import DevicesServerFrame
from realtime.frames.files import FilesServerFrame
from realtime.frames.groups import GroupsClientFrame, GroupsServerFrame
from realtime.frames.lesson import LessonClientFrame, LessonServerFrame
from realtime.frames.moderation import ModerationClientFrame, ModerationServerFrame
from realtime.frames.notes import NotesClientFrame
from realtime.frames.pages import (  # noqa: F401  # as above
    BoardInfo,
    PagesChanged,
    PagesServerFrame,
)
from realtime.frames.people import Person
from realtime.frames.polls import PollClientFrame, PollServerFrame
from realtime.frames.supervision import SupervisionLetIn, SupervisionState

PROTOCOL_VERSION = 3

FRAME_LIMIT_BYTES = 1024 * 1024
"""The largest frame a client may send; the server closes with 1009 beyond it."""

TEXT_LIMIT_BYTES = 256 * 1024
"""The largest text frame; one beyond it is answered by an `error` and left unread."""

Sdp = Annotated[str, Meta(max_length=200_000)]


class CloseCode(IntEnum):
    """4000-4499: come back by yourself. 4500-4999: do not, until a person acts."""

    RESTARTING = 4000
    SLOW_READER = 4001
    RESYNC = 4002
    BAD_FRAME = 4500
    SIGNED_OUT = 4501
    WRONG_VERSION = 4502
    ACCESS_LOST = 4503
    FORBIDDEN_ORIGIN = 4504
    TOO_MANY = 4505


class ErrorCode(StrEnum):
    """Stable codes of `error` frames and of close reasons. The client words them for the person."""

    BAD_FRAME = "bad_frame"
    UNKNOWN_FRAME = "unknown_frame"
    NOT_JOINED = "not_joined"
    NOT_ALLOWED = "not_allowed"
    NOT_FOUND = "not_found"
    TOO_FAST = "too_fast"
    TOO_LARGE = "too_large"
    BOARD_REFUSED = "board_refused"
    BOARD_READ_ONLY = "board_read_only"
    MEDIA_FAILED = "media_failed"
    POLL_CLOSED = "poll_closed"
    UNAVAILABLE = "unavailable"


# --- parts ---------------------------------------------------------------------------------------


class SchoolInfo(Record):
    """A school as it is shown in a space. `colour` (0-7) is its place in the partnership."""

    id: UUID
    name: str
    short_name: str
    country: str
    """ISO 3166-1 alpha-2."""
    timezone: str
    """IANA name."""
    colour: Annotated[int, Meta(ge=0, le=7)]


class SpaceInfo(Record):
    id: UUID
    name: str
    kind: str
    partnership_id: UUID
    partnership_name: str
    parent_id: UUID | None = None
    """Of a group, the space that it is a group of."""
    group_no: int | None = None
    """The number of a group among those there are now."""


class MediaTrack(Record):
    """One published track. `mid` names the line of the offer that carries it to this client."""

    id: str
    user_id: UUID
    kind: str
    """"audio" or "video"."""
    mid: str | None = None


class IceServer(Record):
    """A TURN server for networks that let nothing else through; credentials are short-lived."""

    urls: list[str]
    username: str = ""
    credential: str = ""


# --- from the client -----------------------------------------------------------------------------


class Hello(Frame, tag="hello"):
    """The first frame. Another version closes with `WRONG_VERSION`."""

    protocol: int


class SpaceJoin(Frame, tag="space.join"):
    """Enter a space. With `last_seq` the answer holds only what was said or has changed after it."""

    ref: Ref
    space_id: UUID
    last_seq: Annotated[int, Meta(ge=0, le=2**31)] | None = None


class BoardOpen(Frame, tag="board.open"):
    """Open a board page; from its reply on, binary frames in both directions belong to that page."""

    ref: Ref
    board_id: UUID


class MediaPublish(Frame, tag="media.publish"):
    """The browser's offer for what it sends; the reply is `media.published`.

    Sent again with a new offer when a track is added or switched off (direction `inactive`).
    """

    ref: Ref
    sdp: Sdp


class MediaWatch(Frame, tag="media.watch"):
    """Start (or stop) receiving what the others publish; offers follow as `media.offer`."""

    ref: Ref
    on: bool


class MediaAnswer(Frame, tag="media.answer"):
    """The answer to the `media.offer` of the same `offer_id`."""

    offer_id: int
    sdp: Sdp


class MediaPause(Frame, tag="media.pause"):
    """Stop receiving one track for now (a hidden tile, a poor line), or start again."""

    track_id: Annotated[str, Meta(max_length=64)]
    paused: bool


ClientFrame = (
    Hello
    | SpaceJoin
    | ChatClientFrame
    | BoardOpen
    | MediaPublish
    | MediaWatch
    | MediaAnswer
    | MediaPause
    | SupervisionLetIn
    | LessonClientFrame
    | ModerationClientFrame
    | PollClientFrame
    | GroupsClientFrame
    | NotesClientFrame
)


# --- from the server -----------------------------------------------------------------------------


class Welcome(Frame, tag="welcome"):
    protocol: int
    connection_id: str
    user_id: UUID


class Ok(Frame, tag="ok"):
    """The request `ref` was done and has nothing else to say."""

    ref: Ref


class Error(Frame, tag="error"):
    """A request failed, or (without `ref`) something sent could not be used. The socket stays open."""

    code: ErrorCode
    detail: str
    """One plain English sentence; the client shows its own words for `code`."""
    ref: Ref | None = None


class SpaceJoined(Frame, tag="space.joined"):
    """The space as it is now: what is this person's own. `presence.state` and `chat.history` follow at once.

    What has the numbers from `from_seq` to `seq` comes in `chat.history`; there is none when `from_seq` is
    `seq` + 1. When it starts `anew`, drop what is shown: it cannot be continued.
    """

    ref: Ref
    space: SpaceInfo
    schools: list[SchoolInfo]
    boards: list[BoardInfo]
    grants: list[str]
    seq: int
    from_seq: int
    anew: bool
    tracks: list[MediaTrack]
    ice_servers: list[IceServer]
    notes: BoardInfo | None = None
    """The notes of the space: opened as a board page is."""
    translates: bool = False
    """A machine translates messages for those who ask (docs/translation.md)."""


class PresenceState(Frame, tag="presence.state"):
    """Everyone who is here; from then on `presence.diff` says what changes."""

    people: list[Person]


class PresenceDiff(Frame, tag="presence.diff"):
    """Who came and who went since the last frame about it. A person with two pages open is one.

    `schools`: of people who joined, those that `space.joined` may not have named (a visitor's).
    """

    joined: list[Person] = msgspec.field(default_factory=list)
    left: list[UUID] = msgspec.field(default_factory=list)
    schools: list[SchoolInfo] = msgspec.field(default_factory=list)


class BoardOpened(Frame, tag="board.opened"):
    ref: Ref
    board_id: UUID
    can_edit: bool


class AccessUpdate(Frame, tag="access.update"):
    """What this person may do here has changed; the server already acts on it."""

    grants: list[str]


class MediaPublished(Frame, tag="media.published"):
    """The answer to `media.publish`."""

    ref: Ref
    sdp: Sdp
    tracks: list[MediaTrack]


class MediaTracks(Frame, tag="media.tracks"):
    """Who publishes what in the space, whole, each time it changes."""

    tracks: list[MediaTrack]


class MediaOffer(Frame, tag="media.offer"):
    """What the server will send; answer with `media.answer`. `tracks` carry their `mid`."""

    offer_id: int
    sdp: Sdp
    tracks: list[MediaTrack]


class MediaSpeaker(Frame, tag="media.speaker"):
    """Who speaks now, if anyone."""

    user_id: UUID | None


ServerFrame = (
    Welcome
    | Ok
    | Error
    | SpaceJoined
    | PresenceState
    | PresenceDiff
    | ChatServerFrame
    | BoardOpened
    | AccessUpdate
    | MediaPublished
    | MediaTracks
    | MediaOffer
    | MediaSpeaker
    | SupervisionState
    | FilesServerFrame
    | PagesServerFrame
    | LessonServerFrame
    | ModerationServerFrame
    | PollServerFrame
    | BalanceServerFrame
    | GroupsServerFrame
    | DevicesServerFrame
)

_encoder = msgspec.json.Encoder()
_client_decoder = msgspec.json.Decoder(ClientFrame)
_server_decoder = msgspec.json.Decoder(ServerFrame)

encode = _encoder.encode


def decode_client(data: str | bytes) -> ClientFrame:
    """Read a frame that a client sent.

    Raises:
        msgspec.DecodeError: not JSON, no such frame, or a field that does not fit.
    """
    return _client_decoder.decode(data)


def decode_server(data: str | bytes) -> ServerFrame:
    """Read a frame that the server sent (for clients in Python, and the tests).

    Raises:
        msgspec.DecodeError: not a frame of this protocol.
    """
    return _server_decoder.decode(data)
