"""What is open is held against the records, and what was lost is taken away.

Whenever a fact says that access may differ, after each gap on the bus, and in any case every `recheck_s`.
What was lost is taken first, from everyone concerned: out of the space, off the board, out of the media.
Only then are the sockets told and closed, which takes longer. When the records cannot be read, the doubt
closes the socket.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

import structlog
from sqlalchemy.exc import SQLAlchemyError

from realtime.connection import Connection
from realtime.protocol import CloseCode
from realtime.readings import Reading
from server import access
from server.access import Access
from server.accounts import service as accounts
from server.devices.reading import companions_of
from server.spaces import service as spaces

if TYPE_CHECKING:
    from realtime.hub import Hub

log = structlog.get_logger()

READINGS_AT_ONCE = 5
SOCKETS_AT_ONCE = 250
"""One reading serves spaces with so many sockets together, or one space with more."""
TAKING_FIRST_S = 0.5
"""So long those who lost access wait to be told of it while it is taken from others."""
GOODBYES_AT_ONCE = 100
"""So many sockets are told before others have a turn."""

Spaces = Mapping[UUID | None, Sequence[Connection]]
"""Sockets by the space that they are in; None: in none, only their sign-in is looked at."""


class Rechecking:
    """Keeps the access of a node's open sockets true.

    Args:
        recheck_s: how often every socket is looked at, whatever was told.
        timeout_s: how long the records are waited for.
    """

    def __init__(self, hub: Hub, recheck_s: float, timeout_s: float) -> None:
        self._hub = hub
        self._recheck_s = recheck_s
        self._timeout_s = timeout_s
        self._some_at_once = asyncio.Semaphore(READINGS_AT_ONCE)
        self._checked_at: dict[UUID | None, float] = {None: 0.0}
        """Spaces by when all of their sockets were last looked at, the longest ago first."""

    async def recheck(self, connections: Iterable[Connection]) -> None:
        """Hold these against the records, and take away what was lost."""
        doubt = asyncio.Event()
        lost: list[Connection] = []

        async def hold(group: Spaces) -> None:
            async with self._some_at_once:
                try:
                    # Who waited for the records in vain does not let the others wait as long again.
                    if doubt.is_set() or not await self._hold(group, lost):
                        doubt.set()
                        for connection in (each for members in group.values() for each in members):
                            self._take(connection, CloseCode.RESYNC, "unavailable", lost)
                except Exception:
                    # The others must not go unchecked for it; these have their turn again by the clock.
                    log.exception("access could not be looked at")

        tasks = {asyncio.create_task(hold(group)) for group in _groups(connections)}
        try:
            while tasks:
                _, tasks = await asyncio.wait(tasks, timeout=TAKING_FIRST_S)
                while lost:
                    self._say_goodbye(lost, GOODBYES_AT_ONCE)
                    await asyncio.sleep(0)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._say_goodbye(lost, len(lost))

    @staticmethod
    def _say_goodbye(lost: list[Connection], count: int) -> None:
        for connection in lost[:count]:
            connection.say_goodbye()
        del lost[:count]

    def _take(self, connection: Connection, code: CloseCode, reason: str, lost: list[Connection]) -> None:
        self._hub.take_out(connection)
        if connection.shut(code, reason):
            lost.append(connection)

    async def _hold(self, group: Spaces, lost: list[Connection]) -> bool:
        """Returns whether the records could be read."""
        # While this waited for its turn, another recheck may have taken them away.
        group = {space_id: there for space_id, each in group.items() if (there := _still_in(space_id, each))}
        while group:
            with self._hub.readings.begin() as reading:
                try:
                    async with asyncio.timeout(self._timeout_s):
                        group = await self._read(group, reading, lost)
                except (SQLAlchemyError, OSError) as error:
                    log.error("access could not be read, sockets closed", error=type(error).__name__)
                    return False
        return True

    async def _read(self, group: Spaces, reading: Reading, lost: list[Connection]) -> Spaces:
        """Returns the sockets that a change has overtaken: they must be asked for again."""
        again: dict[UUID | None, list[Connection]] = {}
        async with self._hub.database.read() as session:
            sign_ins = {each.who.session_id for members in group.values() for each in members}
            signed_in = await accounts.alive(session, sign_ins)
            joined = await companions_of(session, sign_ins)
            for space_id, members in group.items():
                found: dict[UUID, Access] = {}
                if space_id is not None:
                    there = {each.who.session_id for each in members}
                    with_them = {each.user_id for sign_in in there for each in joined.get(sign_in, ())}
                    asked = {each.user_id for each in members} | with_them
                    found = await access.access_of(session, asked, space_id)
                for each in members:
                    if space_id is not None and each.channel and each.channel.space_id == space_id:
                        companions = joined.get(each.who.session_id, ())
                        is_stale = reading.is_stale_for(each, space_id, each.channel.root_id)
                        is_stale = is_stale or reading.names_any(other.user_id for other in companions)
                        self._reconcile(each, found, lost, is_stale)
                        self._hub.sharing.reseat(each, companions, found, is_stale=is_stale)
                        if is_stale and each.channel is not None:
                            again.setdefault(space_id, []).append(each)
                    if each.who.session_id not in signed_in:
                        self._take(each, CloseCode.SIGNED_OUT, "signed_out", lost)
        return again

    def _reconcile(
        self, connection: Connection, found: Mapping[UUID, Access], lost: list[Connection], is_stale: bool
    ) -> None:
        now = found.get(connection.user_id, Access(access.NOTHING, "access_lost"))
        if not now.may_enter:
            self._take(connection, CloseCode.ACCESS_LOST, now.reason, lost)
            return
        self._hub.settle(connection, now.grants & connection.access if is_stale else now.grants)

    # --- by the clock

    def checked(self, space_id: UUID | None) -> None:
        """All sockets of this space were just looked at."""
        self._checked_at.pop(space_id, None)
        self._checked_at[space_id] = asyncio.get_running_loop().time()

    async def run(self) -> None:
        """Look at every socket every `recheck_s`: not at all of them at once, but at a part every while."""
        boards_at = asyncio.get_running_loop().time()
        while True:
            await asyncio.sleep(self._pause_s())
            try:
                await self._recheck_next()
                now = asyncio.get_running_loop().time()
                if now - boards_at >= self._recheck_s:
                    boards_at = now
                    self._hub.boards.catch_up()
            except Exception:
                log.exception("recheck failed, tried again")  # it is the last safeguard: it never ends

    def _rounds(self) -> int:
        """In how many parts all sockets are looked at."""
        return self._hub.count // SOCKETS_AT_ONCE + 1

    def _pause_s(self) -> float:
        """Until the next part, or until the space that was looked at longest ago must be looked at again."""
        oldest = next(iter(self._checked_at.values()))
        due_s = oldest + self._recheck_s - asyncio.get_running_loop().time()
        return max(0.0, min(due_s, self._recheck_s / self._rounds()))

    async def _recheck_next(self) -> None:
        """Look at those spaces that were looked at longest ago."""
        wanted = self._hub.count / self._rounds()
        ids: list[UUID | None] = []
        connections: list[Connection] = []
        for space_id in list(self._checked_at):
            if space_id is None:
                connections += self._hub.not_joined()
            elif (channel := self._hub.channels.get(space_id)) is None:
                del self._checked_at[space_id]
                continue
            else:
                connections += channel.connections
            ids.append(space_id)
            self.checked(space_id)
            if len(connections) >= wanted:
                break
        await self.recheck(connections)
        seqs = await self._look_again([each for each in ids if each is not None])
        for space_id, seq in seqs.items():
            if channel := self._hub.channels.get(space_id):
                channel.check(seq)

    async def _look_again(self, space_ids: Sequence[UUID]) -> Mapping[UUID, int]:
        """What the desks keep of these spaces is read again. Returns their newest numbers."""
        if not space_ids:
            return {}
        try:
            async with asyncio.timeout(self._timeout_s), self._hub.database.read() as session:
                roots = list({self._hub.root_of(space_id) for space_id in space_ids})
                for desk in self._hub.desks:
                    await desk.read(session, roots if desk.of_root else space_ids)
                return await spaces.last_seqs(session, space_ids)
        except (SQLAlchemyError, OSError) as error:
            log.warning("spaces could not be looked at again", error=type(error).__name__)
            return {}


def _still_in(space_id: UUID | None, members: Sequence[Connection]) -> Sequence[Connection]:
    """Those of these sockets that are open, and where they were."""
    return [
        each for each in members
        if not each.is_closing and (each.channel.space_id if each.channel else None) == space_id
    ]


def _groups(connections: Iterable[Connection]) -> list[Spaces]:
    """The sockets by space, and spaces together that are read together."""
    by_space: dict[UUID | None, list[Connection]] = {}
    for connection in connections:
        channel = connection.channel
        by_space.setdefault(channel.space_id if channel else None, []).append(connection)
    groups: list[dict[UUID | None, list[Connection]]] = []
    size = SOCKETS_AT_ONCE
    for space_id, members in by_space.items():
        if size + len(members) > SOCKETS_AT_ONCE:
            groups.append({})
            size = 0
        groups[-1][space_id] = members
        size += len(members)
    return list(groups)
