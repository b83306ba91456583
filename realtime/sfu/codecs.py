"""What is negotiated: VP8 and Opus, and the numbers the server gives them.

Two tables, because the two directions are controlled differently. Towards the server the browser
estimates its bandwidth from the server's transport-wide feedback. Towards the browser it is the
browser that estimates, from abs-send-time, and reports with REMB.

Rules: RFC 7741 (VP8), RFC 7587 (Opus), RFC 4588 (RTX), RFC 5104 and 4585 (feedback),
draft-holmer-rmcat-transport-wide-cc-extensions-01, draft-alvestrand-rmcat-remb-03.
"""

from __future__ import annotations

from dataclasses import dataclass

from aiortc.rtcrtpparameters import (
    RTCRtcpFeedback,
    RTCRtpCodecParameters,
    RTCRtpHeaderExtensionParameters,
)

from realtime.sfu import rtp

OPUS, VP8, VP8_RTX = 96, 97, 98
"""Payload types of the canonical form."""

CLOCK_RATE = {"audio": 48_000, "video": 90_000}
"""RTP timestamp units a second."""

MID_URI = "urn:ietf:params:rtp-hdrext:sdes:mid"
LEVEL_URI = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
SEND_TIME_URI = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
TRANSPORT_SEQUENCE_URI = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"

MEANING_BY_URI = {
    MID_URI: rtp.MID,
    LEVEL_URI: rtp.LEVEL,
    TRANSPORT_SEQUENCE_URI: rtp.TRANSPORT_SEQUENCE,
}
"""What the server reads of a publisher's packets. RID is not offered: one encoding a track."""


@dataclass(frozen=True)
class MediaTable:
    """The codecs and header extensions of one direction, in the form aiortc's tables have."""

    codecs: dict[str, list[RTCRtpCodecParameters]]
    header_extensions: dict[str, list[RTCRtpHeaderExtensionParameters]]


def _opus(*feedback: RTCRtcpFeedback) -> RTCRtpCodecParameters:
    return RTCRtpCodecParameters(
        mimeType="audio/opus",
        clockRate=CLOCK_RATE["audio"],
        channels=2,
        payloadType=OPUS,
        rtcpFeedback=list(feedback),
        # What the sender reads here is a wish: silence costs next to nothing (usedtx).
        parameters={"minptime": 10, "useinbandfec": 1, "usedtx": "1"},
    )


def _vp8(*feedback: RTCRtcpFeedback) -> list[RTCRtpCodecParameters]:
    loss = [
        RTCRtcpFeedback(type="nack"),
        RTCRtcpFeedback(type="nack", parameter="pli"),
        RTCRtcpFeedback(type="ccm", parameter="fir"),
    ]
    return [
        RTCRtpCodecParameters(
            mimeType="video/VP8",
            clockRate=CLOCK_RATE["video"],
            payloadType=VP8,
            rtcpFeedback=[*loss, *feedback],
        ),
        RTCRtpCodecParameters(
            mimeType="video/rtx",
            clockRate=CLOCK_RATE["video"],
            payloadType=VP8_RTX,
            parameters={"apt": VP8},
        ),
    ]


_MID = RTCRtpHeaderExtensionParameters(id=1, uri=MID_URI)
_LEVEL = RTCRtpHeaderExtensionParameters(id=rtp.LEVEL_ID, uri=LEVEL_URI)
_SEND_TIME = RTCRtpHeaderExtensionParameters(id=rtp.SEND_TIME_ID, uri=SEND_TIME_URI)
_TRANSPORT_SEQUENCE = RTCRtpHeaderExtensionParameters(id=4, uri=TRANSPORT_SEQUENCE_URI)
_TRANSPORT_CC = RTCRtcpFeedback(type="transport-cc")

PUBLISH = MediaTable(
    codecs={"audio": [_opus(_TRANSPORT_CC)], "video": _vp8(_TRANSPORT_CC)},
    header_extensions={
        "audio": [_MID, _LEVEL, _TRANSPORT_SEQUENCE],
        "video": [_MID, _TRANSPORT_SEQUENCE],
    },
)

WATCH = MediaTable(
    codecs={"audio": [_opus()], "video": _vp8(RTCRtcpFeedback(type="goog-remb"))},
    header_extensions={"audio": [_MID, _LEVEL, _SEND_TIME], "video": [_MID, _SEND_TIME]},
)
