"""Settings: every option, its unit, its default and the environment variable that sets it.

The variable of a field is its name in capitals after `COMMONROOM_`: `database_url` is set by
`COMMONROOM_DATABASE_URL`. Lists are separated by commas. docs/operators.md shows them in use.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

PREFIX = "COMMONROOM_"
CLIENT_BUILD = Path(__file__).resolve().parent.parent / "client" / "dist"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """How one node runs."""

    database_url: str = "sqlite+aiosqlite:///commonroom.sqlite3"
    """SQLAlchemy URL; `postgresql+psycopg://...` for more than one node."""
    redis_url: str = ""
    """Valkey or Redis, shared by the nodes. Empty: this process is the only node."""
    secret: str = msgspec.field(default_factory=lambda: secrets.token_hex(32))
    """Signs CSRF tokens; the same on every node, or forms fail on the others. At least 32 characters."""
    origins: list[str] = []
    """Origins that pages are served from (`https://commonroom.example`). Empty: the request's own host."""
    cookie_secure: bool = False
    """True behind TLS: cookies then travel over TLS only."""
    trust_proxy: bool = False
    """True when a proxy of ours sets X-Forwarded-For; the last entry is then the address of the person."""
    files_dir: str = ""
    """Directory for the files of spaces. Empty: one beside the database. Not for more than one node."""
    files_url: str = ""
    """Bucket for the files of spaces instead (`s3://bucket/prefix`); keys come from AWS_... variables."""
    clamd: str = ""
    """ClamAV's daemon, which scans files: `host:port`, or the path of its socket. Empty: no scanner."""
    client_dir: str = str(CLIENT_BUILD)
    """The built web client. Missing files leave the API working alone."""
    print_fonts: list[str] = []
    """Font files (TrueType or OpenType) for letters that ours lack in print, Chinese for instance."""
    session_days: int = 30
    """A staff sign-in ends after so many days."""
    student_session_hours: int = 10
    """A student's sign-in ends after so many hours: tablets are shared."""
    media_host: str = "0.0.0.0"
    """Address the media socket is bound to."""
    media_port: int = 0
    """UDP port for audio and video; 0 takes a free one. One port carries everything."""
    media_advertise: list[str] = []
    """IPv4 addresses that browsers are told to send media to. Empty: every address of this machine."""
    turn_urls: list[str] = []
    """TURN servers of ours, for networks that let only TLS through. Empty: none."""
    turn_secret: str = ""
    """Shared with the TURN server; makes credentials that end after some hours."""
    database_timeout_s: float = 5.0
    """How long to wait for a connection or a lock before saying that the records are out of reach."""
    recheck_s: float = 15.0
    """How often open connections are held against the records again, in case an event was lost."""
    drain_s: float = 5.0
    """A node that is told to stop sends its pages to the others over so many seconds. 0: all at once."""
    smtp_host: str = ""
    """The mail server to send by. Empty: no mail is sent."""
    smtp_port: int = 587
    smtp_username: str = ""
    smtp_password: str = ""
    smtp_tls: Literal["starttls", "tls", "none"] = "starttls"
    """How the way to it is closed to others: after a greeting (587), from the start (465), or not at all."""
    mail_from: str = ""
    """The address that mail comes from. Empty: no mail is sent."""
    vapid_private_key: str = ""
    """Signs web push messages: base64url, as the command `push-keys` prints it. Empty: none are sent."""
    vapid_contact: str = ""
    """Whom a push service may write to: `mailto:...`. Empty: `mail_from`."""
    push_loopback: bool = False
    """For tests: push messages may go to this machine, and without TLS."""
    translation: Literal["none", "libretranslate", "apertium"] = "none"
    """What translates messages for those who ask. None: nothing does, and nobody is offered it."""
    translation_url: str = ""
    """Where it is: `https://translate.example`, or an address in a network of ours."""
    translation_key: str = ""
    """For a LibreTranslate that asks for a key."""
    translation_timeout_s: float = 10.0
    """So long a translation is waited for."""


def _converted(value: str, kind: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if kind == list[str] else value


def from_environment(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings.

    Raises:
        SystemExit: a value does not fit; the message names the variable.
    """
    environ = os.environ if environ is None else environ
    fields = {field.name: field.type for field in msgspec.structs.fields(Settings)}
    given = {
        name: _converted(environ[PREFIX + name.upper()], kind)
        for name, kind in fields.items()
        if PREFIX + name.upper() in environ
    }
    try:
        settings = msgspec.convert(given, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise SystemExit(f"A setting does not fit: {PREFIX}{str(error).upper()}") from error
    if len(settings.secret) < 32:
        raise SystemExit(f"{PREFIX}SECRET must have at least 32 characters.")
    if settings.translation != "none" and not settings.translation_url.startswith(("https://", "http://")):
        raise SystemExit(f"{PREFIX}TRANSLATION_URL must be the address of the translator, with https://.")
    return settings
