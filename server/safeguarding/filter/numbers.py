"""Telephone numbers, and the many numbers of a lesson that are none.

What counts is how a number is written, not whether a network would take it: children write theirs in
groups, spaced out, in words or in Arabic digits, and leave out the country. Quantities, dates, times, years,
decimals, sequences and sums are let through.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from server.safeguarding.filter.findings import Finding, Reason
from server.safeguarding.filter.folding import Folded
from server.safeguarding.filter.lists import LISTS

DIGITS_MIN, DIGITS_MAX = 7, 15
LONG_MIN = 9
"""From so many digits on a number is held for how it is written alone; a shorter one only near a cue."""
CUE_REACH = 40
"""So many characters before and after a number are looked at for a word such as "call"."""



def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_DATE = re.compile(
    r"(?<!\d)(?<!\d[-/.])(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2}))(?![-/.]?\d)"
)
_YEARS = re.compile(r"(?<!\d)(?:1\d|20)\d\d ?[-/] ?(?:1\d|20)\d\d(?!\d)")
_TIME = re.compile(r"(?<!\d)\d{1,2}[:h]\d{2}(?::\d{2})?(?!\d)")
_SUM = re.compile(r"[*/.]| - ")
"""Signs between numbers that are a sum rather than a telephone number."""
_RUN = re.compile(r"\+?\(?\d+(?:[ ().\-/_*•|~#]{1,3}\d+)*")
_DECIMAL = re.compile(r"(?:0|[1-9]\d*)[.,]\d+")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:([ .'])\d{3})(?:\1\d{3})*(?:[.,]\d+)?")
_GROUP = re.compile(r"\d+")
_CUE = re.compile(rf"(?<![^\W_])(?:{_any(LISTS['cues'])})(?![^\W_])")
_UNIT = re.compile(rf" ?(?:{_any(LISTS['units'])})(?![^\W_])")
_WORDS = {word: int(digit) for word, _, digit in (each.partition("=") for each in LISTS["digits"])}
_SPELLED = re.compile(
    rf"(?<![^\W_])(?:(?:{_any(_WORDS)}|double|triple|\d)(?:[ ,.\-]{{1,3}}|(?![^\W_]))){{7,}}"
)
_TOKEN = re.compile(r"[^\W_]+")


def find(folded: Folded) -> Iterator[Finding]:
    """The telephone numbers in a text."""
    text = folded.text
    if sum(map(str.isdigit, text)) >= DIGITS_MIN:
        plain = text
        for innocent in (_DATE, _YEARS, _TIME):
            plain = innocent.sub(lambda found: "x" * len(found[0]), plain)
        for run in _RUN.finditer(plain):
            if _is_phone(run[0].strip(), plain, run.start(), run.end()):
                yield Finding(Reason.PHONE, *folded.span(run.start(), run.end()))
    for run in _SPELLED.finditer(text):
        digits = _spelled(run[0])
        words = sum(not each.isdigit() for each in _TOKEN.findall(run[0]))
        if words >= 3 and DIGITS_MIN <= len(digits) <= 3 * DIGITS_MAX and not _is_sequence(digits):
            end = run.start() + len(run[0].rstrip(" ,.-"))
            yield Finding(Reason.PHONE, *folded.span(run.start(), end))


def _is_phone(run: str, text: str, start: int, end: int) -> bool:
    groups = _GROUP.findall(run)
    digits = "".join(groups)
    if not DIGITS_MIN <= len(digits) <= DIGITS_MAX:
        return len(digits) > DIGITS_MAX and _hides_one(groups)
    if (run.startswith("+") and not _is_sum(text, start)) or (digits.startswith("00") and len(digits) > 10):
        return True
    if _DECIMAL.fullmatch(run) or set(digits) <= {"0", "1"} or _is_sequence([int(each) for each in groups]):
        return False
    if len(groups) == 1 and (_is_sequence([int(each) for each in digits]) or len(set(digits)) <= 2):
        return False
    near = text[max(0, start - CUE_REACH) : end + CUE_REACH]
    if _CUE.search(near) and not _THOUSANDS.fullmatch(run):
        return True
    if len(digits) < LONG_MIN:
        return False
    if digits.startswith("0"):
        return True
    if _UNIT.match(text, end) or digits.endswith("000"):
        return False
    if _THOUSANDS.fullmatch(run):
        return " " in run and len(digits) == LONG_MIN and not digits.endswith("0")
    return len(groups) <= 4 and _SUM.search(run) is None


def _hides_one(groups: Sequence[str]) -> bool:
    """Of a long row of numbers, whether one could be called."""
    return any(
        len(each) >= LONG_MIN and each.startswith("0") and not set(each) <= {"0", "1"} for each in groups
    )


def _is_sum(text: str, start: int) -> bool:
    """Whether a plus sign stands between two numbers."""
    before = text[:start].rstrip()
    return bool(before) and before[-1] in "0123456789)xy="


def _is_sequence(numbers: Sequence[int]) -> bool:
    """Counting, up or down, by one or in equal steps."""
    if len(numbers) < 3:
        return False
    steps = {after - before for before, after in pairwise(numbers)}
    return len(steps) == 1


def _spelled(run: str) -> list[int]:
    """The digits of a number in words."""
    digits: list[int] = []
    times = 1
    for token in _TOKEN.findall(run):
        if token in ("double", "triple"):
            times = 2 if token == "double" else 3
            continue
        digit = _WORDS.get(token)
        found = [int(each) for each in token] if digit is None else [digit]
        digits += found * times
        times = 1
    return digits
