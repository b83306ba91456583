"""Sounds: told by their structure, stored as they came. Runs in the examiner only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from server.files.verdict import Refused, Verdict

_BIT_RATES = {
    3: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),  # MPEG 1, layer III
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    0: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_SAMPLE_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_FRAMES = 3
"""So many frames of MP3 in a row are no accident."""
_CONTAINERS = frozenset({b"moov", b"trak", b"mdia"})
_OGG_SOUND = (b"OpusHead", b"\x01vorbis", b"\x7fFLAC", b"Speex   ")


def check(source: Path) -> Verdict:
    """Tell which sound it is.

    Raises:
        Refused: it is none that we take, or holds moving pictures.
    """
    content = source.read_bytes()
    if content[:4] == b"RIFF" and content[8:12] == b"WAVE":
        return Verdict("wav")
    if content[:4] == b"OggS":
        return _ogg(content)
    if content[4:8] == b"ftyp":
        return _m4a(content)
    if _is_mp3(content):
        return Verdict("mp3")
    raise Refused("file_mismatch")


def _ogg(content: bytes) -> Verdict:
    at = 0
    while content[at : at + 4] == b"OggS" and content[at + 5] & 2:  # pages that begin a stream come first
        segments = content[at + 26]
        begin = at + 27 + segments
        if not content[begin : begin + 8].startswith(_OGG_SOUND):
            raise Refused("file_type")
        at = begin + sum(content[at + 27 : begin])
        if at >= len(content):
            break
    if at == 0:
        raise Refused("file_unreadable")
    return Verdict("ogg")


def _m4a(content: bytes) -> Verdict:
    handlers = set(_handlers(content, 0, len(content), 0))
    if not handlers:
        raise Refused("file_unreadable")
    if b"soun" not in handlers or handlers & {b"vide", b"hint"}:
        raise Refused("file_type")
    return Verdict("m4a")


def _handlers(content: bytes, at: int, end: int, depth: int) -> Iterator[bytes]:
    """What the tracks of an MP4 file are, by its boxes."""
    while at + 8 <= end:
        size, name = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        begin = at + 8
        if size == 1:
            size, begin = int.from_bytes(content[at + 8 : at + 16], "big"), at + 16
        size = size or end - at
        if size < begin - at or at + size > end:
            raise Refused("file_unreadable")
        if name in _CONTAINERS and depth < len(_CONTAINERS):
            yield from _handlers(content, begin, at + size, depth + 1)
        elif name == b"hdlr" and depth == len(_CONTAINERS):
            yield content[begin + 8 : begin + 12]
        at += size


def _is_mp3(content: bytes) -> bool:
    at = 0
    while content[at : at + 3] == b"ID3" and len(content) > at + 10:
        a, b, c, d = content[at + 6 : at + 10]
        at += 10 + (a << 21 | b << 14 | c << 7 | d)
    while content[at : at + 1] == b"\0":  # padding after the tag
        at += 1
    for _ in range(_FRAMES):
        header = content[at : at + 4]
        if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE6 != 0xE2:
            return False
        version, bits, rate = header[1] >> 3 & 3, header[2] >> 4, header[2] >> 2 & 3
        if version not in _BIT_RATES or bits in (0, 15) or rate == 3:
            return False
        bit_rate, padding = _BIT_RATES[version][bits] * 1000, header[2] >> 1 & 1
        at += (144 if version == 3 else 72) * bit_rate // _SAMPLE_RATES[version][rate] + padding
        if at == len(content):
            return True
    return True
