"""Following a space from a terminal: what `litestar ... tail SPACE` does.

It is a page like any other. The person signs in over HTTP, the server decides whether they may come in,
and the others see that they are there. Nothing of this touches the database or the bus.
"""

from __future__ import annotations

import ipaddress
import unicodedata
import urllib.error
import urllib.request
from collections.abc import AsyncGenerator
from datetime import datetime
from http.client import HTTPException, HTTPMessage
from http.cookiejar import CookieJar
from typing import IO, Protocol
from urllib.parse import urlsplit
from uuid import UUID

import msgspec

from server import clock, csrf

HTTP_TIMEOUT_S = 10.0
ANSWER_LIMIT_BYTES = 64 * 1024
LOST = "\N{REPLACEMENT CHARACTER}"
OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They make the rest of a line read otherwise than it is written."""


class Refused(Exception):
    """It cannot be done; the text says why, for whoever typed the command."""


class Here(msgspec.Struct, frozen=True):
    """The space is entered; these are in it."""

    space: str
    names: list[str]


class Said(msgspec.Struct, frozen=True):
    sent_at: datetime
    name: str
    text: str


class Came(msgspec.Struct, frozen=True):
    name: str


class Went(msgspec.Struct, frozen=True):
    name: str


class LineLost(msgspec.Struct, frozen=True):
    """It is being tried again; told once for each outage."""


class LineBack(msgspec.Struct, frozen=True):
    pass


class LeftOut(msgspec.Struct, frozen=True):
    """Messages were missed that are too old to be fetched."""


News = Here | Said | Came | Went | LineLost | LineBack | LeftOut


class Follow(Protocol):
    """Goes into a space as a page does, stays over breaks, and tells what happens.

    The live half of the product provides it, as `app.state.follow`.
    """

    def __call__(self, base_url: str, space_id: UUID, cookie: str) -> AsyncGenerator[News, None]:
        """Ends by raising `Refused` only. Args: cookie: the whole `Cookie` header."""
        ...


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A password goes to the address that was typed, and nowhere else."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> None:
        return None


def checked_url(url: str) -> str:
    """The address of the server, if a password may be sent there.

    Raises:
        Refused: it is none, or the password would go over the network in clear.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise Refused("--url is not an address.") from error
    if parts.scheme not in ("http", "https") or not host or parts.path.strip("/") or parts.query:
        raise Refused("--url is the address of the server, such as https://commonroom.example.")
    if parts.username is not None:
        raise Refused("--url names no person and no password.")
    if parts.scheme == "http" and not _is_this_machine(host):
        raise Refused("The password is sent over https only, except to this machine itself.")
    return url.rstrip("/")


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class SignIn:
    """A sign-in of a member of staff, as a browser does it; ends with `sign_out`.

    Args:
        base_url: as `checked_url` gives it.
    """

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self._jar = CookieJar()
        handlers: list[urllib.request.BaseHandler] = [
            urllib.request.HTTPCookieProcessor(self._jar), _NoRedirects(),
        ]
        if base_url.startswith("http:"):
            handlers.append(urllib.request.ProxyHandler({}))  # what is in clear stays on this machine
        self._opener = urllib.request.build_opener(*handlers)

    @property
    def cookie(self) -> str:
        """For a websocket of this person."""
        return "; ".join(f"{each.name}={each.value}" for each in self._jar)

    def sign_in(self, email: str, password: str) -> None:
        """Raises: Refused."""
        try:
            self._send("GET", "/api/session")
            self._send("POST", "/api/sign-in/staff", {"email": email, "password": password})
        except urllib.error.HTTPError as error:
            error.close()
            raise Refused(_words_for(error.code)) from None
        except (OSError, HTTPException) as error:
            why = error.reason if isinstance(error, urllib.error.URLError) else type(error).__name__
            raise Refused(f"The server cannot be reached: {printable(str(why))}.") from None

    def sign_out(self) -> None:
        """Leave no sign-in behind. One that cannot be ended now ends by itself."""
        try:
            self._send("POST", "/api/sign-out")
        except urllib.error.HTTPError as error:
            error.close()
        except (OSError, HTTPException):
            pass

    def _send(self, method: str, path: str, body: object = None) -> None:
        request = urllib.request.Request(  # noqa: S310  (http and https only: `checked_url`)
            self._base_url + path,
            data=msgspec.json.encode(body) if method == "POST" else None,
            method=method,
            headers={"Content-Type": "application/json", "User-Agent": "Commonroom tail"},
        )
        token = next((each.value for each in self._jar if each.name == csrf.COOKIE), None)
        if token:
            request.add_header(csrf.HEADER, token)
        with self._opener.open(request, timeout=HTTP_TIMEOUT_S) as answer:
            answer.read(ANSWER_LIMIT_BYTES)


def _words_for(status: int) -> str:
    match status:
        case 401:
            return "The e-mail address or the password is not right."
        case 429:
            return "There were too many tries. Wait some minutes."
        case _:
            return f"There is no Commonroom at this address, or it cannot answer now (HTTP {status})."


def printable(text: str) -> str:
    """The text on one line, with nothing in it that a terminal would obey or that hides what stands there."""
    joined = " / ".join(part for part in text.splitlines() if part.strip()) if text else ""
    return "".join(LOST if _is_harmful(each) else each for each in joined.replace("\t", " "))


def _is_harmful(letter: str) -> bool:
    return letter in OVERRIDES or unicodedata.category(letter) in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp")


def line_for(news: News) -> str:
    """What is printed: one line, in the time of this machine."""
    at, text = clock.now(), ""
    match news:
        case Here():
            text = f"-- {news.space}. Here: {', '.join(news.names)}"
        case Said():
            at, text = news.sent_at, f"{news.name}: {news.text}"
        case Came():
            text = f"-> {news.name} came"
        case Went():
            text = f"<- {news.name} went"
        case LineLost():
            text = "-- The line is lost. Coming back."
        case LineBack():
            text = "-- The line is back."
        case LeftOut():
            text = "-- Some messages in between are too old to be fetched."
    return f"{at.astimezone():%Y-%m-%d %H:%M:%S}  {printable(text)}"
