"""What a browser's SDP must look like before aiortc sees it.

aiortc's parser takes more than this server wants and meets what it does not expect with whatever
exception comes first. So size and shape are checked here, in a page, against what a browser of this
application sends (RFC 8829 offers and answers: BUNDLE, audio and video lines only).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from realtime.sfu.errors import MediaError

OFFER_LIMIT_CHARS = 40_000
ANSWER_LIMIT_CHARS = 200_000
LINES_A_PUBLISHER = 8
TRACKS_A_KIND = 2
"""How many microphones, and how many pictures, one page may send at a time."""

_MID = re.compile(r"[A-Za-z0-9_.-]{1,16}")
_MEDIA = re.compile(r"m=(audio|video) (\d{1,5}) UDP/TLS/RTP/SAVPF( \d{1,3}){1,100}")


class OfferLine(NamedTuple):
    """One `m=` line of an offer."""

    kind: str
    mid: str
    sends: bool


class Offer(NamedTuple):
    """A checked offer."""

    sdp: str
    """Without candidates: a lite agent has no use for them."""
    fingerprint: str
    """Of the browser's certificate. Another one means another peer connection."""
    lines: list[OfferLine]


def _split(sdp: str, limit_chars: int) -> list[str]:
    if len(sdp) > limit_chars:
        raise MediaError("The session description is too long.")
    lines = [line.strip() for line in sdp.splitlines() if line.strip()]
    if not lines or lines[0] != "v=0":
        raise MediaError("The session description cannot be read.")
    return [
        line
        for line in lines
        if not line.startswith(("a=candidate:", "a=end-of-candidates", "a=remote-candidates"))
    ]


def check_offer(sdp: str) -> Offer:
    """Read what a browser wants to send.

    Raises:
        MediaError: not a description this server can answer.
    """
    lines = _split(sdp, OFFER_LIMIT_CHARS)
    found: list[OfferLine] = []
    fingerprint = ""
    kind = mid = direction = ""

    def finish() -> None:
        if not kind:
            return
        if not _MID.fullmatch(mid) or any(mid == other.mid for other in found):
            raise MediaError("A media line of the offer has no name of its own.")
        found.append(OfferLine(kind, mid, direction in ("sendonly", "sendrecv")))

    for line in lines:
        if line.startswith("m="):
            finish()
            media = _MEDIA.fullmatch(line)
            if media is None or len(found) >= LINES_A_PUBLISHER:
                raise MediaError("The offer asks for something other than sound and picture.")
            kind, mid, direction = media[1], "", ""
        elif line.startswith("a=mid:"):
            mid = line[6:]
        elif line in ("a=sendonly", "a=sendrecv", "a=recvonly", "a=inactive"):
            direction = line[2:]
        elif line.startswith("a=fingerprint:") and not fingerprint:
            fingerprint = line[14:].lower()
    finish()
    if not found or not fingerprint:
        raise MediaError("The offer has nothing in it.")
    for each in ("audio", "video"):
        if sum(line.sends and line.kind == each for line in found) > TRACKS_A_KIND:
            raise MediaError(f"At most {TRACKS_A_KIND} {each} tracks can be sent at a time.")
    return Offer("\r\n".join(lines) + "\r\n", fingerprint, found)


def check_answer(sdp: str) -> str:
    """An answer's text without its candidates.

    Raises:
        MediaError: too long, or not a session description.
    """
    return "\r\n".join(_split(sdp, ANSWER_LIMIT_CHARS)) + "\r\n"
