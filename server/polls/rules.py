"""The rules of polls: what fits, how answers are counted, and who sees what. Pure; docs/polls.md.

Answers are counted by school and never shown by person to anyone but adults of the person's own school.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from uuid import UUID

import msgspec

from server.access import Grant
from server.errors import Invalid
from server.polls.models import PollKind, PollStatus

QUESTION_LIMIT = 300
OPTIONS_LIMIT = 10
OPTION_LIMIT = 100
END_LIMIT = 40
SCALE = 5
WORDS_LIMIT = 3
WORD_LIMIT = 30
CLOUD_LIMIT = 60
"""So many different words are shown, those that most people wrote."""
FEW = 3
"""With fewer answers than this from a school, students see one count for all schools together."""

MOVES: dict[PollStatus, frozenset[PollStatus]] = {
    PollStatus.DRAFT: frozenset({PollStatus.OPEN}),
    PollStatus.OPEN: frozenset({PollStatus.CLOSED, PollStatus.REVEALED}),
    PollStatus.CLOSED: frozenset({PollStatus.OPEN, PollStatus.REVEALED}),
    PollStatus.REVEALED: frozenset({PollStatus.CLOSED}),
}
"""What has been revealed is not answered again: everyone has seen how the others did."""

RUNS_ROOM = frozenset({Grant.SPACE_MODERATE, Grant.SPACE_EXPORT})
_HARAKAT = frozenset(chr(code) for code in (*range(0x064B, 0x0653), 0x0640, 0x0670))
"""Arabic vowel signs and the stretching line: the same word with and without them."""


class Draft(msgspec.Struct, frozen=True):
    """A question as somebody wants to ask it."""

    kind: PollKind
    question: str
    options: list[str] = []
    low: str = ""
    high: str = ""
    right: list[int] | None = None


class Choice(msgspec.Struct, frozen=True, omit_defaults=True):
    """How one person answers."""

    picks: list[int] = []
    """Places of options, from 0; of a scale one number from 1 to 5."""
    words: list[str] = []
    held: list[int] = []
    """The places of those words that did not pass the filter."""


class Count(msgspec.Struct, frozen=True):
    """How often one answer was given, for each of the schools of its `Results`."""

    counts: list[int]
    word: str = ""
    """Of a word cloud, as most wrote it."""
    held: bool = False
    """It did not pass the filter: shown to those who run the room only."""


class Results(msgspec.Struct, frozen=True):
    """How everyone answered. Options and scales in their order; words by how many wrote them.

    Attributes:
        schools: whose counts stand at which place. Empty: they are not told apart, and each list of
            counts has one place, for all.
        voters: how many answered.
    """

    schools: list[UUID]
    voters: list[int]
    counts: list[Count]


class Ballot(msgspec.Struct, frozen=True):
    """An answer, as it is counted."""

    school_id: UUID
    choice: Choice


# --- what fits


def plain(text: str) -> str:
    """A text on one line, without what nobody can see."""
    kept = (" " if each.isspace() else each for each in text if each.isspace() or _is_seen(each))
    return " ".join("".join(kept).split())


def _is_seen(character: str) -> bool:
    # Joiners are needed to write some languages (Persian, emoji); they alone make no word.
    return character in "\u200c\u200d" or unicodedata.category(character)[0] != "C"


def checked(draft: Draft) -> Draft:
    """The question as it is stored.

    Raises:
        Invalid: something is missing, too long, too many, or does not belong to this kind (400).
    """
    question = plain(draft.question)
    if not question or len(question) > QUESTION_LIMIT:
        raise Invalid(f"Write a question of at most {QUESTION_LIMIT} characters.")
    options, right = [plain(each) for each in draft.options], draft.right
    if draft.kind in (PollKind.SINGLE, PollKind.MULTIPLE):
        if not 2 <= len(options) <= OPTIONS_LIMIT:
            raise Invalid(f"Give 2 to {OPTIONS_LIMIT} answers to choose from.")
        if not all(0 < len(each) <= OPTION_LIMIT for each in options):
            raise Invalid(f"Each answer has 1 to {OPTION_LIMIT} characters.")
        if len({each.casefold() for each in options}) < len(options):
            raise Invalid("Two of the answers are the same.")
        if right is not None:
            right = sorted(set(right))
            if not right or not all(0 <= each < len(options) for each in right):
                raise Invalid("Mark the right answers among those that you give.")
            if draft.kind is PollKind.SINGLE and len(right) > 1:
                raise Invalid("Only one answer can be chosen, so only one is right.")
    elif options or right is not None:
        raise Invalid("This kind of question has no answers to choose from.")
    low, high = plain(draft.low), plain(draft.high)
    if draft.kind is not PollKind.SCALE and (low or high):
        raise Invalid("Only a scale has words at its ends.")
    if len(low) > END_LIMIT or len(high) > END_LIMIT:
        raise Invalid(f"The words at the ends have at most {END_LIMIT} characters.")
    return Draft(draft.kind, question, options, low, high, right)


def answer(
    kind: PollKind, option_count: int, picks: Sequence[int], words: Sequence[str],
    is_fit: Callable[[str], bool],
) -> Choice:
    """An answer as it is stored.

    Args:
        is_fit: whether a word may be shown to everyone.

    Raises:
        Invalid: it is no answer to this kind of question (400).
    """
    if kind is PollKind.WORDS:
        kept: dict[str, str] = {}
        for each in map(plain, words):
            if (key := word_key(each)) and key not in kept:
                kept[key] = each
        found = list(kept.values())
        if picks or not 1 <= len(found) <= WORDS_LIMIT or any(len(each) > WORD_LIMIT for each in found):
            raise Invalid(f"Write 1 to {WORDS_LIMIT} words of at most {WORD_LIMIT} letters.")
        held = [at for at, each in enumerate(found) if not is_fit(each)]
        if not held and not is_fit(" ".join(found)):
            held = list(range(len(found)))  # a number, or a sentence, in three parts
        return Choice(words=found, held=held)
    chosen = sorted(set(picks))
    first, last = (1, SCALE) if kind is PollKind.SCALE else (0, option_count - 1)
    if words or not chosen or not all(first <= each <= last for each in chosen):
        raise Invalid("Choose among the answers that are given.")
    if kind is not PollKind.MULTIPLE and len(chosen) > 1:
        raise Invalid("Choose one answer.")
    return Choice(picks=chosen)


def word_key(word: str) -> str:
    """What two spellings of a word have in common: "Rivers!", "rivers" and " RIVERS " are one."""
    folded = "".join(
        each for each in unicodedata.normalize("NFKC", word).casefold() if each not in _HARAKAT
    )
    words = " ".join(folded.split())
    start, end = 0, len(words)
    while start < end and not _counts(words[start]):
        start += 1
    while end > start and not _counts(words[end - 1]):
        end -= 1
    # A heart or a smile alone is an answer, too.
    return words[start:end] or "".join(each for each in words if unicodedata.category(each) == "So")


def _counts(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNM"


# --- counting


def tally(kind: PollKind, option_count: int, ballots: Iterable[Ballot]) -> Results:
    """Count the answers by school."""
    cast = list(ballots)
    schools = sorted({each.school_id for each in cast})
    place = {school_id: at for at, school_id in enumerate(schools)}
    voters = [0] * len(schools)
    for each in cast:
        voters[place[each.school_id]] += 1
    if kind is PollKind.WORDS:
        return Results(schools, voters, _cloud(cast, place))
    first = 1 if kind is PollKind.SCALE else 0
    rows = [[0] * len(schools) for _ in range(SCALE if kind is PollKind.SCALE else option_count)]
    for each in cast:
        for pick in each.choice.picks:
            rows[pick - first][place[each.school_id]] += 1
    return Results(schools, voters, [Count(row) for row in rows])


def _cloud(cast: Sequence[Ballot], place: dict[UUID, int]) -> list[Count]:
    # Held apart: one may have been held for what stood beside it, which is nothing against the others'.
    rows: dict[tuple[str, bool], list[int]] = {}
    spellings: dict[tuple[str, bool], Counter[str]] = {}
    for each in cast:
        for at, word in enumerate(each.choice.words):
            row = word_key(word), at in each.choice.held
            rows.setdefault(row, [0] * len(place))[place[each.school_id]] += 1
            spellings.setdefault(row, Counter())[word] += 1
    order = sorted(rows, key=lambda row: (-sum(rows[row]), row))
    return [
        Count(rows[row], min(spellings[row], key=lambda word: (-spellings[row][word], word)), held=row[1])
        for row in order
    ]


# --- who sees what


def runs_room(grants: frozenset[Grant]) -> bool:
    """Whether somebody sees drafts and results as they come: verified staff of the schools that take part.

    Guests and advisers see what students see.
    """
    return bool(grants & RUNS_ROOM)


def is_shown(status: PollStatus, *, runs_room: bool) -> bool:
    """Whether a poll is shown at all."""
    return runs_room or status is not PollStatus.DRAFT


def shown_results(status: PollStatus, results: Results, *, runs_room: bool) -> Results | None:
    """The results as this side may see them; None: not now."""
    if runs_room:
        return Results(results.schools, results.voters, results.counts[:CLOUD_LIMIT])
    if status is not PollStatus.REVEALED:
        return None
    counts = [each for each in results.counts if not each.held][:CLOUD_LIMIT]
    if any(each < FEW for each in results.voters):
        # So few could be told by their school.
        return Results([], [sum(results.voters)], [Count([sum(each.counts)], each.word) for each in counts])
    return Results(results.schools, results.voters, counts)


def shown_right(status: PollStatus, right: list[int] | None, *, runs_room: bool) -> list[int] | None:
    """The right answers of a quiz, once they are no secret any more."""
    return right if runs_room or status is PollStatus.REVEALED else None
