"""Polls: what fits, how answers are counted, who sees what; as properties of any polls and any answers."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.access import ADVISE, HOST, KEEP, LOOK, TAKE_PART
from server.errors import Invalid
from server.polls import rules, screening
from server.polls.models import PollKind, PollStatus
from server.polls.rules import Ballot, Choice, Draft

OPTIONS = 4
SCHOOLS = [UUID(int=number) for number in range(1, 5)]

words = st.sampled_from(["river", "River!", " RIVER ", "eau", "ماء", "مَاء", "rain", "🌧", "bad"])
choices = {
    PollKind.SINGLE: st.integers(0, OPTIONS - 1).map(lambda pick: ([pick], [])),
    PollKind.MULTIPLE: st.lists(st.integers(0, OPTIONS - 1), min_size=1, max_size=8).map(lambda p: (p, [])),
    PollKind.SCALE: st.integers(1, 5).map(lambda pick: ([pick], [])),
    PollKind.WORDS: st.lists(words, min_size=1, max_size=3).map(lambda some: ([], some)),
}


def is_fit(word: str) -> bool:
    return word != "bad"


@st.composite
def polls(draw: st.DrawFn) -> tuple[PollKind, list[Ballot]]:
    kind = draw(st.sampled_from(PollKind))
    raw = draw(st.lists(st.tuples(st.sampled_from(SCHOOLS), choices[kind]), max_size=30))
    return kind, [
        Ballot(school, rules.answer(kind, OPTIONS, picks, written, is_fit))
        for school, (picks, written) in raw
    ]


@given(polls())
def test_every_answer_is_counted_once_at_its_own_school(poll: tuple[PollKind, list[Ballot]]) -> None:
    kind, ballots = poll
    results = rules.tally(kind, OPTIONS, ballots)
    assert set(results.schools) == {each.school_id for each in ballots}
    for at, school_id in enumerate(results.schools):
        theirs = [each.choice for each in ballots if each.school_id == school_id]
        assert results.voters[at] == len(theirs)
        given = sum(len(each.picks) + len(each.words) for each in theirs)
        assert sum(count.counts[at] for count in results.counts) == given
    if kind is not PollKind.WORDS:
        assert len(results.counts) == (5 if kind is PollKind.SCALE else OPTIONS)
    if kind in (PollKind.SINGLE, PollKind.SCALE):
        assert sum(sum(count.counts) for count in results.counts) == len(ballots)


@given(polls(), st.randoms())
def test_the_order_in_which_answers_came_changes_nothing(poll: tuple[PollKind, list[Ballot]], random) -> None:
    kind, ballots = poll
    other = list(ballots)
    random.shuffle(other)
    assert rules.tally(kind, OPTIONS, ballots) == rules.tally(kind, OPTIONS, other)


@given(polls())
def test_a_word_stands_once_the_most_written_first(poll: tuple[PollKind, list[Ballot]]) -> None:
    _, ballots = poll
    cloud = rules.tally(PollKind.WORDS, 0, [each for each in ballots if each.choice.words]).counts
    keys = [(rules.word_key(each.word), each.held) for each in cloud]
    assert len(set(keys)) == len(keys)
    totals = [sum(each.counts) for each in cloud]
    assert totals == sorted(totals, reverse=True)
    assert all(each.held == (each.word == "bad") for each in cloud)


@given(polls(), st.sampled_from(PollStatus))
def test_students_see_results_only_once_revealed_and_never_a_held_word_or_a_few_of_a_school(
    poll: tuple[PollKind, list[Ballot]], status: PollStatus
) -> None:
    kind, ballots = poll
    results = rules.tally(kind, OPTIONS, ballots)
    shown = rules.shown_results(status, results, runs_room=False)
    if status is not PollStatus.REVEALED:
        assert shown is None
        return
    assert shown is not None
    assert not any(each.held or each.word == "bad" for each in shown.counts)
    assert sum(shown.voters) == len(ballots)
    assert all(len(each.counts) == len(shown.voters) for each in shown.counts)
    if shown.schools:
        assert min(shown.voters) >= rules.FEW
    visible = [each for each in results.counts if not each.held]
    assert [sum(each.counts) for each in shown.counts] == [sum(each.counts) for each in visible]


@given(polls(), st.sampled_from(PollStatus))
def test_those_who_run_the_room_see_counts_as_they_come(
    poll: tuple[PollKind, list[Ballot]], status: PollStatus
) -> None:
    kind, ballots = poll
    results = rules.tally(kind, OPTIONS, ballots)
    assert rules.shown_results(status, results, runs_room=True) == results


def test_only_verified_staff_of_the_schools_run_a_room() -> None:
    assert [rules.runs_room(each) for each in (HOST, KEEP, TAKE_PART, ADVISE, LOOK)] == [
        True, True, False, False, False,
    ]


@pytest.mark.parametrize("status", PollStatus)
def test_the_right_answers_are_a_secret_until_they_are_revealed(status: PollStatus) -> None:
    assert rules.shown_right(status, [1], runs_room=True) == [1]
    expected = [1] if status is PollStatus.REVEALED else None
    assert rules.shown_right(status, [1], runs_room=False) == expected
    assert rules.is_shown(status, runs_room=False) == (status is not PollStatus.DRAFT)


def test_what_was_revealed_is_not_answered_again_and_nothing_becomes_a_draft() -> None:
    assert rules.MOVES.keys() == set(PollStatus)
    assert PollStatus.OPEN not in rules.MOVES[PollStatus.REVEALED]
    assert not any(PollStatus.DRAFT in each for each in rules.MOVES.values())


@given(st.sampled_from(PollKind), st.lists(st.integers(-3, 12), max_size=12), st.lists(st.text(), max_size=5))
def test_any_answer_fits_or_is_refused(kind: PollKind, picks: list[int], written: list[str]) -> None:
    try:
        choice = rules.answer(kind, OPTIONS, picks, written, is_fit)
    except Invalid:
        return
    results = rules.tally(kind, OPTIONS, [Ballot(SCHOOLS[0], choice)])
    assert results.voters == [1]
    assert sum(sum(each.counts) for each in results.counts) == len(choice.picks) + len(choice.words) > 0
    assert all(0 < len(each) <= rules.WORD_LIMIT and each == each.strip() for each in choice.words)
    assert "\0" not in "".join(choice.words)


@given(st.text())
def test_a_word_is_read_the_same_however_often(word: str) -> None:
    assert rules.word_key(rules.word_key(word)) == rules.word_key(word)


def test_words_of_one_person_count_once_each() -> None:
    choice = rules.answer(PollKind.WORDS, 0, [], ["Rain", "rain!", "sun"], is_fit)
    assert choice == Choice(words=["Rain", "sun"])


def test_what_is_held_only_together_is_held_as_a_whole() -> None:
    def fits(text: str) -> bool:
        return "0770 0900" not in text

    split = rules.answer(PollKind.WORDS, 0, [], ["call", "0770", "0900"], fits)
    assert split.held == [0, 1, 2]
    innocent = rules.answer(PollKind.WORDS, 0, [], ["call"], fits)
    results = rules.tally(PollKind.WORDS, 0, [Ballot(SCHOOLS[0], split), Ballot(SCHOOLS[0], innocent)])
    shown = rules.shown_results(PollStatus.REVEALED, results, runs_room=False)
    assert shown is not None and [(each.word, each.counts) for each in shown.counts] == [("call", [1])]


def test_the_filter_of_the_chat_holds_words_back() -> None:
    words = ["rain", "07700 900123", "badword@example.org"]
    assert rules.answer(PollKind.WORDS, 0, [], words, screening.is_fit).held == [1, 2]
    assert rules.answer(PollKind.WORDS, 0, [], ["rain", "eau", "maji"], screening.is_fit).held == []


@pytest.mark.parametrize(
    "draft",
    [
        Draft(PollKind.SINGLE, " \0 ", ["a", "b"]),
        Draft(PollKind.SINGLE, "x" * 301, ["a", "b"]),
        Draft(PollKind.SINGLE, "Which?", ["a"]),
        Draft(PollKind.SINGLE, "Which?", ["a", "A "]),
        Draft(PollKind.SINGLE, "Which?", ["a", ""]),
        Draft(PollKind.SINGLE, "Which?", [str(number) for number in range(11)]),
        Draft(PollKind.SINGLE, "Which?", ["a", "b"], right=[0, 1]),
        Draft(PollKind.SINGLE, "Which?", ["a", "b"], right=[2]),
        Draft(PollKind.MULTIPLE, "Which?", ["a", "b"], right=[]),
        Draft(PollKind.SINGLE, "Which?", ["a", "b"], low="cold"),
        Draft(PollKind.SCALE, "How warm?", ["a", "b"]),
        Draft(PollKind.SCALE, "How warm?", low="c" * 41),
        Draft(PollKind.WORDS, "What?", right=[0]),
    ],
)
def test_a_question_that_does_not_fit_is_refused(draft: Draft) -> None:
    with pytest.raises(Invalid):
        rules.checked(draft)


def test_a_question_is_stored_on_one_line_without_what_nobody_can_see() -> None:
    draft = Draft(PollKind.MULTIPLE, " Which\n river?\u202e ", [" Nile ", "Tana"], right=[1, 1])
    assert rules.checked(draft) == Draft(PollKind.MULTIPLE, "Which river?", ["Nile", "Tana"], right=[1])
