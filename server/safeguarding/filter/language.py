"""Bad language: words, parts of words and phrases of the languages shipped, however they are disguised.

A word is held where it stands as a word, not inside another one ("Essex", "assess"), also when it is
stretched ("fuuuck"), written with look-alike digits and signs ("sh1t", "f*ck") or letter by letter
("f u c k"). The lists are in `words/`; where they come from and what they leave out: docs/decisions/chat-filter.md.
"""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import groupby
from pathlib import Path

import msgspec

from server.safeguarding.filter.findings import Finding, Reason
from server.safeguarding.filter.folding import Folded

LANGUAGES = ("en", "fr", "ar", "sw")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_CHUNK = re.compile(r"[^\s.,;:?\"()\[\]{}<>/\\&=^~]{2,40}")
"""What may be one disguised word: with signs that stand for letters."""
_DIGIT_FORMS = (
    str.maketrans("01345789@$!+|€£*#", "oieastbgasitle" + "l**"),
    str.maketrans("01345789@$!+|€£*#", "oleastbgaslti" + "el**"),
)
_PLAIN_NUMBER = re.compile(r"[\d.,+*#!$€£|-]+[^\W\d_]{0,4}|[^\W\d_]{1,2}\d+")
"""Not a disguised word: "45s", "4th", "A55", "$100"."""
_LETTER_BY_LETTER = re.compile(r"(?<![^\W_])(?:[^\W\d_][\s.\-_*,/|+]{1,3}){2,60}[^\W\d_](?![^\W_])")
_VOWELS = frozenset("aeiouy")


class _Section(msgspec.Struct):
    phrases: list[tuple[str, ...]] = []


class Words(msgspec.Struct, frozen=True):
    """The lists of all languages, ready to be looked up."""

    whole: frozenset[str]
    by_key: dict[str, list[str]]
    """The words by their letters with every repetition taken out."""
    parts: re.Pattern[str]
    phrases: dict[str, list[tuple[tuple[str, ...], Reason | None]]]
    """By their first word; longest first. None: allowed."""
    allowed: frozenset[str]
    strong: tuple[str, ...]
    """Words that are looked for in what was written letter by letter."""
    masked: dict[int, list[str]]
    """By length, the words that a mask ("f**k") is held against."""


def _sections(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    name = ""
    for line in text.splitlines():
        if line.startswith("["):
            name = line.strip("[]")
        elif line and not line.startswith("#"):
            entries = line.split(";") if name in ("unkind", "worry", "allowed") else line.split()
            found[name] += [entry.strip() for entry in entries if entry.strip()]
    return found


def load() -> Words:
    """Read the lists."""
    whole: set[str] = set()
    parts: set[str] = set()
    allowed: set[str] = set()
    phrases: dict[str, list[tuple[tuple[str, ...], Reason | None]]] = defaultdict(list)
    for language in LANGUAGES:
        text = (Path(__file__).parent / "words" / f"{language}.txt").read_text(encoding="utf-8")
        sections = _sections(text)
        whole |= set(sections["words"])
        parts |= set(sections["parts"])
        for name, reason in (("unkind", Reason.UNKIND), ("worry", Reason.WORRY), ("allowed", None)):
            for entry in sections[name]:
                words = tuple(_WORD.findall(entry))
                if reason is None and " " in entry and all(_is_single(each) for each in entry.split()):
                    pass
                phrases[words[0]].append((words, reason))
                if reason is None and len(words) == 1:
                    allowed.add(words[0])
    for entries in phrases.values():
        entries.sort(key=lambda entry: -len(entry[0]))
    by_key: dict[str, list[str]] = defaultdict(list)
    for word in whole:
        by_key[_key(word)].append(word)
    masked: dict[int, list[str]] = defaultdict(list)
    for word in whole | {"fuck", "shit", "fucking", "fucker", "bitch"}:
        if len(word) >= 4 and word.isascii():
            masked[len(word)].append(word)
    return Words(
        frozenset(whole), dict(by_key), re.compile("|".join(sorted(map(re.escape, parts)))), dict(phrases),
        frozenset(allowed), tuple(sorted(each for each in whole | parts if len(each) >= 4)), dict(masked),
    )
