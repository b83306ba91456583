"""What goes to one subscriber, and what its browser reports back.

Rules: RFC 4585 and RFC 4588 (a NACK is answered by RTX), RFC 5104 (FIR, PLI), REMB.
"""

from __future__ import annotations

from collections.abc import Callable

from realtime.sfu import feedback
from realtime.sfu.forwarding import Subscription, Track
from realtime.sfu.limits import rtcp_budget
from realtime.sfu.transport import MediaTransport

RESENDS_A_SECOND = 400
"""A browser may ask for anything at any rate; this is what it gets at most."""


class Downlink:
    """A watching connection's media. Set as the `link` of its transport."""

    takes_rtp = False

    def __init__(self, transport: MediaTransport, on_ended: Callable[[], None]) -> None:
        self.estimate_bits_per_s: int | None = None
        """What the browser last said its line can take."""
        self._transport = transport
        self._counters = transport.connection.port.counters
        self._on_ended = on_ended
        self._agreed: dict[str, Track] = {}
        self._paused: set[str] = set()
        self._barred: set[str] = set()
        """What the server keeps back, whatever the page asks for."""
        self._by_ssrc: dict[int, Subscription] = {}
        self._budget = rtcp_budget()
        self._resends_left = float(RESENDS_A_SECOND)
        self._resends_at = 0.0

    def agree(self, track: Track) -> None:
        """The subscriber has answered an offer with this track: send it, as soon as possible."""
        if track.id not in self._agreed:
            self._agreed[track.id] = track
            if self._transport.open:
                self._start(track)

    def drop(self, track: Track) -> None:
        """Send this track no more and forget it."""
        self._agreed.pop(track.id, None)
        self._paused.discard(track.id)
        self._barred.discard(track.id)
        subscription = self._by_ssrc.pop(track.ssrc, None)
        if subscription is not None:
            track.subscriptions.remove(subscription)
            self._transport.forget_stream(track.ssrc)
            self._transport.forget_stream(track.rtx_ssrc)

    def pause(self, track_id: str, paused: bool) -> None:
        """Stop a track for now, or start it again; also one that is not agreed on yet."""
        if paused is (track_id in self._paused):
            return
        (self._paused.add if paused else self._paused.discard)(track_id)
        track = self._agreed.get(track_id)
        if track is not None:
            self._settle(track)

    def bar(self, track: Track, *, barred: bool) -> None:
        """Keep a track back, or let it through again; also one that is not agreed on yet.

        It keeps its subscription: a new one would count its packets anew under a number that was used
        (`realtime.sfu.forwarding`).
        """
        (self._barred.add if barred else self._barred.discard)(track.id)
        self._settle(track)

    def _is_held(self, track: Track) -> bool:
        return track.id in self._paused or track.id in self._barred

    def _settle(self, track: Track) -> None:
        subscription = self._by_ssrc.get(track.ssrc)
        if subscription is not None and subscription.paused is not self._is_held(track):
            subscription.pause(self._is_held(track))

    def close(self) -> None:
        """Send nothing more, from now on."""
        for track in list(self._agreed.values()):
            self.drop(track)

    def _start(self, track: Track) -> None:
        subscription = Subscription(track, self._transport)
        subscription.paused = self._is_held(track)
        self._by_ssrc[track.ssrc] = subscription
        track.subscriptions.append(subscription)
        if not subscription.paused:
            track.ask_key_frame()

    # --- the transport's link ---

    def on_open(self) -> None:
        for track in self._agreed.values():
            self._start(track)

    def on_closed(self) -> None:
        self.close()
        self._on_ended()

    def has_room(self, ssrc: int | None, now: float) -> bool:
        if self._budget.has_room(now):
            return True
        self._counters.dropped_excess += 1
        return False

    def on_rtp(self, data: bytes, now: float) -> None:
        """Never called: `takes_rtp` is false."""

    def on_rtcp(self, data: bytes, now: float) -> None:
        self._budget.pay(len(data))
        try:
            messages = feedback.parse(data)
        except feedback.RtcpError:
            self._counters.dropped_malformed += 1
            return
        for message in messages:
            if isinstance(message, feedback.Estimate):
                self.estimate_bits_per_s = message.bits_per_s
            elif isinstance(message, feedback.Nack):
                self._resend(message, now)
            elif isinstance(message, feedback.KeyFrameWanted):
                subscription = self._by_ssrc.get(message.ssrc)
                if subscription is not None:
                    subscription.ask_key_frame(now)

    def _resend(self, message: feedback.Nack, now: float) -> None:
        subscription = self._by_ssrc.get(message.ssrc)
        if subscription is None:
            return
        earned = (now - self._resends_at) * RESENDS_A_SECOND
        self._resends_left = min(float(RESENDS_A_SECOND), self._resends_left + earned)
        self._resends_at = now
        for sequence in message.sequences:
            if self._resends_left < 1:
                self._counters.dropped_excess += 1
                return
            # What is gone costs a look only, but looks are bounded too.
            self._resends_left -= 1 if subscription.resend(sequence, now) else 0.1
