"""Chat: messages, what becomes of them, and who is writing.

Messages and changes take the numbers of a space one after the other. Each frame that tells of them completes
the story from `after` up to its last number: whoever knows everything up to `after` then knows everything up
to there. A number that is in no frame was taken by a change that a later one has overtaken.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from realtime.frames import AsId, Frame, Record, Ref
from realtime.frames.people import Person

ChatText = Annotated[str, Meta(min_length=1, max_length=2000)]


class ReactionKind(StrEnum):
    """A small fixed set, the same as in the records."""

    THUMBS_UP = "thumbs_up"
    HEART = "heart"
    LAUGH = "laugh"
    SURPRISE = "surprise"
    QUESTION = "question"
    CLAP = "clap"


class DeletedBy(StrEnum):
    """Who deleted a message."""

    AUTHOR = "author"
    MODERATOR = "moderator"


class Reaction(Record):
    """Everybody's reactions of one kind to a message."""

    kind: ReactionKind
    count: int
    by: list[UUID]
    """The first 100 who reacted."""


class ChatMessage(Record, omit_defaults=True):
    """A message as it is now. Of the same message, the one with the higher `changed_seq` is the newer."""

    seq: int
    id: UUID
    client_id: UUID
    """Chosen by the sender; a message is stored once for each."""
    author: Person
    """As they were known lately; they may have left the space since."""
    text: str
    """Empty when the message is deleted."""
    sent_at: datetime
    changed_seq: int = 0
    """The number of its latest change; 0: it never changed."""
    reply_to: UUID | None = None
    """The message that its thread begins with."""
    edited_at: datetime | None = None
    deleted: DeletedBy | None = None
    pinned: bool = False
    announced: bool = False
    """An adult said it to the space and all of its groups at once."""
    reactions: list[Reaction] = msgspec.field(default_factory=list)


# --- from the client


class ChatTyping(Frame, tag="chat.typing"):
    """This person is writing a message. Sent again every 3 seconds at most while they go on."""

    as_id: AsId = None


class ChatPost(Frame, tag="chat.post"):
    """Say something. Sending the same `client_id` again changes nothing and is answered alike."""

    ref: Ref
    client_id: UUID
    text: ChatText
    reply_to: UUID | None = None
    """The message that this answers. An answer to an answer joins the same thread."""
    as_id: AsId = None


class ChatEdit(Frame, tag="chat.edit"):
    """Change one's own message, for 15 minutes. Answered by `ok`; the change comes as `chat.changed`."""

    ref: Ref
    message_id: UUID
    text: ChatText
    as_id: AsId = None


class ChatDelete(Frame, tag="chat.delete"):
    """Delete a message for everyone: one's own (a student for 15 minutes), or, as a moderator, any."""

    ref: Ref
    message_id: UUID
    as_id: AsId = None


class ChatReact(Frame, tag="chat.react"):
    """React to a message, or take a reaction back."""

    ref: Ref
    message_id: UUID
    kind: ReactionKind
    on: bool
    as_id: AsId = None


class ChatPin(Frame, tag="chat.pin"):
    """Pin a message for all to see, or take it down. For moderators; at most 10 are pinned."""

    ref: Ref
    message_id: UUID
    on: bool


ChatChange = ChatEdit | ChatDelete | ChatReact | ChatPin
ChatClientFrame = ChatPost | ChatTyping | ChatEdit | ChatDelete | ChatReact | ChatPin


# --- from the server


class ChatHistory(Frame, tag="chat.history"):
    """Stored messages as they are now, by `seq`. A long history comes in several of these.

    Those up to the `last_seq` of the join have changed since; pass over those that are not shown. When the
    answer starts anew, those before `from_seq` are pinned ones.
    """

    after: int
    seq: int
    messages: list[ChatMessage]


class ChatChanged(Frame, tag="chat.changed"):
    """Messages that changed, and those that were said meanwhile, as they are now, by `seq`."""

    after: int
    seq: int
    messages: list[ChatMessage]


class ChatPosted(Frame, tag="chat.posted"):
    """A new message: everything from `after` up to its `seq`."""

    after: int
    message: ChatMessage


class ChatWriting(Frame, tag="chat.writing"):
    """Who is writing now, whole, each time it changes: the first 8. Somebody's message ends their writing."""

    user_ids: list[UUID]


class ChatAck(Frame, tag="chat.ack"):
    """The message is stored under `seq`. It also arrives as `chat.posted`, before or after this."""

    ref: Ref
    client_id: UUID
    seq: int


ChatServerFrame = ChatHistory | ChatChanged | ChatPosted | ChatWriting | ChatAck
