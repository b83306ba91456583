"""The part of STUN that an ICE-lite agent needs: read a binding request, write its answer.

Pure functions over bytes. Rules: RFC 8489 (STUN: layout 5, integrity 14.5, fingerprint 14.7) and
RFC 8445 (ICE: USERNAME is "ours:theirs", 7.2.2; USE-CANDIDATE, 16.1).
"""

from __future__ import annotations

import hmac
import socket
import struct
import zlib
from typing import NamedTuple

MAGIC_COOKIE = 0x2112A442
BINDING_REQUEST = 0x0001
BINDING_RESPONSE = 0x0101

USERNAME = 0x0006
MESSAGE_INTEGRITY = 0x0008
XOR_MAPPED_ADDRESS = 0x0020
USE_CANDIDATE = 0x0025
FINGERPRINT = 0x8028

HEADER_BYTES = 20
INTEGRITY_BYTES = 24
FINGERPRINT_BYTES = 8
FINGERPRINT_XOR = 0x5354554E

_HEADER = struct.Struct("!HHI12s")
_ATTRIBUTE = struct.Struct("!HH")


class StunError(ValueError):
    """The bytes are not a binding request that could be answered."""


class BindingRequest(NamedTuple):
    """A connectivity check. Nothing in it may be believed before `is_authentic` says so."""

    transaction_id: bytes
    ufrag: str
    """The part of USERNAME that names the receiving side."""
    use_candidate: bool
    signed: bytes
    """What the signature covers, its length field already adjusted as RFC 8489 14.5 wants."""
    signature: bytes


def parse_binding_request(data: bytes) -> BindingRequest:
    """Read a connectivity check.

    Raises:
        StunError: anything else than a complete, signed binding request.
    """
    if len(data) < HEADER_BYTES:
        raise StunError("too short")
    kind, length, cookie, transaction_id = _HEADER.unpack_from(data)
    if kind != BINDING_REQUEST or cookie != MAGIC_COOKIE or length != len(data) - HEADER_BYTES:
        raise StunError("not a binding request")
    username: bytes | None = None
    use_candidate = False
    at = HEADER_BYTES
    while at + 4 <= len(data):
        attribute, size = _ATTRIBUTE.unpack_from(data, at)
        value_at = at + 4
        end = value_at + size
        if end > len(data):
            raise StunError("truncated attribute")
        if attribute == MESSAGE_INTEGRITY:
            if size != INTEGRITY_BYTES - 4 or username is None:
                raise StunError("unusable signature")
            covered = at - HEADER_BYTES + INTEGRITY_BYTES
            try:
                ufrag = username.partition(b":")[0].decode("ascii")
            except UnicodeDecodeError:
                raise StunError("unreadable user name") from None
            return BindingRequest(
                transaction_id,
                ufrag,
                use_candidate,
                data[:2] + covered.to_bytes(2, "big") + data[4:at],
                data[value_at:end],
            )
        if attribute == USERNAME:
            username = data[value_at:end]
        elif attribute == USE_CANDIDATE:
            use_candidate = True
        at = end + (-size % 4)
    raise StunError("not signed")


def is_authentic(request: BindingRequest, password: bytes) -> bool:
    """Whether the sender knows `password`, the one this side announced in its SDP."""
    return hmac.compare_digest(hmac.digest(password, request.signed, "sha1"), request.signature)


def binding_response(transaction_id: bytes, address: tuple[str, int], password: bytes) -> bytes:
    """The answer that tells the sender under which IPv4 address its check arrived."""
    host = int.from_bytes(socket.inet_aton(address[0]), "big") ^ MAGIC_COOKIE
    port = address[1] ^ (MAGIC_COOKIE >> 16)
    mapped = struct.pack("!HHBBHI", XOR_MAPPED_ADDRESS, 8, 0, 1, port, host)

    def message(body: bytes, more_bytes: int) -> bytes:
        length = len(body) + more_bytes
        return _HEADER.pack(BINDING_RESPONSE, length, MAGIC_COOKIE, transaction_id) + body

    signature = hmac.digest(password, message(mapped, INTEGRITY_BYTES), "sha1")
    body = mapped + _ATTRIBUTE.pack(MESSAGE_INTEGRITY, 20) + signature
    checksum = zlib.crc32(message(body, FINGERPRINT_BYTES)) ^ FINGERPRINT_XOR
    return message(body + struct.pack("!HHI", FINGERPRINT, 4, checksum), 0)
