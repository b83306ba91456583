"""What can go wrong in the records' own terms, and how each failure is told.

Over HTTP an error is a problem document (RFC 9457) whose `code` never changes; on the live channel
the same code goes into an `error` frame or, with `close_code`, ends the connection. Litestar's own
errors are put into the same form.
"""

from __future__ import annotations

from typing import Any, ClassVar

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, NotAuthorizedException, ValidationException
from sqlalchemy.exc import DataError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

log = structlog.get_logger()


class DomainError(Exception):
    """A rule said no. `detail` is one plain sentence: what happened and what to do."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400

    def __init__(self, detail: str = "", **extra: Any) -> None:
        super().__init__(detail or self.__doc__ or "")
        self.detail = str(self)
        self.extra = extra


class NotFound(DomainError):
    """There is nothing here, or nothing that you may see."""

    code = "not_found"
    status = 404


class NotAllowed(DomainError):
    """The records do not let you do this."""

    code = "not_allowed"
    status = 403


class NoAccess(DomainError):
    """You may not be in this space now; `reason` says why."""

    status = 403

    def __init__(self, reason: str) -> None:
        super().__init__("You may not be in this space now.")
        self.code = reason  # type: ignore[misc]  # the reason is the code the person gets


class DeviceFull(DomainError):
    """No more fit at this device: somebody has to go first."""

    code = "device_full"
    status = 409


class SignInFailed(DomainError):
    """That did not match. Try again, or ask your school."""

    code = "sign_in_failed"
    status = 401


class SignedOut(DomainError):
    """Sign in first."""

    code = "signed_out"
    status = 401


class TooManyTries(DomainError):
    """Too many tries. Wait some minutes, or ask your school."""

    code = "too_many_tries"
    status = 429


class InvalidTransition(DomainError):
    """The partnership is in another state now. Look again, then choose."""

    code = "invalid_transition"
    status = 409


class RulesNotMet(DomainError):
    """Some rules of the programme are not met yet; `failing` names them."""

    code = "rules_not_met"
    status = 409


class StepsChanged(DomainError):
    """Somebody changed this plan meanwhile. Theirs was kept, as `kept` says; yours was not stored."""

    code = "steps_changed"
    status = 409


class Invalid(DomainError):
    """Something in what you sent does not fit; nothing was changed."""

    code = "invalid"
    status = 400


class EmailTaken(DomainError):
    """Somebody already has an account with this e-mail address. Nothing was changed."""

    code = "email_taken"
    status = 409


class LastManager(DomainError):
    """Nobody would be left who manages this school's accounts. Name another verified person first."""

    code = "last_manager"
    status = 409


class LinkOver(DomainError):
    """This link was used, replaced by a newer one, or is too old. Ask your school for a new link."""

    code = "link_over"
    status = 404


class PasswordUnfit(DomainError):
    """Choose a password of at least 10 characters that is not your name or e-mail address."""

    code = "password_unfit"
    status = 400


class PlanChanged(DomainError):
    """The records have changed since you looked. Nothing was changed. Look at the new plan, then decide."""

    code = "plan_changed"
    status = 409


class RosterErrors(DomainError):
    """Some rows do not fit, so nothing was imported. Mend the rows that are named, then try again."""

    code = "roster_errors"
    status = 400


class ClassExists(DomainError):
    """Your school has a class of this name in this school year already. Nothing was changed."""

    code = "class_exists"
    status = 409


class AliasTaken(DomainError):
    """This alias is not free in the class any more. Choose another one. Nothing was changed."""

    code = "alias_taken"
    status = 409


class ChangedMeanwhile(DomainError):
    """Somebody else has changed this since you read it. Look at it again. Nothing was changed."""

    code = "changed_meanwhile"
    status = 409


class PreviewFirst(DomainError):
    """What this edit would do is not what you last saw. Look at the preview again. Nothing was changed."""

    code = "preview_first"
    status = 409


class SlugTaken(DomainError):
    """Another programme has this short name. Choose another one. Nothing was changed."""

    code = "slug_taken"
    status = 409


class AlreadyAsked(DomainError):
    """There is an open request already. Go on with that one. Nothing was changed."""

    code = "already_asked"
    status = 409


class WrongPassword(DomainError):
    """That is not your password. Nothing was changed. Try again."""

    code = "wrong_password"
    status = 403


class TextChanged(DomainError):
    """There is another text of the agreement now. Read it, then decide. Nothing was changed."""

    code = "text_changed"
    status = 409


class AlreadyGiven(DomainError):
    """Your school has said yes to this text already. Nothing was changed."""

    code = "already_given"
    status = 409


class WouldBreak(DomainError):
    """Rules of the programme would no longer hold without this school; `failing` names them. To go on all
    the same, confirm it. Nothing was changed."""

    code = "would_break"
    status = 409


class AgreementFirst(DomainError):
    """The headteacher of this school signs the agreement in force first, and then accepts. Nothing was
    changed."""

    code = "agreement_first"
    status = 409


class AlreadyIn(DomainError):
    """This school takes part already, or is invited and has not answered. Nothing was changed."""

    code = "already_in"
    status = 409


class AlreadyDone(DomainError):
    """This has been done or decided already, perhaps by somebody else a moment ago. Look again."""

    code = "already_done"
    status = 409


class PollClosed(DomainError):
    """This question is closed. Your answer was not counted; one that you gave before still is."""

    code = "poll_closed"
    status = 409


def problem(
    status: int, code: str, detail: str, extra: dict[str, Any] | None = None
) -> Response[dict[str, Any]]:
    """A problem document. `type` is `about:blank`: the code carries the meaning."""
    body = {**(extra or {}), "type": "about:blank", "title": code.replace("_", " ").capitalize(),
            "status": status, "code": code, "detail": detail}
    return Response(body, status_code=status, media_type="application/problem+json")


_HTTP_CODES = {401: "signed_out", 403: "not_allowed", 404: "not_found", 405: "method_not_allowed",
               413: "too_large", 429: "too_many_tries"}


def on_domain_error(_: Request[Any, Any, Any], error: DomainError) -> Response[dict[str, Any]]:
    """A rule's no, told as a problem document."""
    return problem(error.status, error.code, error.detail, error.extra)


def _route(request: Request[Any, Any, Any]) -> str:
    """The path as the routes name it: one that was asked for may hold a secret, as a calendar's does."""
    return str(request.scope.get("path_template") or "unmatched")


def on_http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[dict[str, Any]]:
    """Litestar's own refusals. What a field held is never repeated: it may be a password."""
    if isinstance(error, ValidationException):
        extra = error.extra if isinstance(error.extra, list) else []
        fields = [{"field": item.get("key", ""), "problem": item.get("message", "")}
                  for item in extra if isinstance(item, dict)]
        return problem(400, "invalid", "Something in what you sent does not fit; nothing was changed.",
                       {"fields": fields})
    if isinstance(error, NotAuthorizedException):
        return problem(401, "signed_out", "Sign in first.")
    if error.status_code >= 500:
        log.error("request failed", path=_route(request), method=request.method, exc_info=error)
    code = _HTTP_CODES.get(error.status_code, "invalid" if error.status_code < 500 else "unavailable")
    return problem(error.status_code, code, error.detail if error.status_code < 500 else "Try again soon.")


def on_unexpected(request: Request[Any, Any, Any], error: Exception) -> Response[dict[str, Any]]:
    """A fault of ours: logged with its traceback, told without it."""
    log.error("request failed", path=_route(request), method=request.method, exc_info=error)
    return problem(500, "unavailable", "Something went wrong here. Nothing was changed. Try again soon.")


def on_unfit_data(_: Any, __: Exception) -> Response[dict[str, Any]]:
    """The database cannot hold what was sent (a NUL in a text, a number too large), or it is no UTF-8."""
    return problem(400, "invalid", "Something in what you sent does not fit; nothing was changed.")


def on_database_error(_: Any, error: Exception) -> Response[dict[str, Any]]:
    """The records are out of reach, or busy for too long: nothing was stored, and the person is told so."""
    log.error("database failed", error=type(error).__name__)
    return problem(
        503, "unavailable", "The records cannot be reached now. Nothing was changed. Try again in a moment."
    )


def status_of(error: Exception) -> int:
    """The HTTP status that an error is answered with."""
    match error:
        case DomainError():
            return error.status
        case HTTPException():
            return error.status_code
        case DataError() | UnicodeDecodeError():
            return 400
        case DBAPIError() | PoolTimeout():
            return 503
        case _:
            return 500


HANDLERS: dict[type[Exception], Any] = {
    DomainError: on_domain_error,
    HTTPException: on_http_error,
    DataError: on_unfit_data,
    UnicodeDecodeError: on_unfit_data,
    DBAPIError: on_database_error,
    PoolTimeout: on_database_error,
    Exception: on_unexpected,
}
