"""aiortc's peer connection on this server's transports.

aiortc is kept for what it does well: SDP, offer and answer, DTLS. Its ICE, its RTP and its codec
tables are other objects here. They are names in aiortc's module `rtcpeerconnection`; instead of
changing them for the whole process, that module is loaded a second time, privately, and only the
copy is changed. Stock aiortc stays as it is beside it, and each direction has its own codecs.

This leans on names aiortc does not promise, so the version is pinned and checked, and so is each
name. On an update: run tests/media, then change `AIORTC_VERSION`.
"""

from __future__ import annotations

import asyncio
import functools
import importlib.metadata
import importlib.util
import logging
import secrets
from types import ModuleType
from typing import Any

import aiortc
from aiortc import RTCBundlePolicy, RTCConfiguration, RTCPeerConnection

from realtime.sfu.codecs import MediaTable
from realtime.sfu.ice import FIRST_CHECK_S, IceGatherer, IcePort, IceTransport
from realtime.sfu.transport import HANDSHAKE_S, MediaTransport

log = logging.getLogger(__name__)

AIORTC_VERSION = "1.16.0"
PYLIBSRTP_VERSION = "1."

_CONNECT = "_RTCPeerConnection__connect"
_CLOSE_TASK = "_RTCPeerConnection__closeTask"


class SilentSender:
    """In the place of aiortc's RTP sender: no encoder and no tasks, only what SDP names."""

    def __init__(self, track_or_kind: object, transport: MediaTransport) -> None:
        self.track = None
        self.transport = transport
        self._enabled = True
        # Browsers want names and numbers that differ, even in an answer that sends nothing.
        self._ssrc = secrets.randbits(31) + 2
        self._rtx_ssrc = self._ssrc + 1
        self._stream_id = ""
        self._track_id = secrets.token_hex(8)

    def setTransport(self, transport: MediaTransport) -> None:  # noqa: N802 (aiortc's name)
        self.transport = transport

    async def send(self, parameters: object) -> None: ...
    async def stop(self) -> None: ...


class SilentReceiver:
    """In the place of aiortc's RTP receiver: no jitter buffer, no decoder thread."""

    def __init__(self, kind: str, transport: MediaTransport) -> None:
        self.track = None
        self.transport = transport
        self._enabled = True
        self._track = None

    def setTransport(self, transport: MediaTransport) -> None:  # noqa: N802
        self.transport = transport

    def _set_rtcp_ssrc(self, ssrc: int) -> None: ...
    async def receive(self, parameters: object) -> None: ...
    async def stop(self) -> None: ...


def check_versions() -> None:
    """Refuse to run on versions whose inner names nobody has looked at.

    Raises:
        RuntimeError: another aiortc or pylibsrtp is installed.
    """
    found = aiortc.__version__
    if found != AIORTC_VERSION:
        raise RuntimeError(
            f"Live media needs aiortc {AIORTC_VERSION} exactly, found {found}. "
            "See realtime/sfu/aiortc_hooks.py."
        )
    found = importlib.metadata.version("pylibsrtp")
    if not found.startswith(PYLIBSRTP_VERSION):
        raise RuntimeError(f"Live media needs pylibsrtp {PYLIBSRTP_VERSION}x, found {found}.")


def _private_copy() -> ModuleType:
    spec = importlib.util.find_spec("aiortc.rtcpeerconnection")
    if spec is None or spec.loader is None:
        raise RuntimeError("aiortc is not installed as a package.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def peer_connection_class(port: IcePort, table: MediaTable) -> type[RTCPeerConnection]:
    """A peer connection class whose media goes through `port` with the codecs of `table`.

    Raises:
        RuntimeError: aiortc is not the version this was written for.
    """
    check_versions()
    module = _private_copy()
    replacements: dict[str, Any] = {
        "RTCIceGatherer": functools.partial(IceGatherer, port),
        "RTCIceTransport": IceTransport,
        "RTCDtlsTransport": MediaTransport,
        "RTCRtpSender": SilentSender,
        "RTCRtpReceiver": SilentReceiver,
        "CODECS": table.codecs,
        "HEADER_EXTENSIONS": table.header_extensions,
    }
    for name, replacement in replacements.items():
        if not hasattr(module, name):
            raise RuntimeError(f"aiortc.rtcpeerconnection has no {name} any more.")
        setattr(module, name, replacement)
    stock: type[RTCPeerConnection] = module.RTCPeerConnection
    if not hasattr(stock, _CONNECT):
        raise RuntimeError("aiortc's RTCPeerConnection connects in another way now.")

    class PeerConnection(stock):
        """The copy's class, with its background task owned and bounded."""

        def __init__(self) -> None:
            super().__init__(
                # No servers: aiortc's default is a STUN server on the internet.
                RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
            )
            self._connecting: set[asyncio.Task[Any]] = set()

        async def _RTCPeerConnection__connect(self) -> None:  # noqa: N802
            task = asyncio.current_task()
            assert task is not None
            self._connecting.add(task)
            try:
                async with asyncio.timeout(FIRST_CHECK_S + HANDSHAKE_S):
                    await getattr(super(), _CONNECT)()
            except (TimeoutError, ConnectionError):
                log.info("a media connection did not come about")
                self._fail()
            except Exception:
                # What SDP said and what DTLS met do not fit, in one of the ways aiortc asserts.
                log.info("a media connection failed", exc_info=True)
                self._fail()
            finally:
                self._connecting.discard(task)

        def _fail(self) -> None:
            for transceiver in self.getTransceivers():
                transport = transceiver.receiver.transport
                assert isinstance(transport, MediaTransport)
                transport.fail()

        async def close(self) -> None:
            await super().close()
            here = asyncio.current_task()
            closing: asyncio.Task[Any] | None = getattr(self, _CLOSE_TASK, None)
            tasks = [t for t in (*self._connecting, closing) if t is not None and t is not here]
            for task in self._connecting:
                if task is not here:
                    task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    return PeerConnection
