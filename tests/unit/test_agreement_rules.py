"""The text of an agreement: what it keeps to, its digest, the difference of two (docs/agreements.md)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.agreements.difference import ChangeKind, Op, Part, difference, parts, words
from server.agreements.rules import (
    SECTIONS,
    AgreementText,
    Barrier,
    Goal,
    Task,
    check,
    cleaned,
    digest,
    is_review_due,
    latest_expiry,
    read,
    stored,
)
from server.errors import Invalid
from server.schools.models import Internet

WILLOW, NAKURU, OTHER = (UUID(int=number) for number in (1, 2, 3))
TODAY = date(2026, 9, 1)


def text(**changes: object) -> AgreementText:
    whole = AgreementText(
        goals=[Goal("Both classes write to each other each week.", "They have never met.")],
        weekly_minutes={WILLOW: 60, NAKURU: 45},
        typical_days={WILLOW: "09:00 to 15:15", NAKURU: "08:00 to 16:00"},
        time_difference="Nairobi is two hours ahead in summer.",
        internet={WILLOW: Internet.GOOD, NAKURU: Internet.LIMITED},
        barriers=[Barrier("Not everybody writes English.", "Pictures first, words second.")],
        duties=[Task("Keeps the photo album.", NAKURU)],
        review_on=date(2027, 1, 15), expires_on=date(2027, 7, 31), extra="We visit in June.",
    )
    return msgspec.structs.replace(whole, **changes)


def refusal(proposed: AgreementText, months: int = 24) -> str:
    with pytest.raises(Invalid) as caught:
        check(proposed, [WILLOW, NAKURU], TODAY, months)
    return caught.value.detail


def test_a_text_that_speaks_of_each_school_and_ends_in_time_fits() -> None:
    check(text(), [NAKURU, WILLOW], TODAY, 24)


@pytest.mark.parametrize(
    "changes",
    [
        {"weekly_minutes": {WILLOW: 60, NAKURU: 45, OTHER: 1}},
        {"typical_days": {WILLOW: "", NAKURU: "", OTHER: ""}},
        {"internet": {WILLOW: Internet.GOOD, NAKURU: Internet.POOR, OTHER: Internet.POOR}},
        {"duties": [Task("Pays for it all.", OTHER)]},
    ],
)
def test_a_text_speaks_of_no_school_outside_the_partnership(changes: dict[str, object]) -> None:
    assert "not part of this partnership" in refusal(text(**changes))


@pytest.mark.parametrize(
    "changes",
    [{"weekly_minutes": {WILLOW: 60}}, {"typical_days": {}}, {"internet": {NAKURU: Internet.POOR}}],
)
def test_a_text_leaves_no_school_out(changes: dict[str, object]) -> None:
    assert "for every school" in refusal(text(**changes))


@pytest.mark.parametrize(
    ("review_on", "expires_on"),
    [(TODAY, date(2027, 7, 31)), (date(2026, 8, 1), date(2027, 7, 31)),
     (date(2027, 8, 1), date(2027, 7, 31))],
)
def test_the_review_lies_between_tomorrow_and_the_end(review_on: date, expires_on: date) -> None:
    assert "review" in refusal(text(review_on=review_on, expires_on=expires_on))


def test_an_agreement_lasts_no_longer_than_the_programme_lets_it() -> None:
    check(text(expires_on=date(2027, 3, 1)), [WILLOW, NAKURU], TODAY, 6)
    assert "6 months" in refusal(text(expires_on=date(2027, 3, 2)), 6)


@pytest.mark.parametrize(
    ("day", "months", "last"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)), (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)), (date(2026, 11, 5), 1, date(2026, 12, 5)),
        (date(2026, 12, 5), 1, date(2027, 1, 5)), (date(2024, 2, 29), 12, date(2025, 2, 28)),
    ],
)
def test_months_are_counted_as_people_count_them(day: date, months: int, last: date) -> None:
    assert latest_expiry(day, months) == last


def test_a_review_is_due_from_thirty_days_before_it() -> None:
    on = date(2027, 1, 31)
    assert not is_review_due(on, date(2026, 12, 31))
    assert is_review_due(on, date(2027, 1, 1))
    assert is_review_due(on, date(2027, 6, 1))


def test_a_text_is_kept_without_what_nobody_sees() -> None:
    kept = cleaned(text(goals=[Goal(" Cafe\u0301\u0000 ")], extra="one\r\ntwo\rthree\x07 "))
    assert (kept.goals[0].text, kept.extra) == ("Caf\u00e9", "one\ntwo\nthree")
    for empty in (
        {"goals": [Goal(" \t ")]}, {"barriers": [Barrier("a", "\x00")]}, {"duties": [Task(" ", WILLOW)]},
    ):
        with pytest.raises(Invalid):
            cleaned(text(**empty))


def test_the_digest_is_of_what_is_said_and_not_of_how_it_is_stored() -> None:
    turned = text(weekly_minutes={NAKURU: 45, WILLOW: 60})
    assert digest(turned) == digest(text()) == digest(read(stored(text())))
    assert len(digest(text())) == 64
    assert len({digest(each) for each in (
        text(), text(extra="We visit in July."), text(weekly_minutes={WILLOW: 45, NAKURU: 60}),
        text(expires_on=date(2027, 7, 30)), text(duties=[]),
        text(duties=[Task("Keeps the photo album.", WILLOW)]),
    )}) == 6


# The difference of two texts.

schools = st.sampled_from([WILLOW, NAKURU, OTHER])
line = st.text(min_size=1, max_size=30)
note = st.text(max_size=30)
days = st.integers(0, 900).map(lambda number: TODAY + timedelta(days=number))
texts = st.builds(
    AgreementText,
    goals=st.lists(st.builds(Goal, line, note), min_size=1, max_size=4),
    weekly_minutes=st.dictionaries(schools, st.integers(0, 2400)),
    typical_days=st.dictionaries(schools, note),
    time_difference=note,
    internet=st.dictionaries(schools, st.sampled_from(Internet)),
    barriers=st.lists(st.builds(Barrier, line, line), max_size=3),
    duties=st.lists(st.builds(Task, line, schools), max_size=3),
    review_on=days, expires_on=days, extra=note,
)


def joined(found: list[Part], without: Op) -> str:
    return "".join(part.text for part in found if part.op is not without)


@given(st.text(), st.text())
def test_the_parts_make_both_texts_again(before: str, after: str) -> None:
    found = parts(before, after)
    assert joined(found, Op.ADDED) == before
    assert joined(found, Op.REMOVED) == after
    assert all(part.text for part in found)
    if before == after:
        assert {part.op for part in found} <= {Op.SAME}


@given(st.text())
def test_words_lose_nothing(any_text: str) -> None:
    assert "".join(words(any_text)) == any_text
    assert all(words(any_text))


@pytest.mark.parametrize(
    ("spoken", "found"),
    [
        ("We don't, do we?", ["We", " ", "don't", ",", " ", "do", " ", "we", "?"]),
        ("हिन्दी में", ["हिन्दी", " ", "में"]),
        ("مرحبا بالعالم", ["مرحبا", " ", "بالعالم"]),
        ("每周见面", ["每", "周", "见", "面"]),
    ],
)
def test_words_of_any_script(spoken: str, found: list[str]) -> None:
    assert words(spoken) == found


def test_a_changed_sentence_shows_the_words_that_changed() -> None:
    assert parts("We meet each week.", "We meet each month.") == [
        Part(Op.SAME, "We meet each "), Part(Op.REMOVED, "week"), Part(Op.ADDED, "month"), Part(Op.SAME, "."),
    ]
    assert parts("每周见面", "每月见面")[1:3] == [Part(Op.REMOVED, "周"), Part(Op.ADDED, "月")]


def test_texts_too_long_to_compare_are_shown_as_replaced() -> None:
    before, after = ("start " + "a b " * 600 + "end"), ("start " + "c d " * 600 + "end")
    found = parts(before, after)
    assert [part.op for part in found] == [Op.SAME, Op.REMOVED, Op.ADDED, Op.SAME]
    assert (joined(found, Op.ADDED), joined(found, Op.REMOVED)) == (before, after)


@given(texts, texts)
def test_no_section_is_lost_and_a_change_is_seen_where_it_is(old: AgreementText, new: AgreementText) -> None:
    found = difference(old, new)
    assert tuple(section.section for section in found) == SECTIONS
    for section in found:
        is_same = getattr(old, section.section) == getattr(new, section.section)
        assert bool(section.changes) is not is_same, section.section
        for change in section.changes:
            assert joined(change.parts, Op.ADDED) == change.before
            assert joined(change.parts, Op.REMOVED) == change.after


@given(texts, texts)
def test_every_number_and_date_is_told_as_it_was_and_is(old: AgreementText, new: AgreementText) -> None:
    found = {section.section: section.changes for section in difference(old, new)}
    minutes = {change.school_id: change for change in found["weekly_minutes"]}
    for school in {*old.weekly_minutes, *new.weekly_minutes}:
        was, now = old.weekly_minutes.get(school), new.weekly_minutes.get(school)
        if was != now:
            told = minutes[school]
            assert told.before == ("" if was is None else str(was))
            assert told.after == ("" if now is None else str(now))
            assert told.kind is (
                ChangeKind.ADDED if was is None else ChangeKind.REMOVED if now is None else ChangeKind.CHANGED
            )


@given(texts)
def test_turning_two_texts_round_turns_the_difference_round(old: AgreementText) -> None:
    new = text()
    there, back = difference(old, new), difference(new, old)
    for one, other in zip(there, back, strict=True):
        if one.section not in ("goals", "barriers", "duties"):  # lists may be lined up otherwise
            assert {(c.before, c.after, c.school_id) for c in one.changes} == {
                (c.after, c.before, c.school_id) for c in other.changes
            }


def test_entries_of_a_list_say_which_one_and_what_of_it() -> None:
    old = text(goals=[Goal("One", "none"), Goal("Two"), Goal("Three")])
    new = text(goals=[Goal("One", "some"), Goal("Three"), Goal("Four")])
    goals = difference(old, new)[0].changes
    assert [(each.kind, each.field, each.position, each.before, each.after) for each in goals] == [
        (ChangeKind.CHANGED, "goal.baseline", 1, "none", "some"),
        (ChangeKind.REMOVED, "goal.text", 2, "Two", ""),
        (ChangeKind.ADDED, "goal.text", 3, "", "Four"),
    ]


def test_schools_are_named_where_a_duty_passes_on() -> None:
    names = {WILLOW: "Willow", NAKURU: "Nakuru Hill"}
    new = text(duties=[Task("Keeps the photo album.", WILLOW)])
    found = {each.section: each.changes for each in difference(text(), new, names.__getitem__)}
    (change,) = found["duties"]
    assert (change.field, change.before, change.after) == ("duty.who", "Nakuru Hill", "Willow")
