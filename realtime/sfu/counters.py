"""What the media server has counted since it started; the metrics page reads it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Counters:
    """Running totals of one media server. They only grow."""

    datagrams_in: int = 0
    datagrams_out: int = 0
    forwarded: int = 0
    """RTP packets handed to the socket for a subscriber."""
    retransmitted: int = 0
    key_frames_asked: int = 0
    dropped_unknown: int = 0
    """From an address or of a stream that nobody has announced."""
    dropped_malformed: int = 0
    dropped_unauthentic: int = 0
    """A STUN, SRTP or SRTCP signature that did not fit."""
    dropped_excess: int = 0
    """Beyond a limit: a rate of `realtime.sfu.limits`, a full queue, a full send buffer."""
    faults: int = 0
    """Datagrams whose handling raised; each is a defect of this package and is logged."""
