"""The purge by the clock (`server.rounds`): once a day; what another node has deleted is gone already."""

from __future__ import annotations

import structlog

from server.bus import Bus
from server.db import Database
from server.files.store import FileStore
from server.retention.purge import purge
from server.rounds import Round

log = structlog.get_logger()

FIRST_S = 600.0
"""After a start: what starts again every day must purge as well."""
EVERY_S = 24 * 3600.0


def rounds(database: Database, bus: Bus, store: FileStore) -> list[Round]:
    async def purge_all() -> None:
        log.info("kept long enough, deleted", **await purge(database, bus, store))

    return [Round("retention", EVERY_S, purge_all, FIRST_S)]
