"""The rules of a programme and the moves between states (docs/partnerships.md)."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.partnerships.models import MemberRole, MemberStatus, PartnershipKind, PartnershipStatus
from server.partnerships.rules import (
    ANSWERS,
    NEEDS_RULES,
    TRANSITIONS,
    Member,
    Rule,
    check,
    failing,
    newly_failing,
)
from server.programmes.rules import ProgrammeRules

PROGRAMME = ProgrammeRules(home_country="GB", participating_countries=["KE", "GH", "JO"])
S = PartnershipStatus
PAIR, CLUSTER = PartnershipKind.ONE_TO_ONE, PartnershipKind.CLUSTER


def member(
    country: str, role: MemberRole = MemberRole.PARTNER, status: MemberStatus = MemberStatus.ACCEPTED,
    coordinators: int = 0, name: str = "",
) -> Member:
    return Member(name or f"A school in {country}", country, role, status, coordinators)


GOOD_PAIR = [member("GB", MemberRole.LEAD, coordinators=1), member("KE", coordinators=1)]
GOOD_CLUSTER = [
    member("GB", MemberRole.LEAD, coordinators=1), member("GB"), member("GB", MemberRole.NETWORK),
    member("KE"),
]
LEFT, INVITED = MemberStatus.LEFT, MemberStatus.INVITED


def broken(rules: list[Rule]) -> set[str]:
    return {rule.code for rule in failing(rules)}


def test_a_good_partnership_of_either_kind_meets_every_rule() -> None:
    assert broken(check(PROGRAMME, PAIR, S.PROPOSED, GOOD_PAIR)) == set()
    assert broken(check(PROGRAMME, CLUSTER, S.PROPOSED, GOOD_CLUSTER)) == set()


@pytest.mark.parametrize(
    ("members", "codes"),
    [
        ([], {"exactly_two_schools", "one_home_school", "one_partner_abroad", "has_coordinator",
              "all_accepted"}),
        (GOOD_PAIR[:1], {"exactly_two_schools", "one_partner_abroad", "has_coordinator"}),
        (GOOD_PAIR[1:], {"exactly_two_schools", "one_home_school", "has_coordinator"}),
        ([*GOOD_PAIR, member("GH", coordinators=1)],
         {"exactly_two_schools", "one_partner_abroad", "has_coordinator"}),
        ([*GOOD_PAIR, member("FR")], {"exactly_two_schools"}),
        ([GOOD_PAIR[0], member("GB", coordinators=1)], {"one_home_school", "one_partner_abroad"}),
        ([GOOD_PAIR[0], member("FR", coordinators=1)], {"one_partner_abroad"}),
        ([member("KE", coordinators=1), member("GH", coordinators=1)],
         {"one_home_school", "one_partner_abroad"}),
        ([GOOD_PAIR[0], member("KE")], {"has_coordinator"}),
        ([member("GB", coordinators=2), member("KE")], {"has_coordinator"}),
        ([GOOD_PAIR[0], member("KE", status=INVITED, coordinators=1)], {"all_accepted"}),
        ([GOOD_PAIR[0], member("KE", status=LEFT, coordinators=1)],
         {"exactly_two_schools", "one_partner_abroad", "has_coordinator"}),
    ],
)
def test_one_to_one_rules(members: list[Member], codes: set[str]) -> None:
    assert broken(check(PROGRAMME, PAIR, S.PROPOSED, members)) == codes


@pytest.mark.parametrize(
    ("members", "codes"),
    [
        ([], {"enough_schools", "enough_overseas", "has_lead", "has_coordinator", "all_accepted"}),
        (GOOD_CLUSTER[:3], {"enough_schools", "enough_overseas"}),
        ([*GOOD_CLUSTER[:3], member("GB")], {"enough_overseas"}),
        # Of a country that does not take part, or no longer.
        ([*GOOD_CLUSTER[:3], member("FR")], {"enough_schools", "enough_overseas"}),
        ([*GOOD_CLUSTER[:2], member("FR"), GOOD_CLUSTER[3]], {"enough_schools"}),
        ([*GOOD_CLUSTER, member("FR")], set()),
        ([member("GB", coordinators=1), *GOOD_CLUSTER[1:]], {"has_lead"}),
        ([member("GB", MemberRole.LEAD), *GOOD_CLUSTER[1:]], {"has_coordinator"}),
        ([*GOOD_CLUSTER, member("JO", coordinators=1)], {"has_coordinator"}),
        ([*GOOD_CLUSTER, member("JO", status=INVITED)], {"all_accepted"}),
        ([*GOOD_CLUSTER[:3], member("KE", status=INVITED)], {"all_accepted"}),
        ([*GOOD_CLUSTER[:3], member("KE", status=LEFT)], {"enough_schools", "enough_overseas"}),
        ([member("GB", MemberRole.LEAD, LEFT, coordinators=1), *GOOD_CLUSTER[1:]],
         {"enough_schools", "has_lead", "has_coordinator"}),
        ([*GOOD_CLUSTER, *[member("KE")] * 60], set()),
    ],
)
def test_cluster_rules(members: list[Member], codes: set[str]) -> None:
    assert broken(check(PROGRAMME, CLUSTER, S.PROPOSED, members)) == codes


def test_every_number_is_data_of_the_programme() -> None:
    stricter = msgspec.structs.replace(PROGRAMME, cluster_min_schools=5, cluster_min_overseas=2)
    assert broken(check(stricter, CLUSTER, S.PROPOSED, GOOD_CLUSTER)) == {"enough_schools", "enough_overseas"}
    southern = ProgrammeRules(home_country="KE")
    assert broken(check(southern, PAIR, S.PROPOSED, GOOD_PAIR)) == set()
    assert broken(check(southern, PAIR, S.PROPOSED, [GOOD_PAIR[1], member("FR", coordinators=1)])) == set()
    nobody_at_home = [GOOD_PAIR[0], member("GH", coordinators=1)]
    assert "one_home_school" in broken(check(southern, PAIR, S.PROPOSED, nobody_at_home))


def test_a_rule_that_fails_says_who_it_waits_for() -> None:
    late = member("KE", status=INVITED, coordinators=1, name="Nakuru Hill")
    (rule,) = failing(check(PROGRAMME, PAIR, S.PROPOSED, [GOOD_PAIR[0], late]))
    assert rule.params == {"schools": "Nakuru Hill", "count": 1}
    assert "Nakuru Hill" in rule.detail
    assert rule.mend == "school"


@pytest.mark.parametrize(
    ("kind", "members", "mend"),
    [
        # In a pair the seat that is missing is taken by the head who says yes,
        (PAIR, [GOOD_PAIR[0], member("KE", status=INVITED)], "school"),
        # unless their school has said yes, or the other school's seat is empty as well.
        (PAIR, [GOOD_PAIR[0], member("KE")], "headteacher"),
        (PAIR, [member("GB"), member("KE", status=INVITED)], "headteacher"),
        (PAIR, [member("GB", coordinators=2), member("KE", coordinators=1)], "coordinator"),
        (CLUSTER, [member("GB", MemberRole.LEAD), *GOOD_CLUSTER[1:]], "headteacher"),
        (CLUSTER, [*GOOD_CLUSTER, member("JO", coordinators=1)], "coordinator"),
    ],
)
def test_who_fills_a_seat(kind: PartnershipKind, members: list[Member], mend: str) -> None:
    (rule,) = [
        rule for rule in check(PROGRAMME, kind, S.PROPOSED, members) if rule.code == "has_coordinator"
    ]
    assert (rule.met, rule.mend) == (False, mend)


@pytest.mark.parametrize("move", ["accept", "decline", "leave"])
def test_an_answer_changes_the_membership_and_exists_until_the_end(move: str) -> None:
    before, after, states = ANSWERS[move]
    assert before is not after
    assert S.ENDED not in states
    assert (before is INVITED) == (move != "leave")
    assert (S.DRAFT in states) == (move == "leave")


members_of_any_kind = st.lists(
    st.builds(
        Member, st.sampled_from(["Willow", "Nakuru", "Amman"]),
        st.sampled_from(["GB", "KE", "GH", "JO", "FR"]), st.sampled_from(MemberRole),
        st.sampled_from(MemberStatus), st.integers(0, 2),
    ),
    max_size=7,
)
kinds = st.sampled_from(PartnershipKind)


@given(st.data())
def test_a_change_breaks_what_held_before_it_and_not_after(data: st.DataObject) -> None:
    kind, members = data.draw(kinds), data.draw(members_of_any_kind)
    before = check(PROGRAMME, kind, S.ACTIVE, members)
    after = check(PROGRAMME, kind, S.ACTIVE, members[:-1])
    broken_by_it = {rule.code for rule in newly_failing(before, after)}
    assert broken_by_it == broken(after) - broken(before)
    assert newly_failing(before, before) == []


@given(kinds, members_of_any_kind, st.randoms())
def test_the_order_of_schools_does_not_matter(kind: PartnershipKind, members: list[Member], random) -> None:
    shuffled = list(members)
    random.shuffle(shuffled)
    as_given, otherwise = (check(PROGRAMME, kind, S.PROPOSED, each) for each in (members, shuffled))
    assert broken(as_given) == broken(otherwise)


@given(kinds, members_of_any_kind, members_of_any_kind)
def test_a_school_that_left_counts_for_nothing(
    kind: PartnershipKind, members: list[Member], gone: list[Member]
) -> None:
    left = [msgspec.structs.replace(each, status=LEFT) for each in gone]
    with_them = check(PROGRAMME, kind, S.PROPOSED, [*members, *left])
    assert with_them == check(PROGRAMME, kind, S.PROPOSED, members)


@given(kinds, members_of_any_kind)
def test_accepting_mends_only_the_rule_about_accepting(kind: PartnershipKind, members: list[Member]) -> None:
    accepted = [
        msgspec.structs.replace(each, status=MemberStatus.ACCEPTED) if each.status is INVITED else each
        for each in members
    ]
    before = broken(check(PROGRAMME, kind, S.PROPOSED, members))
    after = broken(check(PROGRAMME, kind, S.PROPOSED, accepted))
    assert before - {"all_accepted"} == after - {"all_accepted"}
    if any(each.status in (INVITED, MemberStatus.ACCEPTED) for each in members):
        assert "all_accepted" not in after


@given(kinds, members_of_any_kind)
def test_the_checklist_names_each_rule_of_its_kind_once(kind: PartnershipKind, members: list[Member]) -> None:
    codes = [rule.code for rule in check(PROGRAMME, kind, S.PROPOSED, members)]
    assert len(set(codes)) == len(codes)
    assert set(codes) == {rule.code for rule in check(PROGRAMME, kind, S.PROPOSED, [])}


@pytest.mark.parametrize(
    ("state", "moves"),
    [
        (S.DRAFT, {"propose": S.PROPOSED, "end": S.ENDED}),
        (S.PROPOSED, {"activate": S.ACTIVE, "end": S.ENDED}),
        (S.ACTIVE, {"suspend": S.SUSPENDED, "end": S.ENDED}),
        (S.SUSPENDED, {"resume": S.ACTIVE, "end": S.ENDED}),
        (S.ENDED, {}),
    ],
)
def test_moves_from_each_state(state: PartnershipStatus, moves: dict[str, PartnershipStatus]) -> None:
    assert {move: end for move, (starts, end) in TRANSITIONS.items() if state in starts} == moves


def test_whatever_makes_a_partnership_active_needs_its_rules() -> None:
    assert {move for move, (_, end) in TRANSITIONS.items() if end is S.ACTIVE} == NEEDS_RULES
