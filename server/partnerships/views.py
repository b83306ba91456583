"""How a partnership is shown to the staff of its schools."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from server import access
from server.accounts.service import SignedIn
from server.db import Database
from server.partnerships import joining, moves, service
from server.partnerships import record as records
from server.partnerships.models import JoinRequest, Partnership
from server.partnerships.rules import Rule
from server.schools.views import SchoolView
from server.spaces import service as spaces


class PartnershipItem(msgspec.Struct, frozen=True, kw_only=True):
    """A partnership on a list."""

    id: UUID
    name: str
    kind: str
    status: str
    programme_name: str
    schools: list[SchoolView]


class MembershipView(msgspec.Struct, frozen=True):
    """A school in a partnership; `left_at` is also when it declined, or its invitation was withdrawn."""

    school: SchoolView
    role: str
    status: str
    invited_at: datetime
    accepted_at: datetime | None
    left_at: datetime | None
    mentor_id: UUID | None


class CoordinatorView(msgspec.Struct, frozen=True):
    name: str
    school_id: UUID
    user_id: UUID
    since: datetime
    disabled: bool
    """The account is disabled, and the seat as good as empty."""


class SpaceItem(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    kind: str
    archived_at: datetime | None
    """Since then it can only be read."""
    mine: bool
    """The person who asks belongs in it, open or not; staff of the school see the others' names as well."""


class OwnClass(msgspec.Struct, frozen=True):
    """A class of my school that I could open a space with."""

    id: UUID
    name: str


class JoinRequestView(msgspec.Struct, frozen=True, kw_only=True):
    """A school asks to join a cluster."""

    id: UUID
    partnership_id: UUID
    partnership_name: str
    school: SchoolView
    message: str
    status: str
    answer: str
    asked_at: datetime
    decided_at: datetime | None


class PartnershipDetail(PartnershipItem, frozen=True, kw_only=True):
    """The whole record. `moves` are those that the person who asks may make now, `may` what else they may do;
    `join_requests` those that they may decide, `my_classes` those that they could open a space with."""

    programme_id: UUID
    status_reason: str
    status_changed_at: datetime
    memberships: list[MembershipView]
    coordinators: list[CoordinatorView]
    rules: list[Rule]
    spaces: list[SpaceItem]
    moves: list[str]
    may: list[str]
    join_requests: list[JoinRequestView]
    my_classes: list[OwnClass]


def item(record: Partnership) -> dict[str, Any]:
    return {
        "id": record.id,
        "name": record.name,
        "kind": record.kind.value,
        "status": record.status.value,
        "programme_name": record.programme.name,
        "schools": [
            SchoolView.of_member(member) for member in record.memberships if member.status in joining.PRESENT
        ],
    }


def request_view(request: JoinRequest, partnership_name: str) -> JoinRequestView:
    return JoinRequestView(
        id=request.id, partnership_id=request.partnership_id, partnership_name=partnership_name,
        school=SchoolView.of(request.school), message=request.message, status=request.status.value,
        answer=request.answer, asked_at=request.asked_at, decided_at=request.decided_at,
    )


async def detail(
    database: Database, who: SignedIn, partnership_id: UUID, *, is_goodbye: bool = False
) -> PartnershipDetail:
    """The record as this person sees it; with `is_goodbye` once more, after their school has gone."""
    async with database.read() as session:
        record = (
            await records.get_whole(session, partnership_id) if is_goodbye
            else await records.get_visible(session, partnership_id, who.school_id)
        )
        # Who is only invited does not see what goes on inside, not even by name.
        is_in = records.taking_part(record, who.school_id) is not None
        theirs = await spaces.of_partnership(session, record.id) if is_in else []
        mine = await access.spaces_of(session, who.user_id) if theirs else {}
        standing = await records.standing(session, record, who)
        may = service.may_for(record, who, standing)
        asked = await joining.asked_of(session, record) if "decide_requests" in may else []
        classes = await spaces.classes_to_enrol(session, who.school_id) if "open_space" in may else []
        return PartnershipDetail(
            **item(record),
            programme_id=record.programme_id,
            status_reason=record.status_reason,
            status_changed_at=record.status_changed_at,
            memberships=[
                MembershipView(
                    SchoolView.of_member(member), member.role.value, member.status.value, member.invited_at,
                    member.accepted_at, member.left_at, member.mentor_id,
                )
                for member in record.memberships
            ],
            coordinators=[
                CoordinatorView(
                    seat.user.name, seat.user.school_id, seat.user_id, seat.since,
                    seat.user.disabled_at is not None,
                )
                for seat in record.coordinators
            ],
            rules=records.checklist(record),
            spaces=[
                SpaceItem(space.id, space.name, space.kind.value, space.archived_at, space.id in mine)
                for space in theirs
            ],
            moves=moves.moves_for(record, who, standing),
            may=may,
            join_requests=[request_view(each, record.name) for each in asked],
            my_classes=[OwnClass(each.id, each.name) for each in classes],
        )
