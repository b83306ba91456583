"""How long a sign-in lasts on a device of a class-room, and how many may share one. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

DEVICE_COOKIE = "commonroom_device"
DEVICE_LIFETIME = timedelta(days=400)
"""What browsers allow a cookie at most: a school year. Then a teacher makes it one anew."""
DEVICES_MAX = 60
"""Devices of one class."""
COMPANIONS_MAX = 5
"""Besides the first student of a device."""

IDLE = timedelta(minutes=20)
"""A sign-in on a device of a class-room ends after so long without a touch."""
LONGEST = timedelta(hours=3)
"""And after so long in any case."""
KEPT_REVOKED = timedelta(days=365)
"""A device that was taken back stays on record for so long."""


def holds_until(now: datetime, ends_at: datetime) -> datetime:
    """Until when a sign-in on a device of a class-room holds, if nobody touches it from now on."""
    return min(now + IDLE, ends_at)
