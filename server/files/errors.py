"""Why a file is not taken or not given. Each code has its words in the client (`errors.file_...`)."""

from __future__ import annotations

from server.errors import DomainError


class FileType(DomainError):
    """A space does not take files of this kind. Nothing was kept."""

    code = "file_type"
    status = 400


class FileMismatch(DomainError):
    """The file is not what its name says. Nothing was kept. Save it again under the right name."""

    code = "file_mismatch"
    status = 400


class FileTooLarge(DomainError):
    """The file is too large; `most_bytes` says how large it may be. Nothing was kept."""

    code = "file_too_large"
    status = 413


class FileEmpty(DomainError):
    """There is nothing in this file. Nothing was kept."""

    code = "file_empty"
    status = 400


class FileUnreadable(DomainError):
    """The file is damaged, or too big to be opened safely. Nothing was kept. Save it anew, then try again."""

    code = "file_unreadable"
    status = 400


class FileLocked(DomainError):
    """The file is locked with a password. Nothing was kept. Save it without one, then try again."""

    code = "file_locked"
    status = 400


class FileUnsafe(DomainError):
    """The file can run programs, or carries other files. Nothing was kept. Save it without them."""

    code = "file_unsafe"
    status = 400


class FilePages(DomainError):
    """The PDF has too many pages; `most` says how many it may have. Nothing was kept."""

    code = "file_pages"
    status = 400


class FileInfected(DomainError):
    """The virus scanner found something in this file. Nothing was kept. Tell who looks after your device."""

    code = "file_infected"
    status = 400


class FileCut(DomainError):
    """The file came too slowly, or not whole. Nothing was kept. Try again on a better line."""

    code = "file_cut"
    status = 400


class FilesBusy(DomainError):
    """Many files are coming in at this moment. Nothing was kept. Try again in a minute."""

    code = "files_busy"
    status = 429


class DailyLimit(DomainError):
    """You have added very many files today. Nothing was kept. Go on tomorrow."""

    code = "file_daily_limit"
    status = 429


class SpaceFull(DomainError):
    """This space is full of files. Nothing was kept. Delete some that nobody needs, then try again."""

    code = "file_space_full"
    status = 409


class FilesUnavailable(DomainError):
    """Files cannot be kept or fetched now. Nothing was changed. Try again in a moment."""

    code = "files_unavailable"
    status = 503


class FileChecking(DomainError):
    """This file waits for the virus scanner. Look again in some minutes."""

    code = "file_checking"
    status = 409


class Held(DomainError):
    """The lesson is paused, or no adult of your school is here. You can look only. Nothing was changed."""

    code = "file_held"
    status = 403
