"""How files are named, which part of one is asked for, and how clamd's address is written."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from server.files import rules
from server.files.scanning import Address

endings = st.sampled_from(sorted(rules.TYPES))
pieces = st.sampled_from(
    ["../", "C:\\fakepath\\", "\u202e", "\u200b", "\0", "\n", ".jpg", ".pdf", ".exe", " ", ".", "CON",
     "a\u0301", "حيوان", "名", "\U0001f98a", "<b>", '"', "\ud800"]
)
typed = st.one_of(st.text(max_size=300), st.lists(st.one_of(pieces, st.text(max_size=3))).map("".join))


@given(typed, endings)
@example("", "pdf")
@example("..", "png")
@example("nul.jpg", "jpg")
@example("a" * 115 + ".pdf" + "b" * 50, "pdf")
def test_a_clean_name_is_one_line_that_says_what_the_file_is(name: str, ending: str) -> None:
    clean = rules.clean_name(name, ending)
    assert clean.endswith(f".{ending}")
    assert len(clean) <= rules.NAME_LIMIT
    stem = clean.removesuffix(f".{ending}")
    assert stem == stem.strip(" .") != ""
    assert not set(clean) & set('/\\<>:"|?*')
    assert all(unicodedata.category(each)[0] != "C" and (each == " " or unicodedata.category(each)[0] != "Z")
               for each in clean)
    assert rules.type_called(stem) is None or "." not in stem
    assert rules.clean_name(clean, ending) == clean
    clean.encode()
    rules.disposition(clean, inline=True).encode("latin-1")


@pytest.mark.parametrize(
    ("name", "ending", "clean"),
    [
        ("IMG_0042.JPG", "jpg", "IMG_0042.jpg"),
        ("C:\\fakepath\\Our river.png", "png", "Our river.png"),
        ("../../etc/passwd", "txt", "passwd.txt"),
        ("photo.jpeg", "jpg", "photo.jpg"),
        ("fox\u202egpj.exe.png", "png", "foxgpj.exe.png"),
        ("nehir - fotoğraf.webp", "jpg", "nehir - fotoğraf.jpg"),
        ("con.pdf", "pdf", "file con.pdf"),
        ("\u200b.pdf", "pdf", "file.pdf"),
    ],
)
def test_names_as_devices_give_them(name: str, ending: str, clean: str) -> None:
    assert rules.clean_name(name, ending) == clean


@given(st.text(alphabet="0123456789-=,bytes ", max_size=30) | st.tuples(
    st.integers(0, 300), st.integers(0, 300)).map(lambda part: f"bytes={part[0]}-{part[1]}"),
    st.integers(1, 200))
def test_a_range_is_within_the_file_or_none(header: str, size_bytes: int) -> None:
    try:
        part = rules.byte_range(header, size_bytes)
    except ValueError:
        return
    if part is not None:
        start, end = part
        assert 0 <= start < end <= size_bytes


@pytest.mark.parametrize(
    ("header", "part"),
    [("bytes=0-", (0, 100)), ("bytes=0-0", (0, 1)), ("bytes=90-200", (90, 100)), ("bytes=-10", (90, 100)),
     ("bytes=-500", (0, 100)), ("bytes=5-2", None), ("bytes=0-1,3-4", None), ("rows=1-2", None), ("", None)],
)
def test_ranges(header: str, part: tuple[int, int] | None) -> None:
    assert rules.byte_range(header, 100) == part


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=-0", "bytes=100-200"])
def test_a_range_beyond_the_end_is_refused(header: str) -> None:
    with pytest.raises(ValueError, match="part"):
        rules.byte_range(header, 100)


@pytest.mark.parametrize(
    ("called", "found", "fits"),
    [("jpg", "png", True), ("gif", "png", True), ("csv", "txt", True), ("mp3", "wav", False),
     ("docx", "xlsx", False), ("pdf", "png", False), ("docx", "docx", True)],
)
def test_what_may_be_called_what(called: str, found: str, fits: bool) -> None:
    assert rules.fits(rules.TYPES[called], rules.TYPES[found]) is fits


def test_where_clamd_listens() -> None:
    assert Address.of("127.0.0.1:3310") == ("127.0.0.1", 3310)
    assert Address.of("[::1]:3310") == ("::1", 3310)
    assert Address.of("/run/clamav/clamd.ctl") == ("/run/clamav/clamd.ctl", 0)
    for wrong in ("clamd", ":3310", "host:port"):
        with pytest.raises(ValueError, match="CLAMD"):
            Address.of(wrong)
