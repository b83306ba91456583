"""What is printed: read again from the finished document, as a person would select and copy it."""

from __future__ import annotations

import asyncio
import io
import logging
import re
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import msgspec
import pypdf
import pytest

from server import clock, printing
from server.accounts.signing_in import PICTURES
from server.agreements import pdf as agreements
from server.agreements.paper import (
    AgreementPaper,
    PaperDuty,
    PaperSchool,
    PaperSignature,
    PaperTerms,
)
from server.agreements.rules import Barrier, Goal
from server.errors import TooManyTries
from server.printing import Paper, is_right_to_left, use_fonts
from server.rosters import cards as login_cards
from server.rosters.aliases import ANIMALS
from server.rosters.cards import Card, cards_pdf

ROOT = Path(__file__).resolve().parents[2]
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def texts(document: bytes) -> list[str]:
    """The text of each page, without the marks that nobody sees."""
    reader = pypdf.PdfReader(io.BytesIO(document))
    return [page.extract_text().replace(printing.NOTHING_SEEN, "") for page in reader.pages]


def written(*paragraphs: str, language: str = "en") -> str:
    paper = Paper("A paper", language, made_at=NOON)
    for each in paragraphs:
        paper.paragraph(each)
    return "\n".join(texts(paper.bytes()))


def test_text_can_be_selected_in_every_script_we_have_letters_for() -> None:
    lines = "Naïve façade, Łódź", "ɛ ɔ ŋ ƒ ʋ Ɛ", "Привет", "Γειά", "Tiếng Việt", "مدرسة", "سلام"  # noqa: RUF001
    found = written(*lines)
    for words in lines:
        assert words in found
    assert not re.search(r"[\x00-\x08\x0b-\x1f]", found)


def test_a_letter_that_no_font_has_is_a_mark_and_nothing_crashes(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        found = written(
            "Li 明 \U0001f389 end", "\x00\x07\u202e\u200d\ufeff", "", "\U00010fff \ue000", "a\tb\u2028c"
        )
    assert "Li \ufffd \ufffd end" in found
    assert "a b c" in found
    assert not caplog.records


def test_letters_of_fonts_that_the_operator_names_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "SPARE", ("NotoSans",))  # as if ours had no Arabic
    assert "\ufffd" in written("سلام")
    use_fonts([str(printing.FONTS / "NotoNaskhArabic-Regular.ttf")])
    try:
        assert "سلام" in written("سلام")
    finally:
        use_fonts([])
    with pytest.raises(ValueError, match="not there"):
        use_fonts(["/nowhere.ttf"])


def test_which_way_a_text_runs() -> None:
    assert is_right_to_left("12 مرحبا Willow")
    assert not is_right_to_left("Willow مرحبا", "ar")
    assert is_right_to_left("12:30", "ar")
    assert not is_right_to_left("12:30")


def test_the_same_document_made_at_the_same_moment_has_the_same_bytes() -> None:
    def made(moment: datetime) -> bytes:
        with clock.set_clock(lambda: moment):
            paper = Paper("A paper", "en")
        paper.title("Goals")
        paper.table([["a", "b"], ["سلام", "1"]], (1, 2))
        paper.qr("https://commonroom.example", 30)
        return paper.bytes()

    assert made(NOON) == made(NOON)
    assert made(NOON) != made(NOON.replace(hour=13))


def test_long_tables_repeat_their_head_and_pages_are_numbered() -> None:
    for language, words in ("en", "Page 2 of 3"), ("fr", "Page 2 sur 3"), ("sw", "Ukurasa 2 kati ya 3"):
        paper = Paper("A paper", language, made_at=NOON)
        paper.foot = "The foot"
        paper.table([["School", "Hours"], *([f"School {number}", "2"] for number in range(80))], (3, 1))
        pages = texts(paper.bytes())
        assert len(pages) == 3
        assert all("School Hours" in page and "The foot" in page for page in pages)
        assert words in pages[1]
        assert "School 79" in pages[2]


def test_a_line_too_long_for_its_place_is_set_smaller_and_then_cut() -> None:
    paper = Paper("A paper", made_at=NOON, is_numbered=False)
    paper.write("Wonderful Kingfisher", 10, 10, 60, 22)
    paper.write("W" * 400, 10, 40, 60, 22)
    paper.write("W" * 10, 10, 60, 1, 22)
    first, second = texts(paper.bytes())[0].splitlines()[:2]
    assert first == "Wonderful Kingfisher"
    assert second.endswith("…") and 5 < len(second) < 40


def test_a_line_is_cut_where_one_letter_more_would_not_fit() -> None:
    paper, text = Paper("A paper", made_at=NOON, is_numbered=False), "Wiil" * 80
    paper.write(text, 10, 10, 60, 22)
    shown = texts(paper.bytes())[0]
    assert paper.pdf.font_size_pt == pytest.approx(22 * 0.95**12)
    assert shown == text[: len(shown) - 1] + "…"
    assert paper.pdf.get_string_width(shown) <= 60 < paper.pdf.get_string_width(text[: len(shown)] + "…")


def test_measuring_a_long_line_takes_few_steps_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    paper = Paper("A paper", made_at=NOON, is_numbered=False)
    asked: list[str] = []
    real = paper.pdf.get_string_width
    monkeypatch.setattr(paper.pdf, "get_string_width", lambda text: (asked.append(text), real(text))[1])
    for line in range(30):
        paper.write("W" * 160, 10, 10 + line * 5, 60, 10)
    assert len(asked) <= 10
    paper.bytes()


async def test_documents_are_drawn_one_at_a_time_and_not_too_many_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(printing, "WAITING_LIMIT", 3)
    now, most, done = [], [], []

    def draw(number: int) -> int:
        now.append(number)
        most.append(len(now))
        time.sleep(0.05)
        now.remove(number)
        done.append(number)
        return number

    answers = await asyncio.gather(
        *(printing.in_turn(draw, number) for number in range(5)), return_exceptions=True
    )
    assert answers[:3] == done == [0, 1, 2]
    assert max(most) == 1
    assert [type(each) for each in answers[3:]] == [TooManyTries] * 2
    assert await printing.in_turn(draw, 6) == 6  # whoever comes later is drawn


def test_printing_is_not_loaded_when_the_server_starts() -> None:
    script = (
        "import sys, server.app\n"
        "print([name for name in ('fpdf', 'fontTools', 'segno', 'uharfbuzz') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]"


# Login cards


def card(number: int = 1, **fields: object) -> Card:
    plain = Card(UUID(int=number), "Blue Heron", "blue-heron", "Amina", ("sun", "drum", "cat"))
    return msgspec.structs.replace(plain, **fields)


def sheet(*cards: Card, language: str = "en") -> list[str]:
    return texts(cards_pdf("https://commonroom.example", "Willow", "5W", "WLW-5RV", cards, language))


@pytest.mark.parametrize("language", login_cards.WORDS)
def test_a_card_says_who_where_and_how(language: str) -> None:
    (page,) = sheet(card(), language=language)
    for words in "Blue Heron", "Willow · 5W", "WLW-5RV", "commonroom.example", "Amina":
        assert words in page
    if language != "ar":
        assert login_cards.WORDS[language].pictures in page


def test_without_pictures_or_a_first_name_the_card_speaks_of_neither() -> None:
    (page,) = sheet(card(pictures=None, given_name=""))
    words = login_cards.WORDS["en"]
    assert words.pictures not in page
    assert words.strip not in page


def test_eight_cards_a_page_and_an_unknown_animal_or_language_is_no_reason_to_fail() -> None:
    pages = sheet(*(card(number, alias=f"Heron {number}") for number in range(1, 10)), language="xx")
    assert [page.count("WLW-5RV") for page in pages] == [8, 1]
    assert "Heron 9" in pages[1]
    assert len(sheet(card(avatar="dragon"))) == 1
    assert len(sheet()) == 1


def test_the_square_holds_the_card_s_own_address(monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[str] = []
    real = Paper.qr
    monkeypatch.setattr(Paper, "qr", lambda paper, text, *rest: (held.append(text), real(paper, text, *rest)))
    sheet(card(7))
    assert held == [f"https://commonroom.example/card#WLW-5RV/{UUID(int=7)}"]


def test_the_drawings_are_those_of_the_client() -> None:
    for name in "animals.svg", "pictures.svg":
        assert (login_cards.DRAWINGS / name).read_text() == (
            ROOT / "client" / "src" / "drawings" / name
        ).read_text()
    assert set(ANIMALS.values()) <= set(login_cards._symbols("animals.svg"))
    assert set(PICTURES) <= set(login_cards._symbols("pictures.svg"))


# The agreement

PAPER = AgreementPaper(
    partnership_name="Rivers of two countries", programme_name="Global Learning", number=2, status="in_force",
    digest="ab12" * 16, proposed_by="A. Okafor", proposed_at=NOON, in_force_at=NOON, ended_at=None,
    review_on=date(2027, 3, 1), expires_on=date(2027, 7, 31),
    schools=[PaperSchool("Willow", "GB"), PaperSchool("Nakuru Hill", "KE")],
    goals=[Goal("Read six stories", "None so far"), Goal("نكتب معا كتابا", "")],
    terms=[PaperTerms("Willow", 45, "08:50 to 15:20", "good"), PaperTerms("Nakuru Hill", None, "", "poor")],
    time_difference="Three hours.", barriers=[Barrier("Little English", "Pictures first")],
    duties=[PaperDuty("Opens the lesson", "Nakuru Hill")], extra="Drawings only.",
    signatures=[PaperSignature("Nakuru Hill", "W. Kamau", NOON, "ab12" * 16, "Africa/Nairobi")],
    waiting=["Willow"],
)


def test_an_agreement_says_everything_that_was_agreed_and_signed() -> None:
    pages = texts(agreements.agreement_pdf(PAPER, "en"))
    found = "\n".join(pages)
    for words in (
        "Rivers of two countries", "Willow (GB)", "Global Learning", "Version 2, in force", "2027-03-01",
        "2027-07-31", "Read six stories", "None so far", "نكتب", "45", "08:50 to 15:20", "Three hours.",
        "Little English", "Pictures first", "Opens the lesson", "Drawings only.",
        "Signed by W. Kamau, headteacher", "2026-11-21 15:00 Africa/Nairobi (2026-11-21 12:00 UTC)",
        "Not signed yet", "ab12" * 16, f"Page 1 of {len(pages)}",
    ):
        assert words in found, words


def test_a_signature_for_another_text_says_so() -> None:
    assert "of the text with the digest" not in "".join(texts(agreements.agreement_pdf(PAPER, "en")))
    other = msgspec.structs.replace(PAPER.signatures[0], digest="cd34" * 16)
    found = texts(agreements.agreement_pdf(msgspec.structs.replace(PAPER, signatures=[other]), "en"))
    assert "of the text with the digest " + "cd34" * 16 in "".join(found)


@pytest.mark.parametrize("language", agreements.WORDS)
@pytest.mark.parametrize("status", ["proposed", "in_force", "replaced", "expired", "withdrawn"])
def test_it_can_be_printed_in_each_language_and_state(language: str, status: str) -> None:
    paper = msgspec.structs.replace(PAPER, status=status, ended_at=NOON)
    found = "".join(texts(agreements.agreement_pdf(paper, language)))
    assert "Read six stories" in found
    assert "\ufffd" not in found
    assert set(agreements.WORDS[language]) == set(agreements.WORDS["en"])


def test_a_long_agreement_goes_on_over_pages() -> None:
    goals = [Goal("word " * 100, "today " * 80)] * 20
    paper = msgspec.structs.replace(PAPER, goals=goals, extra="more\n" * 800)
    assert len(texts(agreements.agreement_pdf(paper, "ar"))) > 10
