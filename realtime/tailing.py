"""Following a space for the records' `tail` command: the client's events in its words (`server.tail`)."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from uuid import UUID

from realtime import client
from realtime.client import LiveSpace, Presence
from realtime.protocol import Person
from server import tail

REASONS = {
    "signed_out": "The sign-in is over.",
    "wrong_version": "The server has another version than this program.",
    "too_many": "This person has too many pages open.",
}
REFUSALS_LIMIT = 3
REFUSED = (
    "The server refuses the connection. Give --url as people type it; if it is right, the server cannot "
    "reach its records now."
)


async def follow(base_url: str, space_id: UUID, cookie: str) -> AsyncGenerator[tail.News, None]:
    """What happens in a space, until the caller stops (`server.tail.Follow`).

    Raises:
        tail.Refused: the server does not let this person be there.
    """
    is_lost = is_known = False
    refusals = 0
    try:
        async with LiveSpace(base_url, space_id, cookie=cookie, kept=0) as space:
            async for event in space:
                match event:
                    case client.Joined():
                        if is_lost:
                            yield tail.LineBack()
                        is_lost = False
                    case client.LineLost():
                        refusals = refusals + 1 if event.reason == "http_403" and not is_known else 0
                        if refusals >= REFUSALS_LIMIT:
                            raise tail.Refused(REFUSED)
                        if not is_lost:
                            yield tail.LineLost()
                        is_lost = True
                    case Presence() if not is_known:
                        is_known = True
                        name = space.model.space.name if space.model.space else ""
                        yield tail.Here(name, [_name(space, each) for each in event.came])
                    case Presence():
                        for each in event.went:
                            yield tail.Went(_name(space, each))
                        for each in event.came:
                            yield tail.Came(_name(space, each))
                    case client.Said() if event.message.deleted is None:
                        author = _name(space, event.message.author)
                        yield tail.Said(event.message.sent_at, author, event.message.text)
                    case client.StartedAnew() | client.Missed():
                        yield tail.LeftOut()
                    case _:
                        pass
    except client.ShutOut as shut:
        reason = REASONS.get(shut.reason, f"You may not be in this space ({shut.reason}).")
        raise tail.Refused(reason) from None


def _name(space: LiveSpace, person: Person) -> str:
    school = space.model.schools.get(person.school_id)
    return f"{person.name} ({school.short_name})" if school else person.name
