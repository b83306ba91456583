"""Messages that wait for an adult, how the chat of a space is moderated, and asking for help."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from realtime.frames import AsId, Frame, Record, Ref
from realtime.frames.people import Person


class ChatMode(StrEnum):
    """What happens to messages before they are told; the same as in the records."""

    OPEN = "open"
    FILTERED = "filtered"
    STUDENTS_HELD = "students_held"
    ALL_HELD = "all_held"


class HeldFor(StrEnum):
    """Why a message waits; the same as in `server.safeguarding.filter`."""

    PHONE = "phone"
    EMAIL = "email"
    LINK = "link"
    HANDLE = "handle"
    CONTACT = "contact"
    ADDRESS = "address"
    LANGUAGE = "language"
    UNKIND = "unkind"
    WORRY = "worry"
    MODE = "mode"


class HeldState(StrEnum):
    """What became of a message that was held; the same as in the records."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"


class HeldReason(Record):
    """One reason, and the characters (code points) it is about; `end` 0: the message as a whole."""

    reason: HeldFor
    start: int = 0
    end: int = 0


class WaitingMessage(Record):
    """A message as the adults who decide on it see it."""

    held_id: UUID
    author: Person
    text: str
    reasons: list[HeldReason]
    sent_at: datetime
    group_no: int | None = None
    """The number of the group that it was written in; null: in the space itself."""


class OwnHeld(Record):
    """A held message of one's own."""

    held_id: UUID
    client_id: UUID
    text: str
    sent_at: datetime
    state: HeldState


# --- from the client


class HelpAsk(Frame, tag="help.ask"):
    """Ask every adult in the space and its groups for help. Again within a minute, it tells nobody anew."""

    ref: Ref
    as_id: AsId = None


class HelpAnswer(Frame, tag="help.answer"):
    """An adult takes care of somebody who asked for help."""

    ref: Ref
    user_id: UUID


class ModerationApprove(Frame, tag="moderation.approve"):
    """Let a held message through: it is said now, in its author's name. For moderators."""

    ref: Ref
    held_id: UUID


class ModerationRefuse(Frame, tag="moderation.refuse"):
    """Do not let a held message through. For moderators."""

    ref: Ref
    held_id: UUID


class ChatSetMode(Frame, tag="chat.mode"):
    """Choose how the chat of this space and its groups is moderated. For moderators. Answered by `ok`."""

    ref: Ref
    mode: ChatMode


# --- from the server


class HelpAsked(Frame, tag="help.asked"):
    """Somebody asks for help. Adults are told, and the pages of who asked."""

    user_id: UUID
    at: datetime


class HelpAnswered(Frame, tag="help.answered"):
    """An adult takes care of it, or (without `by`) nobody did in time, or who asked has gone."""

    user_id: UUID
    by: UUID | None = None


class ModerationQueue(Frame, tag="moderation.queue"):
    """The messages that wait in the space and its groups, the oldest first: whole, when it changes.

    Only moderators are told.
    """

    waiting: list[WaitingMessage]
    """The first 50."""
    count: int


class ChatHeld(Frame, tag="chat.held"):
    """The answer to `chat.post` of a message that waits for an adult. Its author alone is told.

    Sent again, it is answered alike: `state` says what has become of it.
    """

    ref: Ref
    client_id: UUID
    held_id: UUID
    reasons: list[HeldReason]
    state: HeldState = HeldState.WAITING


class ChatRefused(Frame, tag="chat.refused"):
    """An adult did not let a message of this person through."""

    client_id: UUID
    held_id: UUID


class ChatWaiting(Frame, tag="chat.waiting"):
    """One's own held messages: those that wait, and those refused within a day. Comes with each join."""

    messages: list[OwnHeld]


class ChatModeChanged(Frame, tag="chat.mode.changed"):
    """How the chat of this space is moderated now. Comes with each join, and when it changes.

    `students_wait`: every message of a student waits, be it for the mode or because they work alone now.
    """

    mode: ChatMode
    students_wait: bool


ModerationClientFrame = HelpAsk | HelpAnswer | ModerationApprove | ModerationRefuse | ChatSetMode
ModerationServerFrame = (
    HelpAsked | HelpAnswered | ModerationQueue | ChatHeld | ChatRefused | ChatWaiting | ChatModeChanged
)
