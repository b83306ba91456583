"""The embedded media server: who publishes sound and picture, and how it reaches the others.

A selective forwarding unit (RFC 7667 3.7): packets are decrypted, renumbered and encrypted for each
subscriber, never decoded. Called through the four names below; who may do what is the caller's
business.

    server     the process's UDP port, its rooms, its clock
    room       participants of a space, their tracks, who speaks
    participant, publisher, watcher     a page's two peer connections
    uplink, forwarding, downlink        the way of a packet
    transport, ice, stun, datagrams     the network under it
    rtp, feedback, codecs, offers       formats, as pure functions and tables
    limits                              how much one page may send
"""

from realtime.sfu.errors import MediaError
from realtime.sfu.participant import MediaParticipant
from realtime.sfu.room import MediaRoom
from realtime.sfu.server import MediaServer

__all__ = ["MediaError", "MediaParticipant", "MediaRoom", "MediaServer"]
