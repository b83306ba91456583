"""A board page while somebody has it open on this node: its document, its log, its people.

An accepted update is applied to the document, stored with everything else of its tick in one
transaction, and only then sent on, to its sender too: the echo means "stored". So does everything else
that tells a page what the server has: our state vector names what is stored, and a page that asks for
the document gets it when nothing in it is on its way to the log. Until then what others draw waits.

When storing fails the room is given up and its people come back to a fresh one; what was not echoed is
still in their pages and is sent again.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import NamedTuple
from uuid import UUID

import structlog
from pycrdt import Doc
from sqlalchemy.exc import SQLAlchemyError

from realtime import board_wire as wire
from realtime import yjs_update
from realtime.board_guard import BoardGuard
from realtime.connection import Broadcast, Connection
from realtime.notes_guard import NotesGuard
from realtime.page_guard import Gap, PageGuard, Refused, Verdict
from realtime.prepared import BINARY
from realtime.protocol import CloseCode, ErrorCode
from realtime.transport import Message
from server import clock
from server.boards import service, versions
from server.boards.models import PageKind, VersionReason
from server.bus import Bus
from server.db import Database, UnitOfWork
from server.errors import DomainError
from server.events import BoardSignalled, BoardUpdated

log = structlog.get_logger()

TICK_S = 0.033
COMPACT_AFTER = 500
"""So many updates after the last snapshot, a new one is made."""
COMPACT_AFTER_BYTES = 1024 * 1024
"""Or when they have come to so much."""
UNSTORED_LIMIT = 5000
"""So many updates may wait for the database; then the room is given up."""
PAGE_LIMIT_BYTES = 8 * 1024 * 1024
"""A page's document, as it is stored."""
NOTES_LIMIT_BYTES = 1024 * 1024
"""The same of notes; what is deleted leaves traces in it."""
MEASURE_AFTER_BYTES = 64 * 1024
"""A page that looks full is measured again when so much has come since."""
ANSWERS_KEPT = 4
"""So many state vectors are remembered with what was answered to them."""
SLOW_S = 0.25
"""A page that reads slowly gets the document when it has caught up: looked at so often."""


class Hole(OSError):
    """The log, as it was read, lacks an update. What was made of it must not become a snapshot."""


class _Sent(NamedTuple):
    """An update as it came from a person."""

    connection: Connection
    author_id: UUID
    """Whose work it is: at a shared device not always that of the one who is signed in."""
    step: int
    data: bytes
    may_edit: bool


class BoardRoom:
    """One page on one node. Made by `BoardRooms.enter`, dropped when its last person leaves."""

    def __init__(
        self, board_id: UUID, database: Database, bus: Bus, stored: service.Log,
        on_broken: Callable[[BoardRoom], None], on_marks: Callable[[Connection, int], None],
    ) -> None:
        self.board_id = board_id
        self._on_marks = on_marks
        self.is_broken = False
        self._on_broken = on_broken
        self.people = Broadcast(TICK_S)
        self._database = database
        self._bus = bus
        self._doc = Doc()
        self.has_versions = stored.kind is PageKind.NOTES
        """Whether it is notes, of which versions are kept."""
        self._guard: PageGuard = (NotesGuard if self.has_versions else BoardGuard)(
            stored.writers, lambda: self._doc.get_update(self._doc.get_state())
        )
        self._versioned_at = stored.versioned_at
        """When the newest version was kept, as far as is known here."""
        self._version_due: VersionReason | None = None
        self._version_begun = asyncio.Event()
        self._keeping: asyncio.Task[bool] | None = None
        """The newest version on its way to the records."""
        self._seq = stored.snapshot_seq
        """The number of the newest stored update that this room knows and has sent on."""
        self._states: dict[int, wire.State] = {}
        self._unstored: list[service.Drawn] = []
        """Applied here, and not in the log yet: waiting, or just being stored."""
        self._held: deque[_Sent] = deque()
        """What came while nothing could be applied, in order."""
        self._asking: dict[Connection, bytes] = {}
        """Who waits for the document, and the state vector they sent."""
        self._asking_later: dict[Connection, bytes] = {}
        """The same, of pages that do not read what they have been sent."""
        self._answers: dict[bytes, Message] = {}
        """What was answered to which state vector, while the document is as it was then."""
        self._later: asyncio.TimerHandle | None = None
        self._binding: tuple[Sequence[int], UUID] | None = None
        """New client ids, and whose they are to be: asked of the records before anything is applied."""
        self._is_compaction_due = False
        self._working: asyncio.Task[None] | None = None
        self._compacting: asyncio.Task[None] | None = None
        self._compact_from = stored.snapshot_seq, 0
        """The number of the update, and the bytes, from which on a new snapshot is counted for."""
        self._stored_clocks: dict[int, int] = {}
        """The state vector of what is stored."""
        self._stored_bytes = 0
        """The size of the document, or rather more: replaced values count until the next snapshot."""
        self._measured_bytes = 0
        """`_stored_bytes` when it was measured last."""
        self._catching_up: asyncio.Task[None] | None = None
        self._catch_up_again = False
        if stored.snapshot:
            self._take(stored.snapshot)
            self._compact_from = stored.snapshot_seq, self._stored_bytes
        for seq, author_id, data in stored.updates:
            self._take_next(seq, data, author_id)
        if self._seq < stored.last_seq:
            raise Hole("the last updates of a board")

    def _take(self, data: bytes, author_id: UUID | None = None) -> None:
        """Something that is in the log."""
        self._doc.apply_update(data)
        self._answers.clear()
        update = yjs_update.read_stored(data)
        self._guard.observe(update, author_id)
        for item in update.items:
            end = item.clock + item.length
            if end > self._stored_clocks.get(item.client, 0):
                self._stored_clocks[item.client] = end
        self._stored_bytes += len(data)

    def _take_next(self, seq: int, data: bytes, author_id: UUID) -> None:
        if seq != self._seq + 1:
            raise Hole("an update of a board")
        self._take(data, author_id)
        self._seq = seq

    # --- people

    def add(self, connection: Connection) -> None:
        """Bring a person in: they are asked what they have, and shown who else points where."""
        self.people.flush()
        self.people.members.add(connection)
        connection.board = self
        self._ask(connection)
        if self._states:
            connection.send_binary(wire.awareness(list(self._states.values())))

    def _ask(self, connection: Connection) -> None:
        """Ask for what is not stored here: the page may forget the rest, or will send it again."""
        connection.send_binary(wire.sync(wire.STEP_1, wire.state_vector(self._stored_clocks)))

    def remove(self, connection: Connection) -> None:
        """Take a person out at once; their cursor goes with them. What they had sent still counts."""
        self.people.members.discard(connection)
        self._asking.pop(connection, None)
        self._asking_later.pop(connection, None)
        connection.board = None
        client_id, connection.board_client_id = connection.board_client_id, None
        if client_id is None:
            return
        self._guard.release(client_id)
        if state := self._states.pop(client_id, None):
            gone = wire.State(client_id, state.clock + 1, b"null")
            self._bus.publish([BoardSignalled(self.board_id, wire.awareness([gone]))])

    # --- messages of a person

    def receive(self, connection: Connection, data: bytes, may_edit: bool) -> None:
        """Act on a binary frame. What cannot be used is answered with an `error` frame."""
        try:
            reader = wire.Reader(data)
            kind, by_id = reader.uint(), connection.user_id
            if kind == wire.ACTING:
                by_id, kind = reader.person(), reader.uint()
            if kind == wire.SYNC:
                self._sync(connection, by_id, reader.uint(), reader.bytes(), may_edit)
            elif kind == wire.AWARENESS:
                self._awareness(connection, by_id, reader.bytes())
            elif kind == wire.STROKE:
                self._stroke(connection, by_id, reader.bytes(), may_edit)
            else:
                raise wire.BadMessage("no such message")
        except wire.BadMessage as error:
            connection.fail(ErrorCode.BAD_FRAME, f"No board message: {error}.")

    def _sync(self, connection: Connection, by_id: UUID, step: int, data: bytes, may_edit: bool) -> None:
        if step == wire.STEP_1:
            if by_id != connection.user_id:
                raise wire.BadMessage("a question is nobody's work")
            wire.check_state_vector(data)
            (self._asking_later if connection.is_slow else self._asking)[connection] = data
            self._look_later()
        elif step in (wire.STEP_2, wire.UPDATE):
            if by_id not in connection.people:
                self._refuse_name(connection)
                return
            self._held.append(_Sent(connection, by_id, step, data, may_edit))
            if len(self._held) + len(self._unstored) > UNSTORED_LIMIT:
                self.give_up()
        else:
            raise wire.BadMessage("no such sync step")
        self._go_on()

    def _go_on(self) -> None:
        """Do all that needs no waiting; the rest is left to `_work`."""
        while not self.is_broken:
            if not self._unstored:
                self._answer()
            while self._held and not (self.is_broken or self._is_waiting):
                sent = self._held.popleft()
                if new_writers := self._draw(sent):
                    self._held.appendleft(sent)
                    self._binding = new_writers, sent.author_id
            if self._version_due is None or self._unstored:
                break
        if (self._unstored or self._binding) and self._working is None and not self.is_broken:
            self._working = asyncio.create_task(self._work())

    @property
    def _is_waiting(self) -> bool:
        """Whether nothing may be applied until the database has answered."""
        return bool(self._binding or self._asking or self._is_compaction_due or self._version_due)

    def _answer(self) -> None:
        """All that is in the document is stored: tell those who asked, and make a snapshot of it."""
        asking, self._asking = self._asking, {}
        if asking:
            self.people.flush()  # what was stored before reaches everyone before
        for connection, vector in asking.items():
            try:
                answer = self._answer_to(vector)
            except (ValueError, IndexError, AssertionError):
                connection.fail(ErrorCode.BAD_FRAME, "No board message: no state vector.")
            else:
                connection.put(answer)
        if (reason := self._version_due) is not None:
            self._version_due = None
            self._begin_keeping(reason)
        if self._is_compaction_due:
            self._is_compaction_due = False
            if self._catching_up is None and self._compacting is None:
                state = self._doc.get_update()
                self._stored_bytes = self._measured_bytes = len(state)
                self._compact_from = self._seq, len(state)
                self._guard.compacted(state)
                self._compacting = asyncio.create_task(self._compact(state, self._seq))

    def _answer_to(self, vector: bytes) -> Message:
        """What a page with this state vector lacks; encoded and compressed once for all who ask alike.

        Raises:
            ValueError, IndexError, AssertionError: this is no state vector.
        """
        if (answer := self._answers.get(vector)) is None:
            if len(self._answers) == ANSWERS_KEPT:
                self._answers.clear()
            update = self._doc.get_update(vector)
            answer = self._answers[vector] = Message(wire.sync(wire.STEP_2, update), BINARY)
        return answer

    def _look_later(self) -> None:
        if self._asking_later and self._later is None:
            self._later = asyncio.get_running_loop().call_later(SLOW_S, self._ask_for_slow)

    def _ask_for_slow(self) -> None:
        self._later = None
        for connection in [each for each in self._asking_later if not each.is_slow]:
            self._asking[connection] = self._asking_later.pop(connection)
        self._look_later()
        self._go_on()

    def _draw(self, sent: _Sent) -> Sequence[int]:
        """Apply an update, or refuse it. Returns the client ids that have to be bound before, if any."""
        connection, author_id, data = sent.connection, sent.author_id, sent.data
        if connection.board is self and author_id not in connection.people:
            self._refuse_name(connection)  # gone from the device while it stood in line
            return ()
        limit_bytes = self._guard.update_limit_bytes if sent.step == wire.UPDATE else len(data)
        try:
            verdict = self._guard.check(data, author_id, limit_bytes)
            if verdict.is_new and sent.may_edit:
                self._check_size(verdict)
        except Gap:
            if connection.board is self:
                self._ask(connection)
            return ()
        except Refused as refusal:
            log.info("board update refused", board_id=str(self.board_id), why=str(refusal))
            self._fail(connection, ErrorCode.BOARD_REFUSED, f"The board did not take this: {refusal}.")
            return ()
        if not verdict.is_new:
            return ()
        if not sent.may_edit:
            self._fail(
                connection, ErrorCode.BOARD_READ_ONLY, "You can look at this board, not draw on it."
            )
            return ()
        if verdict.new_writers:
            return verdict.new_writers
        if (reason := self._version_before(verdict)) is not None:
            self._version_due = reason
            self._held.appendleft(sent)
            return ()
        try:
            self._doc.apply_update(verdict.data)
        except (ValueError, IndexError, AssertionError, RuntimeError) as error:
            # Part of it may have been applied: what is stored is right, so start again from there.
            log.warning(
                "board update failed inside Yjs", board_id=str(self.board_id), error=type(error).__name__
            )
            self._fail(connection, ErrorCode.BOARD_REFUSED, "The board could not use this.")
            self.give_up()
            return ()
        self._answers.clear()
        marks = self._guard.mark_count
        self._guard.accept(verdict, author_id)
        if (more := self._guard.mark_count - marks) and connection.board is self:
            self._on_marks(connection, more)
        if not self._guard.is_deleted(verdict.doubtful):
            why = "it deletes what somebody else set"
            self._fail(connection, ErrorCode.BOARD_REFUSED, f"The board did not take this: {why}.")
        self._unstored.append(service.Drawn(author_id, verdict.data))
        return ()

    def _refuse_name(self, connection: Connection) -> None:
        """As `Connection.acting` does: the page drops what it cannot send in that name any more."""
        detail = "They are not at this device any more. Nothing was drawn."
        self._fail(connection, ErrorCode.NOT_ALLOWED, detail)

    def _fail(self, connection: Connection, code: ErrorCode, detail: str) -> None:
        if connection.board is self:  # who has another page open by now would take it for that one
            connection.fail(code, detail)

    def _check_size(self, verdict: Verdict) -> None:
        """Raises: Refused: the page is full."""
        waiting = sum(len(each.data) for each in self._unstored) if self._unstored else 0
        more = waiting + len(verdict.data)
        limit_bytes = NOTES_LIMIT_BYTES if self.has_versions else PAGE_LIMIT_BYTES
        if self._stored_bytes + more <= limit_bytes:
            return
        if self._stored_bytes + waiting - self._measured_bytes >= MEASURE_AFTER_BYTES:
            # Values that were replaced are still counted; without them there may be room.
            self._stored_bytes = self._measured_bytes = len(self._doc.get_update()) - waiting
        if self._stored_bytes + more > limit_bytes:
            raise Refused("the page is full")

    # --- versions

    def _version_before(self, verdict: Verdict) -> VersionReason | None:
        """Why a version is to be kept before this update is applied, if it is."""
        if not self.has_versions:
            return None
        now = clock.now()
        if self._seq == 0:  # there is nothing to keep; it begins now
            self._versioned_at = now
        age = now - self._versioned_at if self._versioned_at else versions.EVERY
        if age >= versions.EVERY:
            return VersionReason.CHANGED
        is_much = age >= versions.CLEARED_EVERY and self._guard.deletes_much(verdict)
        return VersionReason.CLEARED if is_much else None

    def _begin_keeping(self, reason: VersionReason) -> None:
        """All that is in the document is stored: keep it as a version."""
        self._versioned_at = clock.now()
        self._keeping = asyncio.create_task(
            self._keep(reason, self._doc.get_update(), self._seq, self._keeping)
        )
        self._version_begun.set()

    async def _keep(
        self, reason: VersionReason, state: bytes, seq: int, before: asyncio.Task[bool] | None
    ) -> bool:
        """Returns whether it is in the history now."""
        if before is not None:
            await asyncio.wait([before])
        try:
            async with UnitOfWork(self._database, self._bus) as uow:
                await versions.keep(uow, self.board_id, seq, state, reason)
        except (SQLAlchemyError, OSError, DomainError) as error:
            log.warning("a version of the notes was not kept", error=type(error).__name__)
        except Exception:
            log.exception("a version of the notes was not kept")
        else:
            return True
        return False

    async def keep_version(self, reason: VersionReason) -> None:
        """Keep the document as it is now. Raises: OSError: it could not be."""
        self._version_due = reason
        self._version_begun.clear()
        self._go_on()
        await self._version_begun.wait()  # until all of it is stored
        if self.is_broken or self._keeping is None or not await asyncio.shield(self._keeping):
            raise OSError("no version was kept")

    def _awareness(self, connection: Connection, by_id: UUID, body: bytes) -> None:
        """A client id is held for the one who is signed in; who points is whoever they say is at it now."""
        states = wire.read_awareness(body)
        if by_id not in connection.people:
            return  # in the name of somebody who has just gone: the next one tells where it points
        for state in states:
            if connection.board_client_id is None:
                if not self._guard.reserve(state.client_id, connection.user_id):
                    raise wire.BadMessage("somebody else's client id")
                # The same page over a new socket, while the old one has not been found dead yet.
                for other in self.people.members:
                    if other.board_client_id == state.client_id:
                        other.board_client_id = None
                connection.board_client_id = state.client_id
            if state.client_id != connection.board_client_id:
                raise wire.BadMessage("not your client id")
            signed = wire.signed_state(state, by_id)
            if signed.state == b"null":
                self._states.pop(state.client_id, None)
            else:
                self._states[state.client_id] = signed
            self._bus.publish([BoardSignalled(self.board_id, wire.awareness([signed]))])

    def _stroke(self, connection: Connection, by_id: UUID, payload: bytes, may_edit: bool) -> None:
        if len(payload) > wire.STROKE_LIMIT_BYTES:
            raise wire.BadMessage("a piece of stroke that is too long")
        if may_edit and by_id in connection.people:
            self._bus.publish([BoardSignalled(self.board_id, wire.stroke(by_id, payload))])

    # --- storing and sending on

    async def _work(self) -> None:
        try:
            while (self._unstored or self._binding) and not self.is_broken:
                if self._binding:
                    await self._bind(*self._binding)
                if self._unstored:
                    await self._store()
                self._go_on()
                if not self._is_waiting:
                    await asyncio.sleep(TICK_S)
        except (SQLAlchemyError, OSError, DomainError) as error:
            log.error(
                "board updates could not be stored", error=type(error).__name__, count=len(self._unstored)
            )
            self.give_up()
        except Exception:
            log.exception("board updates could not be stored")
            self.give_up()
        finally:
            self._working = None

    async def _bind(self, client_ids: Sequence[int], user_id: UUID) -> None:
        async with UnitOfWork(self._database, self._bus) as uow:
            owners = await service.bind(uow, self.board_id, client_ids, user_id)
        # An id that another node has bound to somebody else is theirs: then the guard refuses the update.
        self._guard.writers.update(owners)
        self._binding = None

    async def _store(self) -> None:
        batch = tuple(self._unstored)
        async with UnitOfWork(self._database, self._bus) as uow:
            await service.append(uow, self.board_id, batch)
        del self._unstored[: len(batch)]
        self._compact_if_long()

    def _compact_if_long(self) -> None:
        seq, size_bytes = self._compact_from
        is_long = self._seq - seq >= COMPACT_AFTER
        if is_long or self._stored_bytes - size_bytes >= COMPACT_AFTER_BYTES:
            self._is_compaction_due = self._compacting is None

    async def _compact(self, state: bytes, seq: int) -> None:
        try:
            async with UnitOfWork(self._database, self._bus) as uow:
                await service.compact(uow, self.board_id, state, seq)
        except (SQLAlchemyError, OSError) as error:
            log.warning("board snapshot failed, made another time", error=type(error).__name__)
        except Exception:
            log.exception("board snapshot failed, made another time")
        finally:
            self._compacting = None

    def on_updated(self, event: BoardUpdated) -> None:
        """An update is stored, by this node or another: send it on, in order."""
        if self.is_broken:
            return
        if event.seq == self._seq + 1 and self._catching_up is None:
            self._send_on(event.seq, event.data, event.author_id)
        elif event.seq > self._seq:
            self.catch_up()

    def on_signalled(self, event: BoardSignalled) -> None:
        """Something passing: send it on as it is."""
        self.people.put(Message(event.data, BINARY, passing=True))

    def _send_on(self, seq: int, data: bytes, author_id: UUID) -> None:
        self._take_next(seq, data, author_id)
        self.people.put(Message(wire.sync(wire.UPDATE, data), BINARY))

    def catch_up(self) -> None:
        """Read what was stored after what is known here: events may have been lost or overtaken."""
        if self._catching_up is not None:
            self._catch_up_again = True  # what is being read now may be older than what is asked for
        elif not self.is_broken:
            self._catching_up = asyncio.create_task(self._read_missing())

    async def up_to_date(self) -> None:
        """Catch up, and wait for it."""
        self.catch_up()
        if self._catching_up is not None:
            await asyncio.wait([self._catching_up])

    async def _read_missing(self) -> None:
        try:
            while not self.is_broken:
                self._catch_up_again = False
                async with self._database.read() as session:
                    last = await service.last_seq(session, self.board_id)
                    missing: service.Log | Sequence[service.Stored] = ()
                    if last > self._seq:
                        missing = await service.updates_after(session, self.board_id, self._seq)
                        if not missing or missing[0][0] != self._seq + 1:  # a snapshot has swallowed some
                            missing = await service.load(session, self.board_id)
                if isinstance(missing, service.Log):
                    self._take_log(missing)
                else:
                    self._take_missing(missing, last)
                if not self._catch_up_again:
                    return
        except (SQLAlchemyError, OSError, DomainError) as error:
            log.error("board log could not be read", error=type(error).__name__)
            self.give_up()
        except Exception:
            log.exception("board log could not be read")
            self.give_up()
        finally:
            self._catching_up = None

    def _take_log(self, stored: service.Log) -> None:
        for client_id, owner in stored.writers.items():
            self._guard.writers.setdefault(client_id, owner)
        if stored.snapshot_seq > self._seq:
            self._take(stored.snapshot)
            self.people.put(Message(wire.sync(wire.UPDATE, stored.snapshot), BINARY))
            self._seq = stored.snapshot_seq
        self._take_missing(stored.updates, stored.last_seq)

    def _take_missing(self, updates: Sequence[service.Stored], last_seq: int) -> None:
        for seq, author_id, data in updates:
            if seq > self._seq:
                self._send_on(seq, data, author_id)
        if self._seq < last_seq:
            raise Hole("the last updates of a board")

    def give_up(self) -> None:
        """Send everyone away to come back to a fresh room: this one may differ from the log."""
        if self.is_broken:
            return
        self.is_broken = True
        self._version_begun.set()
        self._held.clear()
        for connection in tuple(self.people.members):
            self.remove(connection)
            connection.close(CloseCode.RESYNC, "board_reload")
        self._on_broken(self)

    async def close(self) -> None:
        """Store what waits, make a snapshot when the log has grown, and end the tasks."""
        self.people.close()
        if self._later is not None:
            self._later.cancel()
            self._later = None
        while tasks := [
            each for each in (self._working, self._catching_up, self._compacting) if each is not None
        ]:
            await asyncio.wait(tasks)
        if self._keeping is not None:
            await asyncio.wait([self._keeping])
        if not self.is_broken and self._seq - self._compact_from[0] >= COMPACT_AFTER:
            await self._compact(self._doc.get_update(), self._seq)
