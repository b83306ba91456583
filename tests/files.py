"""Files to send: such as people have, and such as nobody should have. Small ones, made here."""

from __future__ import annotations

import io
import struct
import wave
import zipfile
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx2
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

from tests.nodes import CSRF_COOKIE, CSRF_HEADER, Visitor

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The sign by which every scanner is tried out; harmless."""
GPS_MARK = b"GPS-OF-A-SCHOOL"
OFFICE = "application/vnd.openxmlformats-officedocument"


def picture(
    kind: str = "JPEG", size: tuple[int, int] = (64, 48), *, located: bool = False, frames: int = 1,
    mode: str = "RGB",
) -> bytes:
    """A picture; `located`: with EXIF that says where and by what it was taken."""
    made = io.BytesIO()
    image = Image.new(mode, size, (200, 60, 20, 90)[: len(mode)] if mode != "P" else 3)
    options: dict[str, object] = {}
    if located:
        exif = Image.Exif()
        exif[0x010F] = GPS_MARK.decode()  # the maker
        exif[0x0112] = 6  # turned by a quarter
        exif.get_ifd(0x8825)[1] = "S"
        exif.get_ifd(0x8825)[2] = (0.0, 18.0, 2.5)
        exif.get_ifd(0x8825)[29] = GPS_MARK.decode()
        options["exif"] = exif
    if frames > 1:
        options |= {"save_all": True,
                    "append_images": [Image.new("RGB", size, (n, n, n)) for n in range(1, frames)]}
    image.save(made, kind, **options)
    return made.getvalue()


def pdf(pages: int = 1, *, link: str = "") -> bytes:
    from fpdf import FPDF

    made = FPDF()
    made.set_author("Ms Somebody")
    for number in range(pages):
        made.add_page()
        made.set_font("helvetica", size=20)
        made.cell(text=f"Our river, page {number + 1}", link=link)
    return bytes(made.output())


def _script(words: str) -> DictionaryObject:
    return DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject(words)}
    )


def pdf_that(does: str) -> bytes:
    """A PDF with something in it: "open action", "page action", "attachment", "password", "link"."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf())))
    page = writer.pages[0]
    match does:
        case "open action":
            writer.root_object[NameObject("/OpenAction")] = _script("app.alert(1)")
        case "named script":
            pair = ArrayObject([TextStringObject("a"), _script("x")])
            names = DictionaryObject({NameObject("/Names"): pair})
            writer.root_object[NameObject("/Names")] = DictionaryObject({NameObject("/JavaScript"): names})
        case "page action":
            page[NameObject("/AA")] = DictionaryObject({NameObject("/O"): _script("app.alert(2)")})
        case "launch":
            launch = DictionaryObject({NameObject("/S"): NameObject("/Launch"),
                                       NameObject("/F"): TextStringObject("calc.exe")})
            page[NameObject("/AA")] = DictionaryObject({NameObject("/O"): launch})
        case "attachment":
            writer.add_attachment("virus.exe", b"MZ program")
        case "password":
            writer.encrypt("secret", algorithm="RC4-128")
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def zipped(parts: Mapping[str, bytes], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", compression) as packed:
        for name, part in parts.items():
            packed.writestr(name, part)
    return made.getvalue()


MAIN = {"docx": "word/document.xml", "pptx": "ppt/presentation.xml", "xlsx": "xl/workbook.xml"}


def office(ending: str = "docx", more: Mapping[str, bytes] | None = None) -> bytes:
    """A document as Office writes it, with other parts if wanted."""
    if ending == "odt":
        return zipped(
            {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<office:text/>",
             **(more or {})}
        )
    return zipped(
        {"[Content_Types].xml": b"<Types/>", "_rels/.rels": b"<Relationships/>",
         MAIN[ending]: b"<document/>", **(more or {})}
    )


def wav() -> bytes:
    made = io.BytesIO()
    with wave.open(made, "wb") as opened:
        opened.setnchannels(1)
        opened.setsampwidth(2)
        opened.setframerate(8000)
        opened.writeframes(bytes(1600))
    return made.getvalue()


def mp3(frames: int = 10) -> bytes:
    # MPEG 1, layer III, 128 kbit/s, 44.1 kHz: a frame has 417 bytes
    return b"ID3\x04\0\0\0\0\0\x0a" + bytes(10) + (b"\xff\xfb\x90\x00" + bytes(413)) * frames


def ogg(codec: bytes = b"OpusHead") -> bytes:
    def page(kind: int, number: int, body: bytes) -> bytes:
        return b"OggS\0" + bytes([kind]) + bytes(12) + struct.pack("<I", number) + bytes(4) + bytes(
            [1, len(body)]
        ) + body

    return page(2, 0, codec + bytes(11)) + page(0, 1, b"OpusTags" + bytes(8)) + page(4, 2, bytes(40))


def m4a(*handlers: bytes) -> bytes:
    def box(name: bytes, *inside: bytes) -> bytes:
        body = b"".join(inside)
        return struct.pack(">I", len(body) + 8) + name + body

    tracks = [
        box(b"trak", box(b"mdia", box(b"hdlr", bytes(8) + handler + bytes(13))))
        for handler in handlers or (b"soun",)
    ]
    return box(b"ftyp", b"M4A \0\0\0\0M4A isom") + box(b"moov", *tracks) + box(b"mdat", bytes(64))


async def send(
    visitor: Visitor, space_id: UUID, content: Any, name: str, media_type: str = "text/html",
    as_id: UUID | None = None,
) -> httpx2.Response:
    """Add a file to a space; what the device says of its type is never true.

    Args:
        as_id: who it is, of those at a shared device.
    """
    if CSRF_COOKIE not in visitor.http.cookies:
        await visitor.get("/api/session")
    return await visitor.http.post(
        f"/api/spaces/{space_id}/files", content=content, params={"as_id": str(as_id)} if as_id else None,
        headers={CSRF_HEADER: visitor.http.cookies.get(CSRF_COOKIE) or "", "x-file-name": quote(name),
                 "content-type": media_type},
    )
