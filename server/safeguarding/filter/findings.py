"""What the filter finds: why, and where."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Reason(StrEnum):
    """Why a message waits for an adult."""

    PHONE = "phone"
    EMAIL = "email"
    LINK = "link"
    HANDLE = "handle"
    """A name on another network."""
    CONTACT = "contact"
    """Asks to meet on another network, or for a number."""
    ADDRESS = "address"
    LANGUAGE = "language"
    UNKIND = "unkind"
    WORRY = "worry"
    """The writer may need an adult: somebody hurts them, or they speak of hurting themselves."""
    MODE = "mode"
    """Every message of theirs waits in this space."""


class Finding(msgspec.Struct, frozen=True):
    """One reason, and the stretch of the message it was found in.

    Attributes:
        start, end: in characters (code points); both 0 when it is about the whole message.
    """

    reason: Reason
    start: int = 0
    end: int = 0
