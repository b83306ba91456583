"""Sending many datagrams with few system calls.

A forwarded packet costs mostly its system call and its copy. So packets are built in the slots of
one buffer, encrypted in place, and leave together: with Linux's sendmmsg(2), called through cffi
without a compiler, or one by one where that call is missing (macOS, Windows).
"""

from __future__ import annotations

import errno
import socket
import struct
import sys
from typing import Any

import cffi
from pylibsrtp._binding import ffi as srtp_ffi

from realtime.sfu.counters import Counters

SLOT_BYTES = 1600
SLOTS = 64


class Batch:
    """Slots for datagrams that leave together. This one sends them one by one, on any system.

    The owner of a slot writes at `count * SLOT_BYTES` of `buffer`, may encrypt in place at
    `pointers[count]`, and calls `put`.
    """

    def __init__(self, sock: socket.socket, counters: Counters) -> None:
        self.buffer = bytearray(SLOT_BYTES * SLOTS)
        start = srtp_ffi.from_buffer("char[]", self.buffer)
        self.pointers = [start + i * SLOT_BYTES for i in range(SLOTS)]
        self.count = 0
        self._sock = sock
        self._counters = counters
        self._view = memoryview(self.buffer)
        self._sizes = [0] * SLOTS
        self._destinations: list[Any] = [None] * SLOTS

    def destination(self, address: tuple[str, int]) -> Any:
        """`address` in the form `put` takes; keep it, it is made once for each peer."""
        return address

    def put(self, size_bytes: int, destination: Any) -> None:
        """Take the slot just written. A full batch leaves at once."""
        self._sizes[self.count] = size_bytes
        self._destinations[self.count] = destination
        self.count += 1
        if self.count == SLOTS:
            self.flush()

    def flush(self) -> None:
        """Send what was put. What the system has no room for is dropped: it is late already."""
        count, self.count = self.count, 0
        for i in range(count):
            start = i * SLOT_BYTES
            try:
                self._sock.sendto(self._view[start : start + self._sizes[i]], self._destinations[i])
            except BlockingIOError:
                self._counters.dropped_excess += count - i
                return
            except OSError:
                continue
            self._counters.datagrams_out += 1


class SendmmsgBatch(Batch):
    """The same with one system call a batch. Linux only: `open_batch` decides."""

    def __init__(self, sock: socket.socket, counters: Counters) -> None:
        super().__init__(sock, counters)
        self._ffi = cffi.FFI()
        self._ffi.cdef(
            """
            struct iovec { void *iov_base; size_t iov_len; };
            struct msghdr {
                void *msg_name; unsigned int msg_namelen;
                struct iovec *msg_iov; size_t msg_iovlen;
                void *msg_control; size_t msg_controllen; int msg_flags;
            };
            struct mmsghdr { struct msghdr msg_hdr; unsigned int msg_len; };
            int sendmmsg(int sockfd, struct mmsghdr *msgvec, unsigned int vlen, int flags);
            """
        )
        library: Any = self._ffi.dlopen(None)
        self._sendmmsg = library.sendmmsg  # AttributeError where libc lacks it
        self._fd = sock.fileno()
        start = self._ffi.from_buffer("char[]", self.buffer)
        self._messages = self._ffi.new("struct mmsghdr[]", SLOTS)
        self._parts = self._ffi.new("struct iovec[]", SLOTS)
        self._headers = [self._messages[i].msg_hdr for i in range(SLOTS)]
        self._part = [self._parts[i] for i in range(SLOTS)]
        for i in range(SLOTS):
            self._part[i].iov_base = start + i * SLOT_BYTES
            self._headers[i].msg_iov = self._parts + i
            self._headers[i].msg_iovlen = 1
            self._headers[i].msg_namelen = 16
        self._start = start

    def destination(self, address: tuple[str, int]) -> Any:
        # struct sockaddr_in as Linux lays it out.
        host, port = address
        packed = struct.pack("=H", socket.AF_INET) + struct.pack("!H", port)
        return self._ffi.new("char[16]", packed + socket.inet_aton(host) + bytes(8))

    def put(self, size_bytes: int, destination: Any) -> None:
        i = self.count
        self._part[i].iov_len = size_bytes
        if self._destinations[i] is not destination:
            self._destinations[i] = destination  # keeps the memory behind msg_name alive
            self._headers[i].msg_name = destination
        self.count = i = i + 1
        if i == SLOTS:
            self.flush()

    def flush(self) -> None:
        count, self.count = self.count, 0
        at = 0
        while at < count:
            sent = self._sendmmsg(self._fd, self._messages + at, count - at, 0)
            if sent > 0:
                self._counters.datagrams_out += sent
                at += sent
            elif self._ffi.errno in (errno.EAGAIN, errno.ENOBUFS):
                self._counters.dropped_excess += count - at
                return
            else:
                at += 1  # this one cannot leave (no route, say); the rest may


def open_batch(sock: socket.socket, counters: Counters) -> Batch:
    """The fastest batch this system has."""
    if sys.platform == "linux":
        try:
            return SendmmsgBatch(sock, counters)
        except (AttributeError, OSError):
            pass
    return Batch(sock, counters)
