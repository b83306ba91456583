"""What the examiner makes of files: in its own process, as in use. Content decides, never the name."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader

from server.errors import DomainError
from server.files import examining, pdfs, rules
from server.files.examining import Examining
from server.files.verdict import Verdict
from tests import files


def short(value: object) -> str:
    return str(value)[:30] if isinstance(value, str) else "content"


Examine = Callable[[bytes, str], Awaitable[Verdict]]


@pytest.fixture
def examine(tmp_path: Path) -> Examine:
    async def go(content: bytes, ending: str) -> Verdict:
        (tmp_path / "upload").write_bytes(content)
        return await Examining().examine(tmp_path, rules.TYPES[ending])

    return go


async def refusal(examine: Examine, content: bytes, ending: str) -> str:
    with pytest.raises(DomainError) as caught:
        await examine(content, ending)
    return caught.value.code


@pytest.mark.parametrize(
    ("content", "ending", "becomes"),
    [
        (files.picture("JPEG"), "jpg", "jpg"),
        (files.picture("PNG"), "png", "png"),
        (files.picture("GIF", frames=5), "gif", "png"),
        (files.picture("WEBP"), "webp", "jpg"),
        (files.picture("WEBP", mode="RGBA"), "webp", "png"),
        (files.picture("PNG"), "jpg", "png"),
        (files.pdf(3), "pdf", "pdf"),
        (files.wav(), "wav", "wav"),
        (files.mp3(), "mp3", "mp3"),
        (files.mp3()[20:], "mp3", "mp3"),
        (files.ogg(), "ogg", "ogg"),
        (files.m4a(), "m4a", "m4a"),
        (b"name,age\r\nheron,3\r\n", "csv", "csv"),
        ("حيوان".encode(), "txt", "txt"),
        ("río".encode("utf-16"), "txt", "txt"),
        (files.office("docx"), "docx", "docx"),
        (files.office("pptx", {"ppt/embeddings/Table.xlsx": files.office("xlsx")}), "pptx", "pptx"),
        (files.office("xlsx", {"xl/printerSettings/printerSettings1.bin": b"\1"}), "xlsx", "xlsx"),
        (files.office("odt"), "odt", "odt"),
    ],
    ids=short,
)
async def test_what_people_have_is_taken(
    examine: Examine, tmp_path: Path, content: bytes, ending: str, becomes: str
) -> None:
    verdict = await examine(content, ending)
    assert verdict.ending == becomes
    is_drawn = rules.TYPES[becomes].kind in (rules.Kind.PICTURE, rules.Kind.PDF)
    assert (tmp_path / "thumbnail").exists() == is_drawn
    if is_drawn:
        with Image.open(tmp_path / "thumbnail") as small:
            assert small.format == "WEBP"
            assert max(small.size) <= rules.THUMBNAIL_SIDE


PROGRAM = b"MZ\x90\0" + bytes(60)
PAGE = b"<!doctype html><script>alert(1)</script>"


@pytest.mark.parametrize(
    ("content", "ending", "code"),
    [
        (files.picture("PNG"), "pdf", "file_mismatch"),
        (files.pdf(), "png", "file_mismatch"),
        (PAGE, "jpg", "file_mismatch"),
        (PAGE, "txt", "file_mismatch"),
        (b"\xef\xbb\xbf  <!-- a --> <SVG onload=alert(1)>", "txt", "file_mismatch"),
        (b"#!/bin/sh\nrm -r", "txt", "file_mismatch"),
        (PROGRAM, "txt", "file_unreadable"),
        (b"MZ program", "csv", "file_mismatch"),
        (PROGRAM, "docx", "file_mismatch"),
        (b"caf\xe9", "txt", "file_unreadable"),
        (files.zipped({"a.txt": b"a"}), "docx", "file_type"),
        (files.office("xlsx"), "docx", "file_mismatch"),
        (PROGRAM + files.office(), "docx", "file_mismatch"),
        (files.office() + PROGRAM, "docx", "file_unreadable"),
        (b"not a jpeg" * 20, "jpg", "file_mismatch"),
        (b"\xff\xd8\xff" + bytes(500), "jpg", "file_unreadable"),
        (b"%PDF-1.7 not really", "pdf", "file_unreadable"),
        (b"junk" + files.pdf(), "pdf", "file_mismatch"),
        (files.ogg(b"\x80theora"), "ogg", "file_type"),
        (files.m4a(b"soun", b"vide"), "m4a", "file_type"),
        (files.m4a()[:30], "m4a", "file_unreadable"),
        (b"\xff\xfb\x90\x00" + PAGE * 30, "mp3", "file_mismatch"),
        (b"ID3\x04\0\0\0\0\0\x0a" + bytes(10) + PAGE, "mp3", "file_mismatch"),
    ],
    ids=short,
)
async def test_what_is_not_what_it_says_is_refused(
    examine: Examine, content: bytes, ending: str, code: str
) -> None:
    assert await refusal(examine, content, ending) == code


async def test_a_picture_keeps_its_pixels_and_nothing_else(examine: Examine, tmp_path: Path) -> None:
    hidden = b"PK\x03\x04 a second file behind the picture"
    sent = files.picture("JPEG", (300, 200), located=True) + hidden
    assert files.GPS_MARK in sent
    verdict = await examine(sent, "jpg")
    written = (tmp_path / "content").read_bytes()
    for mark in (files.GPS_MARK, hidden, b"Exif", b"http"):
        assert mark not in written
    stored = Image.open(io.BytesIO(written))
    assert not stored.getexif()
    # It was turned by what the EXIF said, before that went.
    assert (verdict.width, verdict.height) == stored.size == (200, 300)
    assert files.GPS_MARK not in (tmp_path / "thumbnail").read_bytes()


async def test_texts_in_a_png_go_too(examine: Examine, tmp_path: Path) -> None:
    from PIL.PngImagePlugin import PngInfo

    texts, sent = PngInfo(), io.BytesIO()
    texts.add_text("Comment", "lives in Nakuru")
    Image.new("RGB", (20, 20)).save(sent, "PNG", pnginfo=texts)
    await examine(sent.getvalue(), "png")
    assert b"Nakuru" not in (tmp_path / "content").read_bytes()


async def test_a_large_picture_is_made_smaller(examine: Examine) -> None:
    verdict = await examine(files.picture("JPEG", (5000, 3000)), "jpg")
    assert (verdict.width, verdict.height) == (rules.PICTURE_SIDE, 1536)


async def test_a_moving_picture_becomes_its_first_frame(examine: Examine, tmp_path: Path) -> None:
    await examine(files.picture("GIF", frames=8), "gif")
    with Image.open(tmp_path / "content") as stored:
        assert getattr(stored, "n_frames", 1) == 1


async def test_a_picture_that_would_fill_the_memory_is_not_opened(examine: Examine) -> None:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    side = 30_000
    bomb = (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(bytes(side * 4))) + chunk(b"IEND", b""))
    assert len(bomb) < 5000
    assert await refusal(examine, bomb, "png") == "file_unreadable"


@pytest.mark.parametrize(
    ("does", "code"),
    [("open action", None), ("named script", "file_unsafe"), ("page action", "file_unsafe"),
     ("launch", "file_unsafe"), ("attachment", "file_unsafe"), ("password", "file_locked")],
)
async def test_a_pdf_that_acts_is_refused_or_left_without_it(
    examine: Examine, tmp_path: Path, does: str, code: str | None
) -> None:
    sent = files.pdf_that(does)
    if code:
        assert await refusal(examine, sent, "pdf") == code
        return
    assert b"/OpenAction" in sent
    await examine(sent, "pdf")
    written = (tmp_path / "content").read_bytes()
    for mark in (b"/OpenAction", b"alert", b"/JS"):
        assert mark not in written


async def test_a_pdf_is_built_anew(examine: Examine, tmp_path: Path) -> None:
    sent = files.pdf(2, link="https://elsewhere.example") + files.office()
    await examine(sent, "pdf")
    written = (tmp_path / "content").read_bytes()
    for mark in (b"elsewhere", b"Somebody", b"PK\x03\x04"):
        assert mark in sent
        assert mark not in written
    pages = PdfReader(io.BytesIO(written)).pages
    assert [page.extract_text().strip() for page in pages] == ["Our river, page 1", "Our river, page 2"]


async def test_a_pdf_has_so_many_pages_at_most(examine: Examine) -> None:
    assert await refusal(examine, files.pdf(rules.PDF_PAGES + 1), "pdf") == "file_pages"


def test_a_name_in_a_text_or_a_stream_is_no_action() -> None:
    assert pdfs.acts(b"<</AA<</O 3 0 R>>>>")
    assert pdfs.acts(b"<</S/JavaScript/JS(x)>>")
    assert not pdfs.acts(b"<</Title(/JS \\(/AA\\) )/Length 9>>stream\r\n/AA << /JS\r\nendstream")


@pytest.mark.parametrize(
    ("ending", "more"),
    [
        ("docx", {"word/vbaProject.bin": b"\xd0\xcf\x11\xe0"}),
        ("docx", {"word/embeddings/oleObject1.bin": b"MZ"}),
        ("docx", {"word/embeddings/virus.exe": b"MZ"}),
        ("docx", {"word/activeX/activeX1.xml": b"<x/>"}),
        ("docx", {"[Content_Types].xml": b"application/vnd.ms-word.document.macroEnabled.main+xml"}),
        ("docx", {"word/_rels/settings.xml.rels": b'<Relationship Id="r" Type="http://x/attachedTemplate" '
                  b'Target="https://evil.example/t.dotm" TargetMode="External"/>'}),
        ("docx", {"word/_rels/a.rels": '<Relationship TargetMode="External" Type="x/oleObject"/>'
                  .encode("utf-16")}),
        ("docx", {"word/document.xml": b"<w:instrText>DDEAUTO c:\\\\cmd.exe</w:instrText>"}),
        ("docx", {"../../evil.xml": b"x"}),
        ("xlsx", {"xl/macrosheets/sheet1.xml": b"<x/>"}),
        ("xlsx", {"xl/externalLinks/a.xml": b"<ddeLink/>"}),
        ("pptx", {"ppt/embeddings/Table.xlsx": files.office("xlsx", {"xl/vbaProject.bin": b"1"})}),
        ("odt", {"Basic/Standard/Module1.xml": b"<script:module/>"}),
        ("odt", {"content.xml": b"<office:event-listeners><script:event-listener/>"}),
        ("odt", {"Object 1": b"\xd0\xcf\x11\xe0"}),
    ],
)
async def test_documents_that_act_are_refused(
    examine: Examine, ending: str, more: dict[str, bytes]
) -> None:
    assert await refusal(examine, files.office(ending, more), ending) == "file_unsafe"


async def test_a_link_in_a_document_is_no_harm(examine: Examine) -> None:
    link = (b'<Relationship Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"'
            b' Target="https://school.example" TargetMode="External"/>')
    sent = files.office("docx", {"word/_rels/document.xml.rels": link})
    assert (await examine(sent, "docx")).ending == "docx"


async def test_a_zip_bomb_is_refused_before_it_unpacks(examine: Examine) -> None:
    bomb = files.office("docx", {"word/media/a.bmp": bytes(rules.ZIP_UNPACKED_BYTES + 1)})
    assert len(bomb) < rules.MIB
    assert await refusal(examine, bomb, "docx") == "file_unreadable"


async def test_a_zip_bomb_that_lies_about_its_size_is_refused(examine: Examine) -> None:
    honest = files.office("docx", {"word/media/a.bmp": bytes(rules.ZIP_UNPACKED_BYTES + 1)})
    size = struct.pack("<I", rules.ZIP_UNPACKED_BYTES + 1)
    assert honest.count(size) == 2
    lying = honest.replace(size, struct.pack("<I", 100))
    assert await refusal(examine, lying, "docx") == "file_unreadable"


async def test_very_many_parts_are_refused(examine: Examine) -> None:
    many = files.office("docx", {f"word/{number}.xml": b"" for number in range(rules.ZIP_ENTRIES)})
    assert await refusal(examine, many, "docx") == "file_unreadable"


async def test_a_locked_document_is_refused(examine: Examine) -> None:
    sent = bytearray(files.office("docx"))
    for info in zipfile.ZipFile(io.BytesIO(bytes(sent))).infolist():
        sent[info.header_offset + 6] |= 1
    at = sent.find(b"PK\x01\x02")
    while at >= 0:
        sent[at + 8] |= 1
        at = sent.find(b"PK\x01\x02", at + 4)
    assert await refusal(examine, bytes(sent), "docx") == "file_locked"


async def test_an_examiner_that_never_ends_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "upload").write_bytes(files.picture())
    # A python that hears nothing and says nothing.
    sleeper = tmp_path / "python"
    sleeper.write_text("#!/bin/sh\nexec sleep 60\n")
    sleeper.chmod(0o755)
    monkeypatch.setattr(examining.sys, "executable", str(sleeper))
    with pytest.raises(DomainError) as caught:
        await Examining(timeout_s=0.2).examine(tmp_path, rules.TYPES["jpg"])
    assert caught.value.code == "file_unreadable"


async def test_an_examiner_that_is_killed_is_told_as_unreadable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    victim = tmp_path / "python"
    victim.write_text("#!/bin/sh\nkill -SEGV $$\n")
    victim.chmod(0o755)
    monkeypatch.setattr(examining.sys, "executable", str(victim))
    with pytest.raises(DomainError) as caught:
        await Examining().examine(tmp_path, rules.TYPES["pdf"])
    assert caught.value.code == "file_unreadable"
