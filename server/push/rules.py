"""Where push messages may be sent: to a browser maker's public https address, and nowhere inside.

A subscription is what a page sends us, so its address is anybody's wish. It is looked at when it is stored,
and when it is used the addresses that its name stands for are: the connection goes to one that was looked at.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from server.errors import Invalid

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return found.is_global and not found.is_multicast


def check_endpoint(endpoint: str, *, loopback: bool = False) -> None:
    """Whether a browser's address may be stored and used.

    Args:
        loopback: for tests: this machine may be named, and without TLS.

    Raises:
        Invalid: it is no https address, names a port, a person or a private address (400).
    """
    wrong = Invalid("This browser's address for messages cannot be used. Nothing was changed.")
    try:
        parts = urlsplit(endpoint)
        port = parts.port
    except ValueError:
        raise wrong from None
    host = (parts.hostname or "").rstrip(".").lower()
    if loopback and host in LOOPBACK and parts.scheme in ("http", "https"):
        return
    if parts.scheme != "https" or not host or parts.username or parts.password or port not in (None, 443):
        raise wrong
    try:
        ipaddress.ip_address(host)
        is_number = True
    except ValueError:
        is_number = False
    # Numbers in other spellings ("2130706433", "0x7f.1") have no letter-only last part.
    if is_number or "." not in host or not host.rpartition(".")[2].isalpha():
        raise wrong
    if host.endswith((".localhost", ".local", ".internal", ".home.arpa", ".test", ".invalid", ".lan")):
        raise wrong
