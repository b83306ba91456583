"""How a file comes in: received into a directory of its own, examined, scanned, stored, and then recorded.

The row is written last. Until then nobody can see anything of the file, and whatever goes wrong leaves at
most content without a row, which is swept (`server.files.rounds`).
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import secrets
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import structlog

from server.access import Access
from server.accounts.service import SignedIn
from server.bus import Bus
from server.db import Database, UnitOfWork
from server.devices.acting import acting_in
from server.files import errors, rules, service
from server.files.examining import Examining
from server.files.models import Scan, StoredFile
from server.files.scanning import Scanner
from server.files.store import CHUNK_BYTES, THUMBNAIL, FileStore
from server.spaces.liveness import Liveness

log = structlog.get_logger()

AT_ONCE = 24
"""Files that a node takes in at the same time, and one person:"""
AT_ONCE_EACH = 3
PIECE_TIMEOUT_S = 20.0
WHOLE_TIMEOUT_S = 900.0
"""20 MiB on a line of 25 kB/s."""


class Intake:
    """The files that come in at this node."""

    def __init__(
        self, database: Database, bus: Bus, store: FileStore, scanner: Scanner, examining: Examining
    ) -> None:
        self.store, self.scanner = store, scanner
        self._database, self._bus, self._examining = database, bus, examining
        self._coming: Counter[UUID] = Counter()
        self.piece_timeout_s = PIECE_TIMEOUT_S
        self.whole_timeout_s = WHOLE_TIMEOUT_S

    async def take(
        self, who: SignedIn, as_id: UUID | None, space_id: UUID, liveness: Liveness, name: str,
        announced_bytes: int, pieces: AsyncIterator[bytes],
    ) -> tuple[SignedIn, StoredFile, Access]:
        """Take a file in. Returns also in whose name that was.

        Args:
            as_id: who is chosen at this device; None: the one who signed in first.
            name: as the person's device calls it.
            announced_bytes: what the request says of its size; 0 when it does not.
            pieces: the content as it comes.

        Raises:
            DomainError: one of `server.files.errors`, or of `service.may_add`. Nothing is kept then.
        """
        async with self._database.read() as session:
            acting = await acting_in(session, who, as_id, space_id)
            await service.may_add(session, acting, space_id, liveness, announced_bytes)
        called = rules.type_called(name)
        if called is None:
            raise errors.FileType(taken=sorted(rules.TYPES))
        limit = rules.LIMIT_BYTES[called.kind]
        if announced_bytes > limit:
            raise errors.FileTooLarge(most_bytes=limit)
        async with self._turn(who.user_id), _place() as place:
            await self._receive(pieces, place / "upload", limit)
            verdict = await self._examining.examine(place, called)
            content = place / "content"
            if not content.exists():
                content = place / "upload"
            scan = await self._scan(content)
            measured = await self._store(place, content, name, verdict.ending, scan)
            measured.width, measured.height = verdict.width, verdict.height
            async with UnitOfWork(self._database, self._bus) as uow:
                # Asked again: it came over a slow line, and they may have gone from the device meanwhile.
                acting = await acting_in(uow.session, who, as_id, space_id)
                return acting, *await service.add(uow, acting, space_id, liveness, measured)

    @asynccontextmanager
    async def _turn(self, user_id: UUID) -> AsyncIterator[None]:
        if self._coming[user_id] >= AT_ONCE_EACH or self._coming.total() >= AT_ONCE:
            raise errors.FilesBusy
        self._coming[user_id] += 1
        try:
            yield
        finally:
            self._coming[user_id] -= 1
            self._coming += Counter()  # forgets those at nought

    async def _receive(self, pieces: AsyncIterator[bytes], target: Path, limit_bytes: int) -> None:
        size_bytes = 0
        try:
            async with asyncio.timeout(self.whole_timeout_s):
                with target.open("wb") as opened:
                    while True:
                        async with asyncio.timeout(self.piece_timeout_s):
                            piece = await anext(pieces, None)
                        if piece is None:
                            break
                        size_bytes += len(piece)
                        if size_bytes > limit_bytes:
                            raise errors.FileTooLarge(most_bytes=limit_bytes)
                        await asyncio.to_thread(opened.write, piece)
        except TimeoutError as error:
            raise errors.FileCut from error
        except OSError as error:
            log.error("no room for a file that comes in", error=type(error).__name__)
            raise errors.FilesUnavailable from error
        if size_bytes == 0:
            raise errors.FileEmpty

    async def _scan(self, content: Path) -> Scan:
        scan = await self.scanner.scan(_pieces_of(content))
        if scan is Scan.INFECTED:
            raise errors.FileInfected
        return scan

    async def _store(
        self, place: Path, content: Path, name: str, ending: str, scan: Scan
    ) -> service.Measured:
        key, thumbnail = secrets.token_hex(16), place / "thumbnail"
        has_thumbnail = thumbnail.exists()
        sha256, size_bytes = await asyncio.to_thread(_measure, content)
        await self.store.put(key, content)
        if has_thumbnail:
            await self.store.put(key + THUMBNAIL, thumbnail)
        return service.Measured(
            key, rules.clean_name(name, ending), rules.TYPES[ending].media_type, size_bytes, sha256, None,
            None, has_thumbnail=has_thumbnail, scan=scan,
        )


@asynccontextmanager
async def _place() -> AsyncIterator[Path]:
    """A directory of its own, for us alone, that is gone afterwards."""
    try:
        made = await asyncio.to_thread(
            tempfile.TemporaryDirectory, prefix="commonroom-file-", ignore_cleanup_errors=True
        )
    except OSError as error:
        raise errors.FilesUnavailable from error
    try:
        yield Path(made.name)
    finally:
        await asyncio.shield(asyncio.to_thread(made.cleanup))


async def _pieces_of(content: Path) -> AsyncIterator[bytes]:
    with content.open("rb") as opened:
        while piece := await asyncio.to_thread(opened.read, CHUNK_BYTES):
            yield piece


def _measure(content: Path) -> tuple[str, int]:
    with content.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest(), os.fstat(opened.fileno()).st_size
