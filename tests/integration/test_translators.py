"""LibreTranslate and Apertium over HTTP: what is sent to them, and what they may answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from server.config import Settings, from_environment
from server.translation import apertium, languages, libretranslate, translator
from server.translation.apertium import Apertium, pair_for
from server.translation.errors import TranslationImpossible, TranslatorFailed
from server.translation.libretranslate import LibreTranslate
from server.translation.service import translator_of
from server.translation.translator import Service, Translated, Translator, decoded
from tests.translators import FakeApertium, FakeLibreTranslate, FakeTranslator, odd_answers, running

SECRET = "a secret of thirty-two characters."


@pytest.fixture
async def libre() -> AsyncIterator[FakeLibreTranslate]:
    fake = FakeLibreTranslate()
    async with running(fake):
        yield fake


@pytest.fixture
async def apy() -> AsyncIterator[FakeApertium]:
    fake = FakeApertium()
    async with running(fake):
        yield fake


@pytest.fixture
async def with_libre(libre: FakeLibreTranslate) -> AsyncIterator[LibreTranslate]:
    made = LibreTranslate(Service(libre.url, 5))
    yield made
    await made.close()


@pytest.fixture
async def with_apy(apy: FakeApertium) -> AsyncIterator[Apertium]:
    made = Apertium(Service(apy.url + "/", 5))
    yield made
    await made.close()


@pytest.fixture(params=["libretranslate", "apertium"])
async def either(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Translator, FakeTranslator]]:
    """One of them, chosen as the operator does, and the server that it speaks to."""
    fake = FakeLibreTranslate() if request.param == "libretranslate" else FakeApertium()
    async with running(fake):
        settings = Settings(translation=request.param, translation_url=fake.url, translation_timeout_s=5)
        made = translator_of(settings)
        assert made is not None
        yield made, fake
        await made.close()


async def test_libretranslate_finds_the_language_out_and_translates(
    with_libre: LibreTranslate, libre: FakeLibreTranslate
) -> None:
    assert await with_libre.translate("Hello", None, "fr") == Translated("Bonjour", "en")
    assert await with_libre.translate("Bonjour", None, "en-GB") == Translated("Hello", "fr")
    assert await with_libre.translate("Bonjour", "fr", "en") == Translated("Hello", "fr")
    assert await with_libre.targets() == ["ar", "en", "fr"]
    assert libre.asked == ["/languages", "/translate", "/translate", "/translate"]


async def test_apertium_identifies_the_language_and_takes_the_pair_that_is_installed(
    with_apy: Apertium, apy: FakeApertium
) -> None:
    assert await with_apy.translate("Hello", None, "fr") == Translated("Bonjour", "en")
    assert await with_apy.translate("Hello", "en-GB", "pt") == Translated("Olá", "en-GB")
    assert await with_apy.targets() == ["en", "fr", "pt-BR"]
    assert apy.asked == ["/identifyLang", "/listPairs", "/translate", "/translate"]


async def test_what_is_in_the_language_already_comes_back_as_it_is(
    either: tuple[Translator, FakeTranslator],
) -> None:
    assert await either[0].translate("Bonjour", None, "fr") == Translated("Bonjour", "fr")


@pytest.mark.parametrize(("text", "target"), [("Hello", "zu"), ("Habari", "fr"), ("Bonjour", "ar")])
async def test_languages_that_it_does_not_have_are_said_to_be_impossible(
    either: tuple[Translator, FakeTranslator], text: str, target: str
) -> None:
    with pytest.raises(TranslationImpossible):
        await either[0].translate(text, None, target)


async def test_a_key_is_sent_where_there_is_one(libre: FakeLibreTranslate) -> None:
    libre.key = "tango-9"
    keyed, bare = LibreTranslate(Service(libre.url, 5), "tango-9"), LibreTranslate(Service(libre.url, 5))
    assert (await keyed.translate("Hello", None, "fr")).text == "Bonjour"
    with pytest.raises(TranslatorFailed):
        await bare.translate("Hello", None, "fr")
    await keyed.close()
    await bare.close()


@pytest.mark.parametrize("odd", odd_answers())
async def test_an_odd_answer_is_a_failure_and_nothing_of_it_is_shown_or_logged(
    either: tuple[Translator, FakeTranslator], odd: str
) -> None:
    made, fake = either
    await made.targets()
    fake.instead = odd_answers()[odd]
    with capture_logs() as logged, pytest.raises(TranslatorFailed) as failure:
        await made.translate("Kettle", "en", "fr")
    assert "Kettle" not in f"{logged} {failure.value} {failure.value.__cause__}"
    assert fake.url not in f"{logged}"
    fake.instead = None
    assert (await made.translate("Kettle", "en", "fr")).text == "fr: Kettle"


async def test_the_first_list_of_languages_may_fail_and_is_asked_for_again(
    either: tuple[Translator, FakeTranslator],
) -> None:
    made, fake = either
    fake.instead = odd_answers()["fails"]
    with pytest.raises(TranslatorFailed):
        await made.targets()
    fake.instead = None
    assert "fr" in await made.targets()


async def test_a_server_that_is_not_there_or_too_slow_is_a_failure(
    libre: FakeLibreTranslate, closed_port: int
) -> None:
    nobody = LibreTranslate(Service(f"http://127.0.0.1:{closed_port}", 5))
    slow = LibreTranslate(Service(libre.url, 0.2))
    libre.go_on.clear()
    for each in (nobody, slow):
        with pytest.raises(TranslatorFailed):
            await each.translate("Hello", None, "fr")
        await each.close()


async def test_many_at_once_ask_for_the_languages_once(
    with_libre: LibreTranslate, libre: FakeLibreTranslate
) -> None:
    await asyncio.gather(*(with_libre.translate("Hello", None, "fr") for _ in range(8)))
    assert libre.asked.count("/languages") == 1


KINDS = (
    list[libretranslate._Language], libretranslate._Answer, apertium._Pairs, apertium._Answer,
    dict[str, float],
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["translatedText", "responseData", "responseStatus", "eng"]) | st.text(max_size=4),
        inner, max_size=4,
    ),
    max_leaves=8,
)


@given(st.sampled_from(KINDS), st.integers(100, 599), st.binary(max_size=60) | JSON.map(msgspec.json.encode))
def test_whatever_a_service_answers_is_taken_or_refused(kind: type, status: int, body: bytes) -> None:
    try:
        decoded(status, body, kind)
    except (TranslationImpossible, TranslatorFailed):
        return
    assert status == 200


TAGS = st.sampled_from(["en", "fr", "pt", "pt-BR", "zh-Hans", "zh-Hant", "sw", "EN", "en-GB", "xx", "yue"])


@given(TAGS, st.lists(TAGS, max_size=6))
def test_a_language_is_served_by_itself_or_by_a_sister(wanted: str, offered: list[str]) -> None:
    found = languages.choose(wanted, offered)
    primary = wanted.partition("-")[0].lower()
    sisters = [each for each in offered if each.partition("-")[0].lower() == primary]
    assert (found in sisters) if sisters else found is None
    if any(each.lower() == wanted.lower() for each in offered):
        assert found is not None
        assert found.lower() == wanted.lower()


@given(st.sampled_from(sorted(languages._TO_TWO.items())), st.sampled_from(["", "BR", "valencia"]))
def test_codes_of_apertium_are_those_of_the_language(codes: tuple[str, str], variant: str) -> None:
    three, two = codes
    code, tag = (f"{three}_{variant}", f"{two}-{variant}") if variant else codes
    assert languages.from_apertium(code) == tag
    assert languages.from_apertium(two) == two  # as old installations say it


CODES = st.sampled_from(["eng", "fra", "por", "por_BR", "swa"])


@given(st.lists(st.tuples(CODES, CODES), max_size=8), TAGS, TAGS)
def test_a_pair_is_one_of_those_installed_and_of_these_languages(
    pairs: list[tuple[str, str]], source: str, target: str
) -> None:
    found = pair_for(pairs, source, target)
    fits = [
        each for each in pairs
        if languages.choose(source, [languages.from_apertium(each[0])])
        and languages.choose(target, [languages.from_apertium(each[1])])
    ]
    assert (found in fits) if fits else found is None


def test_a_translation_that_is_far_too_long_is_not_shown() -> None:
    assert translator.checked(" a ", "en") == Translated("a", "en")
    with pytest.raises(TranslatorFailed):
        translator.checked("a" * (translator.TEXT_LIMIT + 1), "en")


def test_without_a_setting_nothing_translates() -> None:
    assert Settings().translation == "none"
    assert translator_of(Settings()) is None


def test_a_translator_needs_its_address() -> None:
    chosen = {"COMMONROOM_SECRET": SECRET, "COMMONROOM_TRANSLATION": "libretranslate"}
    for url in ("", "translate.example", "file:///etc/passwd"):
        with pytest.raises(SystemExit, match="TRANSLATION_URL"):
            from_environment({**chosen, "COMMONROOM_TRANSLATION_URL": url})
    found = from_environment({**chosen, "COMMONROOM_TRANSLATION_URL": "http://10.0.0.7:5000"})
    assert found.translation_url == "http://10.0.0.7:5000"
    with pytest.raises(SystemExit, match="TRANSLATION"):
        from_environment({**chosen, "COMMONROOM_TRANSLATION": "babelfish"})
