"""Finding a partner: verified schools that fit a programme, ranked by how well they fit mine.

One statement compares, filters, ranks and pages. What the points are: `server.finder.rules`, which says
the same in Python; docs/finder.md says it in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Integer, Select, and_, case, exists, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import aliased, joinedload, selectinload
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from server.accounts.models import User
from server.accounts.service import SignedIn
from server.errors import Invalid, NotAllowed, NotFound
from server.finder import rules
from server.finder.rules import Components, Profile
from server.paging import cursor, place
from server.partnerships.models import PartnershipKind
from server.programmes.models import Programme
from server.programmes.rules import ProgrammeRules
from server.schools.models import Internet, Phase, School, SchoolKind, SchoolTag, TagKind
from server.schools.vocabulary import plain

WORDS_AT_MOST = 8


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What a search narrows the list down to. Of several values of one kind, one is enough."""

    text: str = ""
    countries: Sequence[str] = ()
    phase: Phase | None = None
    youngest: int | None = None
    oldest: int | None = None
    """Ages in years: a school fits that has students between the two."""
    languages: Sequence[str] = ()
    interests: Sequence[str] = ()
    priorities: Sequence[str] = ()
    internet: Internet | None = None
    """At least so good."""


class Found(msgspec.Struct, frozen=True):
    """A school, and how well it fits mine."""

    school: School
    score: int
    components: Components


async def seeker(session: AsyncSession, who: SignedIn) -> User:
    """The person with their school and its tags, if they may look for partners.

    Raises:
        NotAllowed: they or their school are not verified, or it is an office (403).
    """
    user = await session.scalar(
        select(User)
        .where(User.id == who.user_id, User.disabled_at.is_(None))
        .options(joinedload(User.school).selectinload(School.tags))
    )
    if user is None or not who.is_staff or user.school.kind is not SchoolKind.SCHOOL:
        raise NotAllowed("This is for the staff of schools.")
    if user.verified_at is None or user.school.verified_at is None:
        raise NotAllowed(
            "Contact between schools begins when a programme officer has verified your school, and your "
            "school has verified you. Ask your school's administrator."
        )
    return user


def profile(school: School) -> Profile:
    """What of a school counts. Its tags must be loaded."""
    return Profile(
        interests=school.tagged(TagKind.INTEREST),
        priorities=school.tagged(TagKind.PRIORITY),
        languages=school.tagged(TagKind.LANGUAGE),
        opens_utc_min=school.opens_utc_min,
        closes_utc_min=school.closes_utc_min,
        internet=school.internet,
        experience=school.experience,
    )


async def programme_rules(session: AsyncSession, programme_id: UUID) -> ProgrammeRules:
    """What a programme asks for.

    Raises:
        NotFound: there is no such programme (404).
    """
    stored = await session.get(Programme, programme_id)
    if stored is None:
        raise NotFound
    return msgspec.convert(stored.rules, ProgrammeRules)


def check_side(programme: ProgrammeRules, kind: PartnershipKind, country: str) -> None:
    """Whether a school there can look for partners in this programme at all.

    Raises:
        Invalid: the programme has no such partnerships, or the country takes no part in it (400).
    """
    if kind not in programme.kinds:
        raise Invalid("The programme has no partnerships of this kind. Choose the other kind.")
    if not programme.takes_part(country):
        raise Invalid("Your school's country takes no part in this programme. Choose another programme.")


def fits_side(programme: ProgrammeRules, kind: PartnershipKind, mine: str, theirs: str) -> bool:
    """Whether schools of two countries can be in a partnership of this kind. `_on_their_side`, in Python."""
    if kind is PartnershipKind.CLUSTER:
        return programme.takes_part(mine) and programme.takes_part(theirs)
    home = programme.home_country
    return (mine == home and programme.is_abroad(theirs)) or (theirs == home and programme.is_abroad(mine))


def _on_their_side(programme: ProgrammeRules, kind: PartnershipKind, mine: str) -> ColumnElement[bool]:
    home = School.country == programme.home_country
    listed = programme.participating_countries
    abroad = and_(~home, School.country.in_(listed)) if listed else ~home
    if kind is PartnershipKind.CLUSTER:
        return or_(home, abroad)
    return abroad if mine == programme.home_country else home


def _tagged(kind: TagKind, values: Sequence[str]) -> ColumnElement[bool]:
    tag = aliased(SchoolTag)
    return exists().where(tag.school_id == School.id, tag.kind == kind, tag.value.in_(values))


def _filters(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        School.search_text.contains(word, autoescape=True)
        for word in plain(wanted.text).split()[:WORDS_AT_MOST]
    ]
    if wanted.countries:
        found.append(School.country.in_(wanted.countries))
    if wanted.phase is not None:
        # A school of all ages has the ages of every phase.
        found.append(School.phase.in_({wanted.phase, Phase.ALL_THROUGH}))
    if wanted.youngest is not None:
        found.append(School.oldest >= wanted.youngest)
    if wanted.oldest is not None:
        found.append(School.youngest <= wanted.oldest)
    found += [
        _tagged(kind, values)
        for kind, values in (
            (TagKind.LANGUAGE, wanted.languages),
            (TagKind.INTEREST, wanted.interests),
            (TagKind.PRIORITY, wanted.priorities),
        )
        if values
    ]
    if wanted.internet is not None:
        least = rules.INTERNET_RANK[wanted.internet]
        good_enough = [each for each, rank in rules.INTERNET_RANK.items() if rank >= least]
        found.append(School.internet.in_(good_enough))
    return found


class least(FunctionElement[int]):  # noqa: N801  # a function of SQL
    """The smallest of several numbers. PostgreSQL says LEAST, SQLite MIN."""

    inherit_cache = True
    type = Integer()


class greatest(FunctionElement[int]):  # noqa: N801
    """The greatest of several numbers."""

    inherit_cache = True
    type = Integer()


@compiles(least)
@compiles(greatest)
def _in_standard_words(element: FunctionElement[int], compiler: SQLCompiler, **options: Any) -> str:
    return f"{type(element).__name__}({compiler.process(element.clauses, **options)})"


@compiles(least, "sqlite")
@compiles(greatest, "sqlite")
def _in_sqlite_words(element: FunctionElement[int], compiler: SQLCompiler, **options: Any) -> str:
    name = "min" if isinstance(element, least) else "max"
    return f"{name}({compiler.process(element.clauses, **options)})"


def _shared_minutes(opens: int | None, closes: int | None) -> ColumnElement[int]:
    if opens is None or closes is None:
        return literal(0)
    # My hours are moved instead of theirs: then the number is a constant.
    together = [
        least(School.closes_utc_min, closes - shift) - greatest(School.opens_utc_min, opens - shift)
        for shift in rules.SHIFTS_MIN
    ]
    known = and_(School.opens_utc_min.is_not(None), School.closes_utc_min.is_not(None))
    return case((known, greatest(0, *together)), else_=0)


def _components(mine: Profile) -> dict[str, ColumnElement[int]]:
    def shared(kind: TagKind, values: Sequence[str]) -> ColumnElement[int]:
        return func.count(case((and_(SchoolTag.kind == kind, SchoolTag.value.in_(values)), 1)))

    rank = case(*((School.internet == each, rank) for each, rank in rules.INTERNET_RANK.items()), else_=0)
    steps = rules.EXPERIENCE_RANK[mine.experience]
    return {
        "shared_interests": shared(TagKind.INTEREST, mine.interests),
        "shared_priorities": shared(TagKind.PRIORITY, mine.priorities),
        "shared_languages": shared(TagKind.LANGUAGE, mine.languages),
        "shared_minutes": _shared_minutes(mine.opens_utc_min, mine.closes_utc_min),
        "internet": least(rank, rules.INTERNET_RANK[mine.internet]),
        "experience": case(
            *((School.experience == each, abs(rank - steps)) for each, rank in rules.EXPERIENCE_RANK.items()),
            else_=0,
        ),
    }


def _total(part: Any) -> ColumnElement[int]:
    """`rules.total`, over the columns of the components."""
    return (
        least(part.shared_interests, rules.INTERESTS_AT_MOST) * rules.POINTS_EACH_INTEREST
        + least(part.shared_priorities, rules.PRIORITIES_AT_MOST) * rules.POINTS_EACH_PRIORITY
        + case((part.shared_languages > 0, rules.POINTS_LANGUAGE), else_=0)
        + least(part.shared_minutes // rules.MINUTES_EACH_HOUR_POINT, rules.HOUR_POINTS_AT_MOST)
        + part.internet * rules.POINTS_EACH_INTERNET_STEP
        + case(
            *((part.experience == step, points) for step, points in enumerate(rules.EXPERIENCE_POINTS)),
            else_=0,
        )
    )


def _scored(mine: School, condition: ColumnElement[bool]) -> Select[Any]:
    """Every fitting school, its components and its score. Components first: the score is made of them."""
    about = profile(mine)
    # Joined by the key alone, and only the counts look at the values: with the values in the join
    # PostgreSQL, as long as it has no statistics, reads all tags of these values once for each school.
    compared = (
        select(School.id, School.name, *(part.label(name) for name, part in _components(about).items()))
        .outerjoin(SchoolTag, SchoolTag.school_id == School.id)
        .where(
            School.kind == SchoolKind.SCHOOL, School.verified_at.is_not(None), School.id != mine.id, condition
        )
        .group_by(School.id)
        .subquery("compared")
    )
    return select(*compared.c, _total(compared.c).label("score"))


def _found(row: Any, school: School) -> Found:
    parts = {name: getattr(row, name) for name in Components.__struct_fields__}
    return Found(school, row.score, Components(**parts))


async def search(
    session: AsyncSession, who: SignedIn, programme_id: UUID, kind: PartnershipKind, wanted: Wanted,
    after: str, limit: int,
) -> tuple[School, list[Found], str]:
    """A page of schools that could be partners of mine, the best first: my school, they, the next cursor.

    Raises:
        NotAllowed: the person or their school is not verified (403).
        NotFound: there is no such programme (404).
        Invalid: my school cannot be in such a partnership, or the cursor is none (400).
    """
    mine = (await seeker(session, who)).school
    programme = await programme_rules(session, programme_id)
    check_side(programme, kind, mine.country)
    ranked = _scored(mine, and_(_on_their_side(programme, kind, mine.country), *_filters(wanted))).subquery()
    page = (
        select(ranked)
        .order_by(ranked.c.score.desc(), ranked.c.name, ranked.c.id)
        .limit(limit + 1)
    )
    if begin := place(after, int, str, UUID):
        score, name, school_id = begin
        page = page.where(
            or_(
                ranked.c.score < score,
                and_(ranked.c.score == score, ranked.c.name > name),
                and_(ranked.c.score == score, ranked.c.name == name, ranked.c.id > school_id),
            )
        )
    rows = (await session.execute(page)).all()
    shown = rows[:limit]
    schools = await session.scalars(
        select(School).where(School.id.in_([row.id for row in shown])).options(selectinload(School.tags))
    )
    by_id = {school.id: school for school in schools}
    more = cursor(shown[-1].score, shown[-1].name, shown[-1].id) if len(rows) > limit else ""
    return mine, [_found(row, by_id[row.id]) for row in shown], more


async def one(session: AsyncSession, who: SignedIn, school_id: UUID) -> tuple[School, Found]:
    """My school, and another with how well it fits mine.

    Raises:
        NotAllowed: the person or their school is not verified (403).
        NotFound: it is not a verified school, or it is my own (404).
    """
    mine = (await seeker(session, who)).school
    row = (await session.execute(_scored(mine, School.id == school_id))).one_or_none()
    if row is None:
        raise NotFound
    school = await session.get_one(School, school_id, options=[selectinload(School.tags)])
    return mine, _found(row, school)
