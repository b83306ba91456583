"""Consents of a class, for its staff; and the ground rules, for everyone."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from server import paging
from server.accounts.service import SignedIn
from server.bus import Bus
from server.consent import service
from server.consent.ground_rules import Wording
from server.consent.models import Consent, ConsentKind, Giver
from server.db import Database, UnitOfWork
from server.guards import staff_only


class NewConsent(msgspec.Struct, forbid_unknown_fields=True):
    """An answer for some students of the class. `paper`: where the school keeps the form; no names."""

    user_ids: Annotated[list[UUID], Meta(min_length=1, max_length=500)]
    kinds: Annotated[list[ConsentKind], Meta(min_length=1, max_length=5)]
    given: bool
    giver: Giver
    paper: Annotated[str, Meta(max_length=80)] = ""


class ConsentAnswer(msgspec.Struct, frozen=True):
    kind: ConsentKind
    given: bool
    giver: Giver
    paper: str
    since: datetime
    until: datetime | None
    """When another answer came; null for the one that holds."""
    recorded_by: str
    """Empty when that account is gone."""

    @classmethod
    def of(cls, each: Consent, names: dict[UUID, str]) -> ConsentAnswer:
        by = names.get(each.recorded_by_id, "") if each.recorded_by_id else ""
        return cls(each.kind, each.given, each.giver, each.paper, each.since, each.until, by)


class StudentConsent(msgspec.Struct, frozen=True, kw_only=True):
    """A student, for the staff of their own school. A kind without an answer is a no."""

    id: UUID
    alias: str
    avatar: str
    given_name: str
    answers: list[ConsentAnswer]
    rules_accepted_at: datetime | None
    """When they accepted the ground rules as they are now."""


class ClassConsentView(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    name: str
    school_year: str
    archived_at: datetime | None
    students: list[StudentConsent]


class ConsentClass(msgspec.Struct, frozen=True, kw_only=True):
    """A class on a list. `unanswered`: students for whom nobody has said yes or no to camera and voice;
    `without_rules`: students who have not accepted the ground rules."""

    id: UUID
    name: str
    school_year: str
    students: int
    unanswered: int
    without_rules: int


class ConsentClasses(msgspec.Struct, frozen=True):
    items: list[ConsentClass]
    next: str
    """The cursor of the next page; empty on the last one."""


class ConsentPage(msgspec.Struct, frozen=True):
    items: list[ConsentAnswer]
    next: str
    """The cursor of the next page; empty on the last one."""


class GroundRulesView(msgspec.Struct, frozen=True):
    """`accepted_at` is null until this version is accepted: no space lets a person in before that."""

    version: int
    wording: Wording
    accepted_at: datetime | None


class AboutMe(msgspec.Struct, frozen=True):
    ground_rules: GroundRulesView


class AcceptedRules(msgspec.Struct, forbid_unknown_fields=True):
    version: int


async def _class(database: Database, who: SignedIn, class_id: UUID) -> ClassConsentView:
    async with database.read() as session:
        found = await service.of_class(session, who, class_id)
    of = found.school_class
    return ClassConsentView(
        id=of.id, name=of.name, school_year=of.school_year, archived_at=of.archived_at,
        students=[
            StudentConsent(
                id=each.id, alias=each.name, avatar=each.avatar, given_name=each.given_name,
                answers=[ConsentAnswer.of(answer, found.names) for answer in found.answers.get(each.id, [])],
                rules_accepted_at=found.accepted.get(each.id),
            )
            for each in found.students
        ],
    )


@get("/consent/classes")
async def consent_classes(
    request: Request[SignedIn, Any, Any],
    database: NamedDependency[Database],
    cursor: paging.Cursor = "",
    limit: paging.Limit = 50,
) -> ConsentClasses:
    """The classes whose consents I keep, by name. 403 `not_allowed` until one's school has verified one."""
    after = paging.place(cursor, str, UUID)
    async with database.read() as session:
        found = await service.page(session, request.user, after, limit + 1)
    shown = found[:limit]
    last = shown[-1].school_class if len(found) > limit else None
    return ConsentClasses(
        [
            ConsentClass(
                id=each.school_class.id, name=each.school_class.name,
                school_year=each.school_class.school_year, students=each.students,
                unanswered=each.unanswered, without_rules=each.without_rules,
            )
            for each in shown
        ],
        paging.cursor(last.name, last.id) if last else "",
    )


@get("/classes/{class_id:uuid}/consent")
async def class_consent(
    request: Request[SignedIn, Any, Any], class_id: FromPath[UUID], database: NamedDependency[Database]
) -> ClassConsentView:
    """What was answered for each student, and who has accepted the ground rules. For its teachers, and the
    school's administrators, headteacher and safeguarding leads. 403 `not_allowed`, 404 `not_found`."""
    return await _class(database, request.user, class_id)


@post("/classes/{class_id:uuid}/consent", status_code=200)
async def record_consent(
    request: Request[SignedIn, Any, Any],
    class_id: FromPath[UUID],
    data: JSONBody[NewConsent],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> ClassConsentView:
    """Write down an answer for some students; what it takes away is taken away at once. 400 `invalid`,
    403 `not_allowed`, 404 `not_found`, 409 `invalid_transition`."""
    answer = service.Answer(data.kinds, data.given, data.giver, data.paper)
    async with UnitOfWork(database, bus) as uow:
        await service.record(uow, request.user, class_id, data.user_ids, answer)
    return await _class(database, request.user, class_id)


@get("/classes/{class_id:uuid}/students/{user_id:uuid}/consent")
async def consent_history(
    request: Request[SignedIn, Any, Any],
    class_id: FromPath[UUID],
    user_id: FromPath[UUID],
    database: NamedDependency[Database],
    cursor: paging.Cursor = "",
    limit: paging.Limit = 50,
) -> ConsentPage:
    """What was ever answered for a student, the newest first. 403 `not_allowed`, 404 `not_found`."""
    after = paging.place(cursor, datetime, UUID)
    async with database.read() as session:
        found, names = await service.history(
            session, request.user, class_id, user_id, after, limit + 1
        )
    shown = found[:limit]
    more = len(found) > limit
    return ConsentPage(
        [ConsentAnswer.of(each, names) for each in shown],
        paging.cursor(shown[-1].since, shown[-1].id) if more else "",
    )


async def _about_me(database: Database, who: SignedIn) -> AboutMe:
    async with database.read() as session:
        found = await service.standing(session, who)
    return AboutMe(GroundRulesView(found.version, found.wording, found.accepted_at))


@get("/me")
async def about_me(
    request: Request[SignedIn, Any, Any], database: NamedDependency[Database]
) -> AboutMe:
    """What is due before I go into a space."""
    return await _about_me(database, request.user)


@post("/me/ground-rules", status_code=200)
async def accept_ground_rules(
    request: Request[SignedIn, Any, Any],
    data: JSONBody[AcceptedRules],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> AboutMe:
    """Say yes to the ground rules that I have read. 409 `invalid_transition` when other ones hold by now."""
    async with UnitOfWork(database, bus) as uow:
        await service.accept(uow, request.user, data.version)
    return await _about_me(database, request.user)


router = Router(
    "/",
    route_handlers=[
        Router(
            "/", route_handlers=[consent_classes, class_consent, record_consent, consent_history],
            guards=[staff_only], tags=["Classes"],
        ),
        Router("/", route_handlers=[about_me, accept_ground_rules], tags=["Sign-in"]),
    ],
)
