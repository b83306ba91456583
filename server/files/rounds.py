"""What is done for files by the clock: content without a row is swept, and what was not scanned is."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import select

from server import clock
from server.bus import Bus
from server.db import Database, UnitOfWork
from server.files import service
from server.files.models import Scan, StoredFile
from server.files.scanning import Scanner
from server.files.store import THUMBNAIL, FileStore
from server.rounds import Round

log = structlog.get_logger()

SWEEP_EVERY_S = 3600.0
SCAN_EVERY_S = 60.0
GARBAGE_AFTER = timedelta(hours=1)
"""Younger content may be that of a file which is just coming in."""
SCANNED_AT_ONCE = 50
_OURS = re.compile(rf"([0-9a-f]{{32}})(?:{re.escape(THUMBNAIL)})?(?:#\d+)?")
"""A key, its thumbnail, and what obstore leaves when a node is killed as it writes."""


def rounds(database: Database, bus: Bus, store: FileStore, scanner: Scanner) -> list[Round]:
    """The scans only where a scanner is set."""
    found = [Round("sweep of files", SWEEP_EVERY_S, lambda: sweep(database, store))]
    if scanner:
        scan = Round("late scans", SCAN_EVERY_S, lambda: scan_waiting(database, bus, store, scanner))
        found.append(scan)
    return found


async def sweep(database: Database, store: FileStore) -> int:
    """Delete what lies in the store without a row, and has for `GARBAGE_AFTER`. Returns how much it was."""
    count = 0
    async for kept in store.everything():
        before = clock.now() - GARBAGE_AFTER
        old = {
            each.name: ours.group(1)
            for each in kept
            # Whatever else lies in a directory that somebody has named is not ours to delete.
            if each.changed_at < before and (ours := _OURS.fullmatch(each.name))
        }
        if not old:
            continue
        async with database.read() as session:
            known = set(
                await session.scalars(select(StoredFile.key).where(StoredFile.key.in_(set(old.values()))))
            )
        garbage = [name for name, key in old.items() if key not in known]
        await store.delete(garbage)
        count += len(garbage)
    if count:
        log.info("files swept", count=count)
    return count


async def scan_waiting(database: Database, bus: Bus, store: FileStore, scanner: Scanner) -> int:
    """Have the oldest files scanned for which the scanner did not answer. Returns how many now have one."""
    async with database.read() as session:
        rows = await session.execute(
            select(StoredFile.id, StoredFile.key)
            .where(StoredFile.scan == Scan.WAITING)
            .order_by(StoredFile.created_at)
            .limit(SCANNED_AT_ONCE)
        )
        waiting: list[tuple[UUID, str]] = list(rows.tuples().all())
    done = 0
    for file_id, key in waiting:
        try:
            found = await scanner.scan(await store.read(key))
        except FileNotFoundError:
            log.error("a file is missing in the store", file_id=str(file_id))
            continue
        if found is Scan.WAITING:
            break  # it does not answer yet
        async with UnitOfWork(database, bus) as uow:
            await service.scanned(uow, file_id, found)
        if found is Scan.INFECTED:
            await store.delete(service.names_of([key]))
        done += 1
    return done
