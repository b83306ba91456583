"""Has a file examined: one process for each, so many at once, for so long at most."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from pathlib import Path

import msgspec
import structlog

from server.files import errors
from server.files.rules import TYPES, FileType
from server.files.verdict import Verdict

log = structlog.get_logger()

AT_ONCE = max(1, (os.cpu_count() or 1) // 2)
TIMEOUT_S = 60.0
QUEUE_TIMEOUT_S = 60.0
ROOT = Path(__file__).resolve().parent.parent.parent
_SAID_LIMIT_BYTES = 4096
_CODES = {
    each.code: each
    for each in (
        errors.FileType, errors.FileMismatch, errors.FileUnreadable, errors.FileLocked, errors.FileUnsafe,
        errors.FilePages,
    )
}


class _Said(msgspec.Struct, forbid_unknown_fields=True):
    """What an examiner says, who may have been led astray by what it read."""

    refused: str = ""
    ending: str = ""
    width: int | None = None
    height: int | None = None


class Examining:
    """The examiners of this node."""

    def __init__(self, at_once: int = AT_ONCE, timeout_s: float = TIMEOUT_S) -> None:
        self._turns = asyncio.Semaphore(at_once)
        self._timeout_s = timeout_s

    async def examine(self, place: Path, called: FileType) -> Verdict:
        """Have the file `upload` in a directory looked at; `content` and `thumbnail` may be there afterwards.

        Raises:
            FileType, FileMismatch, FileUnreadable, FileLocked, FileUnsafe, FilePages: it is not taken.
            FilesBusy: others wait for too long already (429).
        """
        try:
            async with asyncio.timeout(QUEUE_TIMEOUT_S):
                await self._turns.acquire()
        except TimeoutError as error:
            raise errors.FilesBusy from error
        try:
            said = await self._run(place, called)
        finally:
            self._turns.release()
        if said.refused or said.ending not in TYPES:
            raise _CODES.get(said.refused, errors.FileUnreadable)
        return Verdict(said.ending, said.width, said.height)

    async def _run(self, place: Path, called: FileType) -> _Said:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "server.files.examiner", str(place), called.ending,
            cwd=ROOT, env={"PATH": os.defpath, "PYTHONDONTWRITEBYTECODE": "1", "LANG": "C.UTF-8"},
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        assert process.stdout is not None
        try:
            async with asyncio.timeout(self._timeout_s):
                said = await process.stdout.read(_SAID_LIMIT_BYTES)
                status = await process.wait()
        except TimeoutError:
            log.warning("a file took too long to examine", ending=called.ending)
            raise errors.FileUnreadable from None
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await asyncio.shield(process.wait())
        if status != 0:
            log.warning("a file ended its examiner", ending=called.ending, status=status)
            raise errors.FileUnreadable
        try:
            return msgspec.json.decode(said, type=_Said)
        except msgspec.MsgspecError as error:
            raise errors.FileUnreadable from error
