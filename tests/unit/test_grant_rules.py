"""Whether a partnership meets the conditions of a grant, and how much the caps allow (docs/grants.md)."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.partnerships.evidence import HEADINGS, Evidence, Row, as_csv, cell
from server.partnerships.grants import Applicant, GrantStanding, amount, assess, sharing
from server.partnerships.models import PartnershipKind
from server.programmes.rules import GrantRules, ProgrammeRules

PROGRAMME = ProgrammeRules(home_country="GB", participating_countries=["KE", "GH"])
CLUSTER = GrantRules(
    code="cluster", name="Cluster grant", kind=PartnershipKind.CLUSTER, currency="GBP", cap=35_000,
    min_home=2, min_overseas=2,
)
PAIR = GrantRules(
    code="pair", name="Pair grant", kind=PartnershipKind.ONE_TO_ONE, currency="GBP", cap=3_000,
    cap_per_school=1_500, needs_agreement=True,
)
SCHOOLS = [Applicant(f"School {number}", country) for number, country in enumerate(["GB", "GB", "KE", "GH"])]


def standing(
    grant: GrantRules, applicants: list[Applicant], *, is_active: bool = True,
    is_agreement_signed: bool = True,
) -> GrantStanding:
    return assess(
        grant, PROGRAMME, applicants, is_active=is_active, is_agreement_signed=is_agreement_signed
    )


def unmet(found: GrantStanding) -> set[str]:
    return {condition.code for condition in found.conditions if not condition.met}


def test_a_cluster_with_two_schools_on_each_side_may_apply_for_the_whole() -> None:
    found = standing(CLUSTER, SCHOOLS)
    assert (found.eligible, found.amount, found.schools, unmet(found)) == (True, 35_000, 4, set())
    assert [each.code for each in found.conditions] == [
        "active", "state_funded_only", "min_home", "min_overseas"
    ]


@pytest.mark.parametrize(
    ("applicants", "codes"),
    [
        (SCHOOLS[1:], {"min_home"}),
        (SCHOOLS[:3], {"min_overseas"}),
        ([*SCHOOLS[:3], Applicant("Lyon", "FR")], {"min_overseas"}),
        ([*SCHOOLS, Applicant("Independent", "GB", False)], {"state_funded_only"}),
        ([*SCHOOLS[1:], Applicant("Independent", "GB", False)], {"state_funded_only", "min_home"}),
        ([], {"min_home", "min_overseas"}),
    ],
)
def test_each_condition_that_fails_is_named(applicants: list[Applicant], codes: set[str]) -> None:
    found = standing(CLUSTER, applicants)
    assert (unmet(found), found.eligible) == (codes, False)


def test_what_fails_says_which_schools() -> None:
    found = standing(CLUSTER, [*SCHOOLS, Applicant("Oak Hall", "GB", False)])
    (condition,) = [each for each in found.conditions if not each.met]
    assert condition.params == {"schools": ["Oak Hall"], "count": 1}
    assert "Oak Hall" in condition.detail


def test_only_an_active_partnership_with_its_agreement_signed_may_apply() -> None:
    pair = [SCHOOLS[0], SCHOOLS[2]]
    assert standing(PAIR, pair).eligible
    assert unmet(standing(PAIR, pair, is_active=False)) == {"active"}
    assert unmet(standing(PAIR, pair, is_agreement_signed=False)) == {"needs_agreement"}
    assert unmet(standing(CLUSTER, SCHOOLS, is_agreement_signed=False)) == set()


@pytest.mark.parametrize(("schools", "allowed"), [(0, 0), (1, 1_500), (2, 3_000), (5, 3_000)])
def test_the_smaller_cap_holds(schools: int, allowed: int) -> None:
    assert amount(PAIR, schools) == allowed


applicants_of_any_kind = st.lists(
    st.builds(Applicant, st.text(max_size=4), st.sampled_from(["GB", "KE", "GH", "FR"]), st.booleans()),
    max_size=9,
)
grants = st.builds(
    GrantRules, code=st.just("any"), name=st.just("Any"), kind=st.sampled_from(PartnershipKind),
    currency=st.just("GBP"), cap=st.integers(0, 100_000),
    cap_per_school=st.none() | st.integers(0, 50_000), state_funded_only=st.booleans(),
    min_home=st.integers(0, 4), min_overseas=st.integers(0, 4), needs_agreement=st.booleans(),
)


@given(grants, applicants_of_any_kind, st.booleans(), st.booleans())
def test_eligible_is_exactly_when_every_condition_is_met(
    grant: GrantRules, applicants: list[Applicant], is_active: bool, is_signed: bool
) -> None:
    found = standing(grant, applicants, is_active=is_active, is_agreement_signed=is_signed)
    assert found.eligible is all(condition.met for condition in found.conditions)
    # Said once more, in other words.
    able = [each for each in applicants if each.is_state_funded or not grant.state_funded_only]
    assert found.eligible is (
        is_active
        and (is_signed or not grant.needs_agreement)
        and len(able) == len(applicants)
        and sum(each.country == "GB" for each in able) >= grant.min_home
        and sum(each.country in ("KE", "GH") for each in able) >= grant.min_overseas
    )
    assert found.schools == len(able) == len(sharing(grant, applicants))


@given(grants, applicants_of_any_kind)
def test_the_amount_never_passes_a_cap(grant: GrantRules, applicants: list[Applicant]) -> None:
    found = standing(grant, applicants)
    assert 0 <= found.amount <= grant.cap
    if grant.cap_per_school is not None:
        assert found.amount <= grant.cap_per_school * found.schools


@given(grants, applicants_of_any_kind, st.randoms())
def test_the_order_of_schools_does_not_matter(grant: GrantRules, applicants: list[Applicant], random) -> None:
    shuffled = list(applicants)
    random.shuffle(shuffled)
    one, other = standing(grant, applicants), standing(grant, shuffled)
    assert (one.amount, unmet(one)) == (other.amount, unmet(other))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "  =", "\r\n@", "\uff1d", "\uff0b1"])
def test_no_cell_begins_like_a_formula(start: str) -> None:
    assert cell(f"{start}cmd|'/c calc'!A0").startswith("'")


@given(st.lists(st.builds(Row, *[st.text(max_size=20)] * 5), max_size=5))
def test_the_table_can_be_read_back(rows: list[Row]) -> None:
    raw = as_csv(Evidence("A", "B", datetime(2026, 9, 1, tzinfo=UTC), rows))
    assert raw.startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), strict=True))
    assert tuple(read[0]) == HEADINGS
    assert read[1:] == [[cell(value) for value in msgspec.structs.astuple(row)] for row in rows]
    assert not any(value.startswith(("=", "+", "-", "@")) for line in read for value in line)
