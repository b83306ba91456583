"""Who may do what with an agreement: what a person is in its partnership, and what follows from that.

The words for it are in docs/agreements.md; `server.agreements.service` asks here before each move.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server import clock
from server.accounts.models import StaffPost, StaffRole, User
from server.accounts.service import SignedIn
from server.agreements.models import AgreementVersion, AssentKind, VersionStatus
from server.partnerships import record as records
from server.partnerships import rules as partnership_rules
from server.partnerships.models import Duty, Membership, Partnership, PartnershipStatus

PROPOSED, IN_FORCE = VersionStatus.PROPOSED, VersionStatus.IN_FORCE
LIVE = frozenset({PROPOSED, IN_FORCE})
"""The states in which a version can be signed, and a signature taken back."""


def today() -> date:
    """The day by which agreements are reviewed and end: UTC's, the same for every school."""
    return clock.now().date()


def counted(record: Partnership) -> list[Membership]:
    """The memberships of the schools whose yes a version needs."""
    seen = zip(record.memberships, records.members(record), strict=True)
    return [member for member, as_seen in seen if partnership_rules.counted([as_seen], record.status)]


class Rights(msgspec.Struct, frozen=True):
    """What a person is in a partnership, as far as its agreement asks. Who is banned is nothing there."""

    school_id: UUID
    is_accepted: bool
    """Their school has accepted."""
    is_counted: bool
    """Their school's yes is needed for a version that is proposed."""
    is_head: bool
    coordinates: bool
    reviews: bool
    """Holds the coordinator's duty to review."""
    is_verified: bool

    def may_propose(self) -> bool:
        return self.is_verified and self.is_accepted and (self.is_head or self.coordinates)

    def may_agree(self) -> bool:
        return self.is_verified and self.is_counted and (self.is_head or self.coordinates or self.reviews)

    def may_sign(self, status: VersionStatus) -> bool:
        """A version in force is signed by schools that come later: also by one that is only invited yet."""
        return self.is_verified and self.is_head and (self.is_counted or status is IN_FORCE)

    def may_withdraw(self) -> bool:
        return self.is_verified and self.is_head


async def rights_of(session: AsyncSession, record: Partnership, who: SignedIn) -> Rights:
    """What this person is in this partnership, which they see."""
    found = await records.standing(session, record, who)
    # Asked anew: between the request and a signature lies the time that checking a password takes.
    heads = await session.scalar(
        select(StaffPost.id)
        .join(User, User.id == StaffPost.user_id)
        .where(
            User.id == who.user_id, User.disabled_at.is_(None), StaffPost.role == StaffRole.HEADTEACHER
        )
    )
    return Rights(
        school_id=who.school_id,
        is_accepted=records.taking_part(record, who.school_id) is not None,
        is_counted=any(each.school_id == who.school_id for each in counted(record)),
        is_head=heads is not None and not found.banned,
        coordinates=records.coordinates(record, who) and not found.banned,
        reviews=Duty.REVIEW in found.duties,
        is_verified=found.verified,
    )


def moves_for(record: Partnership, version: AgreementVersion, mine: Rights) -> list[str]:
    """What the person may do with a version now: `agree`, `sign`, `withdraw`."""
    if record.status is PartnershipStatus.ENDED or version.status not in LIVE:
        return []
    signed = mine.school_id in records.given(version, AssentKind.SIGNED)
    agreed = mine.school_id in records.given(version, AssentKind.AGREED)
    moves: list[str] = []
    if version.expires_on >= today():
        if version.status is PROPOSED and mine.may_agree() and not agreed:
            moves.append("agree")
        if mine.may_sign(version.status) and not signed:
            moves.append("sign")
    if mine.may_withdraw() and signed:
        moves.append("withdraw")
    return moves


def may_propose(record: Partnership, mine: Rights) -> bool:
    """Whether the person may propose a text now."""
    return record.status is not PartnershipStatus.ENDED and mine.may_propose()
