"""Bad language and asking for contact: words and phrases of the languages shipped, however disguised.

A word is held where it stands as a word, not inside another one ("Essex", "assess"), also when it is
stretched ("fuuuck"), written with look-alike digits and signs ("sh1t", "f*ck") or letter by letter
("f u c k"). Where the lists come from and what they leave out: docs/decisions/chat-filter.md.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby

import msgspec

from server.safeguarding.filter.findings import Finding, Reason
from server.safeguarding.filter.folding import Folded
from server.safeguarding.filter.lists import LISTS

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_CHUNK = re.compile(r"[^\s,;:?\"()\[\]{}<>/\\&=^~]{3,40}")
"""What may be one disguised word: with signs that stand for letters, or part them."""
_LOOKS_LIKE = tuple(
    str.maketrans("0134579@$!+|€£#", letters) for letters in ("oieastgasitlel*", "oleastgaslttel*")
)
_PLAIN_NUMBER = re.compile(r"[.,+*#!$€£|%-]*\d[\d.,+*#!$€£|%-]*[^\W\d_]{0,4}|[^\W\d_]{1,2}\d+")
"""No disguised word: "45s", "4th", "A55", "$100"."""
_LETTER_BY_LETTER = re.compile(r"(?<![^\W_])(?:[^\W\d_][\s.\-_*,/|+]{1,3}){2,}[^\W\d_](?![^\W_])")
_NOT_LETTERS = re.compile(r"[\W\d_]+")
_ARABIC_ARTICLE = re.compile(r"(?:و?ال|يا?|و|ف)(?=.{3})")
"""What Arabic writes together with the next word. Two letters are left alone: الكس is Alex."""
_MASKED_WHOLLY = frozenset(("f***", "s***", "c***", "b****", "f**k"))

Phrases = dict[str, list[tuple[tuple[str, ...], Reason | None]]]


class Words(msgspec.Struct, frozen=True):
    """The lists of all languages, ready to be looked up.

    Attributes:
        by_key: the words, by their letters with every repetition taken out.
        parts: what no innocent word holds, except the allowed ones.
        phrases: by their first word, the longest first; None: allowed.
        strong: what is looked for in letters that stand one by one.
        by_length: what a mask ("f**k") is held against.
    """

    whole: frozenset[str]
    by_key: dict[str, list[str]]
    parts: re.Pattern[str]
    phrases: Phrases
    strong: frozenset[str]
    by_length: dict[int, list[str]]


def load() -> Words:
    """Make the lists ready."""
    whole, parts = frozenset(LISTS["words"]), LISTS["parts"]
    phrases: Phrases = defaultdict(list)
    for name, reason in (
        ("allowed", None), ("unkind", Reason.UNKIND), ("worry", Reason.WORRY), ("asks", Reason.CONTACT)
    ):
        for entry in LISTS[name]:
            words = tuple(_WORD.findall(entry))
            phrases[words[0]].append((words, reason))
    for entries in phrases.values():
        entries.sort(key=lambda entry: -len(entry[0]))
    by_key: dict[str, list[str]] = defaultdict(list)
    for word in whole:
        by_key[_key(word)].append(word)
    by_length: dict[int, list[str]] = defaultdict(list)
    for word in {*whole, *parts, "fucks", "fucker", "fucking"}:
        if len(word) >= 4 and word.isascii():
            by_length[len(word)].append(word)
    return Words(
        whole, dict(by_key), re.compile("|".join(sorted(map(re.escape, parts)))), dict(phrases),
        frozenset(each for each in (*whole, *parts) if len(each) >= 4), dict(by_length),
    )


def _key(word: str) -> str:
    return "".join(letter for letter, _ in groupby(word))


WORDS = load()


def find(folded: Folded) -> Iterator[Finding]:
    """Bad language in a text, in no order; one stretch may be found twice."""
    text = folded.text
    tokens = [(found[0], found.start(), found.end()) for found in _WORD.finditer(text)]
    innocent: set[int] = set()
    for place, (word, start, _) in enumerate(tokens):
        for phrase, reason in WORDS.phrases.get(word, ()):
            end = place + len(phrase)
            if end > len(tokens) or any(tokens[place + n][0] != each for n, each in enumerate(phrase)):
                continue
            if reason is None:
                innocent.update(range(place, end))
            else:
                yield Finding(reason, *folded.span(start, tokens[end - 1][2]))
            break
    for place, (word, start, end) in enumerate(tokens):
        if place not in innocent and _is_held(word):
            yield Finding(Reason.LANGUAGE, *folded.span(start, end))
    yield from _disguised(folded)
    yield from _letter_by_letter(folded)


def _is_held(word: str) -> bool:
    if len(word) < 2:
        return False
    if _is_listed(word) or WORDS.parts.search(word):
        return True
    if "'" in word and any(_is_listed(each) for each in word.split("'")):
        return True
    if (key := _key(word)) != word and WORDS.parts.search(key):
        return True
    attached = _ARABIC_ARTICLE.match(word)
    return attached is not None and word[attached.end():] in WORDS.whole


def _is_listed(word: str) -> bool:
    if word in WORDS.whole:
        return True
    candidates = WORDS.by_key.get(_key(word), ())
    return any(_is_stretched(word, listed) for listed in candidates)


def _is_stretched(word: str, listed: str) -> bool:
    """Whether a word is a listed one with letters held for long: three times or more."""
    runs, wanted = ([len(list(run)) for _, run in groupby(each)] for each in (word, listed))
    return all(is_ == was or (is_ > was and is_ >= 3) for is_, was in zip(runs, wanted, strict=True))


def _disguised(folded: Folded) -> Iterator[Finding]:
    """Digits and signs that stand for letters or part them: "sh1t", "f*ck", "f.uck"."""
    for found in _CHUNK.finditer(folded.text):
        chunk = found[0].rstrip("!.*#|+'-")
        if found[0] in _MASKED_WHOLLY:
            yield Finding(Reason.LANGUAGE, *folded.span(found.start(), found.end()))
            continue
        if len(chunk) < 3 or chunk.isalpha() or _PLAIN_NUMBER.fullmatch(chunk):
            continue
        letters = _NOT_LETTERS.sub("", chunk)
        is_parted = letters != chunk and letters in WORDS.strong
        if is_parted or any(_is_disguise(chunk.translate(table)) for table in _LOOKS_LIKE):
            yield Finding(Reason.LANGUAGE, *folded.span(found.start(), found.start() + len(chunk)))


def _is_disguise(read: str) -> bool:
    if "*" not in read:
        return read.isalpha() and (_is_listed(read) or WORDS.parts.search(read) is not None)
    stars = read.count("*")
    if read[0] == "*" or 2 * stars > len(read):
        return False
    return any(
        all(sign in ("*", letter) for sign, letter in zip(read, listed, strict=True))
        for listed in WORDS.by_length.get(len(read), ())
    )


def _letter_by_letter(folded: Folded) -> Iterator[Finding]:
    for found in _LETTER_BY_LETTER.finditer(folded.text):
        joined = _NOT_LETTERS.sub("", found[0])
        if _is_listed(joined) or any(word in joined for word in WORDS.strong):
            yield Finding(Reason.LANGUAGE, *folded.span(found.start(), found.end()))
