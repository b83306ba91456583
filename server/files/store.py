"""Where the content of files lies: a local directory, or S3 and what speaks like it. obstore does both.

Names in the store are random keys. Every call has a time limit, and every failure is `FilesUnavailable`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import obstore
import structlog
from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store
from sqlalchemy.engine import make_url

from server.config import Settings
from server.files.errors import FilesUnavailable

log = structlog.get_logger()

TIMEOUT_S = 60.0
CHUNK_BYTES = 256 * 1024
LISTED_AT_ONCE = 500
THUMBNAIL = ".thumbnail"
"""What follows the key of a file in the name of its thumbnail."""


class Kept(NamedTuple):
    """A thing in the store."""

    name: str
    changed_at: datetime


class FileStore:
    """The content of files, by name.

    Args:
        open_store: makes the store; when it is first used, so that a node without files makes no directory.
    """

    def __init__(self, open_store: Any) -> None:
        self._open_store = open_store
        self._opened: Any = None

    @property
    def _store(self) -> Any:
        if self._opened is None:
            self._opened = self._open_store()
        return self._opened

    async def put(self, name: str, source: Path) -> None:
        """Keep the content of a local file. It is there whole or not at all.

        Raises:
            FilesUnavailable: it could not be kept (503).
        """
        await self._doing(lambda store: obstore.put_async(store, _place(name), source))

    async def size_of(self, name: str) -> int:
        """In bytes.

        Raises:
            FileNotFoundError: there is nothing of this name.
            FilesUnavailable: the store does not answer (503).
        """
        return (await self._doing(lambda store: obstore.head_async(store, _place(name))))["size"]

    async def read(self, name: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """The content from byte `start` to before byte `end`, in pieces. The first is fetched at once.

        Raises:
            FileNotFoundError: there is nothing of this name.
            FilesUnavailable: the store does not answer, or stops (503).
        """
        options: Any = {}
        if end is not None:
            options = {"options": {"range": (start, end)}}
        elif start:
            options = {"options": {"range": {"offset": start}}}
        found = await self._doing(lambda store: obstore.get_async(store, _place(name), **options))
        pieces = aiter(found.stream(min_chunk_size=CHUNK_BYTES))
        return self._pieces(pieces, await self._doing(lambda _: _next(pieces, b"")))

    async def _pieces(self, pieces: Any, first: Any) -> AsyncIterator[bytes]:
        piece = first
        while len(piece):
            yield bytes(piece)
            piece = await self._doing(lambda _: _next(pieces, b""))

    async def delete(self, names: Sequence[str]) -> None:
        """Delete these; what is not there is no fault.

        Raises:
            FilesUnavailable: not all of them could be deleted (503).
        """
        for name in names:
            try:
                await self._doing(lambda store, name=name: obstore.delete_async(store, _place(name)))
            except FileNotFoundError:
                continue

    async def everything(self) -> AsyncIterator[list[Kept]]:
        """All there is, `LISTED_AT_ONCE` at most in one piece.

        Raises:
            FilesUnavailable: the store does not answer (503).
        """
        store = await self._doing(_itself)
        pieces = aiter(obstore.list(store, chunk_size=LISTED_AT_ONCE))
        while piece := await self._doing(lambda _: _next(pieces, ())):
            yield [Kept(each["path"].rpartition("/")[2], each["last_modified"]) for each in piece]

    async def _doing(self, work: Any) -> Any:
        try:
            async with asyncio.timeout(TIMEOUT_S):
                return await work(self._store)
        except FileNotFoundError:
            raise
        except (BaseError, OSError, TimeoutError) as error:
            log.error("the file store failed", error=type(error).__name__)
            raise FilesUnavailable from error


async def _next(pieces: Any, end: Any) -> Any:
    # Not `anext` with a default, which obstore's iterators do not know.
    try:
        return await pieces.__anext__()
    except StopAsyncIteration:
        return end


async def _itself(store: Any) -> Any:
    return store


def _place(name: str) -> str:
    # A directory with very many entries is slow on some systems.
    return f"{name[:2]}/{name}"


def of(settings: Settings) -> FileStore:
    """The store that the settings ask for."""
    if settings.files_url:
        # Keys, region and endpoint come from AWS_... variables, as the tools of S3 have them.
        return FileStore(lambda: S3Store.from_url(settings.files_url))
    place = directory(settings)
    return FileStore(lambda: LocalStore(place, mkdir=True))


def directory(settings: Settings) -> Path:
    """Where files lie without `files_url`: `files_dir`, or a directory beside the database."""
    if settings.files_dir:
        return Path(settings.files_dir).resolve()
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and url.database:
        beside = Path(url.database).resolve()
        return beside.with_name(f"{beside.stem}-files")
    return Path("commonroom-files").resolve()
