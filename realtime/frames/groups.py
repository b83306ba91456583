"""Groups of a space: made, opened, closed, and spoken to.

A group is a space: a page goes there, and comes back, by `space.join`. Every request here is for adults who
run the space, from the space itself or from any of its groups, and is answered by `ok`. What came of it is
told by `groups.state`.
"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from realtime.frames import Frame, Record, Ref
from realtime.frames.chat import ChatText
from realtime.frames.people import Person


class GroupsMix(Frame, tag="groups.mix"):
    """Make groups of the students who are here, mixed across their schools, in place of those there are.

    They are closed until `groups.open`. Groups that are open have to be closed first.
    """

    ref: Ref
    count: Annotated[int, Meta(ge=1, le=20)]


class GroupsArrange(Frame, tag="groups.arrange"):
    """Make groups by hand: the students of each. See `groups.mix`."""

    ref: Ref
    groups: Annotated[
        list[Annotated[list[UUID], Meta(max_length=50)]], Meta(max_length=20)
    ]


class GroupsMove(Frame, tag="groups.move"):
    """Put a student into another group; null: into none."""

    ref: Ref
    user_id: UUID
    group_id: UUID | None


class GroupsOpen(Frame, tag="groups.open"):
    """Open the groups: students' pages go there."""

    ref: Ref


class GroupsClose(Frame, tag="groups.close"):
    """Call everyone back. The groups stay to be looked at."""

    ref: Ref


class GroupsCallBack(Frame, tag="groups.call_back"):
    """Call everyone back in a while: `room.state` tells when. The newest word counts; null: they stay."""

    ref: Ref
    length_s: Annotated[int, Meta(ge=10, le=300)] | None


class GroupsSpeak(Frame, tag="groups.speak"):
    """Let one's microphone, which is on, be heard in the space and in all of its groups, or (`on` false) only
    in the room one is in, as before. Whoever spoke to all until now does no more: see `groups.voice`."""

    ref: Ref
    on: bool


class GroupsAnnounce(Frame, tag="groups.announce"):
    """Say something in the space and in each of its open groups: a message of each chat, `announced`.

    Sending the same `client_id` again changes nothing.
    """

    ref: Ref
    client_id: UUID
    text: ChatText


class GroupInfo(Record):
    """A group, as this person may see it."""

    id: UUID
    """Of the space that it is: what `space.join` takes."""
    no: int
    board_id: UUID | None
    """Its first board page."""
    students: list[UUID]
    """Who is in it. A student is told of their own group's alone."""
    here: list[UUID]
    """Who is there at this moment, adults too. For adults."""


class GroupsState(Frame, tag="groups.state"):
    """The groups of the space: whole, as a page comes in and when something of it changes.

    A student whose `own_id` is set belongs there. It is set while the groups are `open`; else everyone
    belongs in the space.
    """

    root_id: UUID
    """The space that the groups are of."""
    open: bool
    own_id: UUID | None
    """The group that this student is in."""
    groups: list[GroupInfo]
    """All of them for adults, one's own for a student; empty: there are none."""
    people: list[Person]
    """Whoever is named, so far as they may not be in the same room. For adults."""
    main: list[UUID]
    """Who is in the space itself at this moment. For adults."""


class GroupsVoice(Frame, tag="groups.voice"):
    """Who speaks to all groups at this moment; null: nobody. Told as it changes, and to whoever comes in
    meanwhile. Their microphone is among the tracks of every room, also where they are not."""

    root_id: UUID
    """The space that the groups are of."""
    person: Person | None


GroupsClientFrame = (
    GroupsMix
    | GroupsArrange
    | GroupsMove
    | GroupsOpen
    | GroupsClose
    | GroupsCallBack
    | GroupsSpeak
    | GroupsAnnounce
)
GroupsServerFrame = GroupsState | GroupsVoice
