"""The way into a space: one look at the records for all who ask at about the same time.

Who asks while the records of a space are being read waits for the next reading, which serves all of them:
a class that comes back after a restart costs a few queries, not a few for each. Everything that a page is
told was read after it asked, or has happened since. A page that a change of access overtakes meanwhile is
read for again, and from the end of the reading until it is in nothing waits.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec
import structlog
from prometheus_client import Gauge
from sqlalchemy.exc import SQLAlchemyError

from realtime import protocol
from realtime.channel import CATCH_UP_LIMIT, Channel
from realtime.connection import Connection
from realtime.history import continues
from realtime.people import chat_messages, people, school_infos, space_info
from realtime.protocol import CloseCode
from realtime.spacing import Spacing
from realtime.transport import Message
from server import access
from server.access import NOTHING, Access
from server.accounts import service as accounts
from server.chat import reading as chat
from server.chat.reading import Said
from server.devices.reading import Companion, companions_of
from server.spaces import service as spaces

if TYPE_CHECKING:
    from realtime.hub import Hub

log = structlog.get_logger()

JOIN_TRIES = 10
"""So often a page is read for again when a change overtakes it; then it has to come back later."""
BATCH_LIMIT = 100
"""So many are brought in by one reading: telling them takes the loop some hundredths of a second."""
READINGS_AT_ONCE = 5
READINGS_PER_S = 20
READINGS_BURST = 5
"""So many readings of a space follow one another at once before they are spaced."""

IN_SPACES = Gauge("commonroom_sockets_in_spaces", "Sockets that have joined a space.")


class _Asking:
    """A page that waits to be let in."""

    def __init__(self, connection: Connection, frame: protocol.SpaceJoin) -> None:
        self.connection = connection
        self.frame = frame
        self.tries = 0
        self.answered: asyncio.Future[Exception | None] = asyncio.get_running_loop().create_future()

    def answer(self, error: Exception | None = None) -> None:
        if not self.answered.done():
            self.answered.set_result(error)


class _Found(msgspec.Struct):
    """What a reading says about a space, for those who may come in."""

    info: protocol.SpaceInfo
    schools: list[protocol.SchoolInfo]
    people: dict[UUID, protocol.Person]
    """Who asks, who is here and was not shown yet, and who wrote the messages."""
    changed: list[protocol.ChatMessage]
    """All that is new or has changed after `after` and up to `seq`."""
    after: int
    seq: int
    newest: list[protocol.ChatMessage]
    """The newest messages, for pages that begin; none, when enough are at hand."""
    pinned: list[protocol.ChatMessage] | None
    """None: what is pinned is known."""


class _Answers(msgspec.Struct):
    """What a reading says about those who ask."""

    access: dict[UUID, Access]
    signed_in: set[UUID]
    found: _Found | None
    """None: nobody who asks may come in."""
    companions: dict[UUID, tuple[Companion, ...]] = msgspec.field(default_factory=dict)
    """By sign-in, who else is at the device."""

    def with_(self, asking: _Asking) -> tuple[Companion, ...]:
        """Who else is at the device of this page."""
        return self.companions.get(asking.connection.who.session_id, ())

    @property
    def roots(self) -> Sequence[UUID]:
        """What the space is a group of, where it is one and that was read."""
        parent_id = self.found.info.parent_id if self.found is not None else None
        return [parent_id] if parent_id is not None else []


class Joining:
    """Lets pages into the spaces of a node."""

    def __init__(self, hub: Hub, timeout_s: float) -> None:
        self._hub = hub
        self._timeout_s = timeout_s
        self._waiting: dict[UUID, deque[_Asking]] = {}
        self._some_at_once = asyncio.Semaphore(READINGS_AT_ONCE)
        self._spacing = Spacing(READINGS_PER_S, READINGS_BURST)
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_closing = False

    async def join(self, connection: Connection, frame: protocol.SpaceJoin) -> None:
        """Bring a page in, or close it with the reason. Returns when that is done.

        Raises:
            SQLAlchemyError, OSError: the records cannot be read; the page is nowhere.
        """
        if self._is_closing:
            return
        asking = _Asking(connection, frame)
        if (waiting := self._waiting.get(frame.space_id)) is None:
            waiting = self._waiting[frame.space_id] = deque()
            task = asyncio.create_task(self._serve(frame.space_id, waiting))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        waiting.append(asking)  # bounded: each socket waits for its one answer
        if (error := await asking.answered) is not None:
            raise error

    async def close(self) -> None:
        """Bring nobody in any more. Who waits is not answered: the sockets are closing."""
        self._is_closing = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, space_id: UUID, waiting: deque[_Asking]) -> None:
        batch: list[_Asking] = []
        try:
            while waiting:
                async with self._some_at_once:
                    batch = [waiting.popleft() for _ in range(min(len(waiting), BATCH_LIMIT))]
                    again = await self._bring_in(space_id, batch)
                waiting.extendleft(reversed(again))
                await asyncio.sleep(self._spacing.after(space_id))
        finally:
            del self._waiting[space_id]
            for asking in (*batch, *waiting):  # when this was cancelled
                asking.answer()

    async def _bring_in(self, space_id: UUID, batch: Sequence[_Asking]) -> list[_Asking]:
        """Answer a batch, except those who must be read for again: these are returned."""
        asking = [each for each in batch if self._is_there(each)]
        if not asking:
            return []
        hub = self._hub
        was_open = bool(hub.family(hub.root_of(space_id)))
        with hub.readings.begin() as reading:
            try:
                answers = await self._read(space_id, asking)
            except Exception as error:
                if not isinstance(error, (SQLAlchemyError, OSError)):  # TimeoutError is an OSError
                    log.exception("nobody could be let in")
                for each in asking:
                    each.answer(error)
                return []
        # From here to the end nothing waits, so nothing can come in between.
        # When the last page of the space, and of its groups, has gone meanwhile, the desks have forgotten it.
        is_forgotten = was_open and not hub.family(hub.root_of(space_id))
        again: list[_Asking] = []
        coming: list[_Asking] = []
        for each in asking:
            if not self._is_there(each):
                continue
            companions = [other.user_id for other in answers.with_(each)]
            is_stale = reading.is_stale_for(
                each.connection, space_id, self._hub.root_of(space_id), *answers.roots
            )
            if is_stale or is_forgotten or reading.names_any(companions):
                again.append(each)
            elif self._may_come(each, answers):
                coming.append(each)
        if coming and (found := answers.found) is not None:
            again += self._let_in(space_id, coming, answers, found)
        return [each for each in again if self._may_try_again(each)]

    def _is_there(self, asking: _Asking) -> bool:
        """Whether the page still waits to come in."""
        connection = asking.connection
        if asking.answered.done() or connection.is_closing or not self._hub.has(connection):
            asking.answer()
            return False
        return True

    @staticmethod
    def _may_try_again(asking: _Asking) -> bool:
        asking.tries += 1
        if asking.tries < JOIN_TRIES:
            return True
        asking.connection.close(CloseCode.RESYNC, "busy")
        asking.answer()
        return False

    @staticmethod
    def _may_come(asking: _Asking, answers: _Answers) -> bool:
        """What the records say of this page; who may not come in is sent away."""
        connection = asking.connection
        found = answers.access.get(connection.user_id, Access(NOTHING, "not_found"))
        if not found.may_enter:
            connection.close(CloseCode.ACCESS_LOST, found.reason)
        elif connection.who.session_id not in answers.signed_in:
            connection.close(CloseCode.SIGNED_OUT, "signed_out")
        else:
            return True
        asking.answer()
        return False

    async def _read(self, space_id: UUID, asking: Sequence[_Asking]) -> _Answers:
        users = {each.connection.user_id for each in asking}
        async with asyncio.timeout(self._timeout_s), self._hub.database.read() as session:
            joined = await companions_of(session, {each.connection.who.session_id for each in asking})
            users |= {each.user_id for companions in joined.values() for each in companions}
            may = await access.access_of(session, users, space_id)
            entering = {user_id for user_id, found in may.items() if found.may_enter}
            coming = [each for each in asking if each.connection.user_id in entering]
            if not coming:
                return _Answers(may, set(), None)
            signed_in = await accounts.alive(session, {each.connection.who.session_id for each in coming})
            space = (await spaces.with_schools(session, [space_id]))[0]
            for desk in self._hub.desks:
                await desk.read(session, [space.parent_id or space_id] if desk.of_root else [space_id])
            seq = space.last_seq
            after, is_beginning = self._wanted(space_id, seq, coming)
            stored = (
                await chat.changed_after(session, space_id, after, CATCH_UP_LIMIT) if after < seq else []
            )
            if len(stored) == CATCH_UP_LIMIT:
                seq, is_beginning = max(each.changed_seq for each in stored), False
            newest: list[Said] = await chat.newest(session, space_id) if is_beginning else []
            pinned: list[Said] | None = await chat.pinned(session, space_id) if is_beginning else None
            written = (*stored, *newest, *(pinned or ()))
            channel = self._hub.channels.get(space_id)
            shown = channel.shown if channel is not None else {}
            strange = entering | (self._hub.presence.people(space_id) - shown.keys())
            found_people = await people(session, strange | {each.author_id for each in written})
            school_ids = {each.school_id for each in (*shown.values(), *found_people.values())}
            if channel is not None:
                school_ids |= channel.history.school_ids
            schools = await school_infos(session, space, school_ids)
        return _Answers(
            may,
            signed_in,
            _Found(
                info=space_info(space),
                schools=schools,
                people=found_people,
                changed=chat_messages(stored, found_people),
                after=after,
                seq=seq,
                newest=chat_messages(newest, found_people),
                pinned=None if pinned is None else chat_messages(pinned, found_people),
            ),
            joined,
        )

    def _wanted(self, space_id: UUID, stored_seq: int, asking: Sequence[_Asking]) -> tuple[int, bool]:
        """After which number must be read what is new or has changed, and whether the newest messages must
        be read: what is at hand need not be."""
        channel = self._hub.channels.get(space_id)
        seq = stored_seq if channel is None else max(stored_seq, channel.seq)
        going_on = [
            each.frame.last_seq for each in asking if continues(each.frame.last_seq, seq)
        ]
        wanted, is_beginning = min(going_on, default=seq), len(going_on) < len(asking)
        if channel is None:
            return wanted, is_beginning
        if is_beginning and channel.history.can_begin:
            is_beginning = False
        return channel.seq if channel.history.reaches(wanted) else min(wanted, channel.seq), is_beginning

    def _let_in(
        self, space_id: UUID, coming: Sequence[_Asking], answers: _Answers, found: _Found
    ) -> list[_Asking]:
        """Bring these in at once. Returns those for whom the messages at hand do not go back far enough."""
        hub, may = self._hub, answers.access
        channel = hub.channels.get(space_id)
        if channel is None:
            root_id = found.info.parent_id or space_id
            channel = Channel(space_id, root_id, found.seq, hub.database, hub.presence)
        _take_in(channel, found)
        again = [each for each in coming if not _can_tell(each, channel)]
        coming = [each for each in coming if _can_tell(each, channel)]
        if not coming:
            return again
        if space_id not in hub.channels:
            hub.open(channel)
        channel.learn(found.schools)
        # Shown to the others first and added after, so that nobody is told of their own coming.
        here = {each.connection.user_id for each in coming} | hub.presence.people(space_id)
        with_them = {other.user_id for each in coming for other in answers.with_(each)}
        here |= {each for each in with_them if each in may and may[each].may_enter}
        channel.show(found.people[user_id] for user_id in here & found.people.keys())
        channel.members.flush()
        tracks = hub.media.tracks(space_id)
        for each in coming:
            connection = each.connection
            connection.access, connection.channel = may[connection.user_id].grants, channel
            hub.sharing.seat(connection, answers.with_(each), may)
            connection.grants = hub.allowed(connection, channel)
            channel.connections.add(connection)
            hub.presence.add(space_id, connection.user_id)
            hub.media.join(connection, space_id)
            IN_SPACES.inc()
            history, last_seq = channel.history, each.frame.last_seq
            if goes_on := continues(last_seq, channel.seq):
                start, told = last_seq, history.frames(last_seq)
            else:
                start, told = history.start, history.first_frames()
            joined = protocol.SpaceJoined(
                ref=each.frame.ref,
                space=found.info,
                schools=found.schools,
                boards=hub.pages.boards(space_id, connection.access),
                notes=hub.pages.notes(space_id),
                grants=sorted(connection.grants),
                seq=channel.seq,
                from_seq=start + 1,
                anew=not goes_on,
                tracks=tracks,
                ice_servers=hub.media.ice_servers(connection.user_id),
                translates=hub.translates,
            )
            connection.put(Message(protocol.encode(joined)), channel.state(), *told)
            connection.send(*(frame for desk in hub.desks for frame in desk.shown_to(connection, channel)))
            for desk in hub.desks:
                desk.on_page(connection, channel)
            each.answer()
        channel.on_presence()  # somebody may have come to another node while the records were read
        return again


def _take_in(channel: Channel, found: _Found) -> None:
    """Tell the members what was read and they have not heard, and keep the rest for those who come in."""
    history = channel.history
    is_joined_on = found.seq >= history.after  # else something between the two would be missing
    channel.take_in(found.changed, found.seq)
    if is_joined_on and found.after < history.after:
        history.extend(found.changed, found.after)
    if is_joined_on and found.pinned is not None:
        begins = found.newest[0].seq - 1 if len(found.newest) >= chat.HISTORY_LIMIT else 0
        history.begin(found.newest, begins, found.pinned)


def _can_tell(asking: _Asking, channel: Channel) -> bool:
    """Whether what a page has to be told is at hand."""
    history, last_seq = channel.history, asking.frame.last_seq
    if continues(last_seq, channel.seq):
        return history.reaches(last_seq)
    return history.can_begin
