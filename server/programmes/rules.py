"""What a programme asks for, as data: no country and no number is written into the code.

Stored as JSON with the programme, checked when it is edited. The partnership rules that read these
numbers are `server.partnerships.rules`; the conditions of a grant are `server.partnerships.grants`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from server.partnerships.models import MemberRole, PartnershipKind
from server.retention.rules import DEFAULT_DAYS, Days, Kind

Country = Annotated[str, Meta(pattern="^[A-Z]{2}$")]
"""ISO 3166-1 alpha-2."""
Count = Annotated[int, Meta(ge=0, le=1000)]


class Hosting(StrEnum):
    """Whether a school in a role may run joint lessons."""

    YES = "yes"
    WITH_MENTOR = "with_mentor"
    NO = "no"


class RolePowers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the coordinator or a delegate may do from a school in this role."""

    invites: bool = False
    """Invite schools, and decide requests to join."""
    opens_cluster_wide: bool = False
    hosts: Hosting = Hosting.YES


DEFAULT_ROLES = {
    MemberRole.LEAD: RolePowers(invites=True, opens_cluster_wide=True),
    MemberRole.PARTNER: RolePowers(),
    MemberRole.NETWORK: RolePowers(hosts=Hosting.WITH_MENTOR),
}


class GrantRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A grant that partnerships of one kind may apply for: its caps, and its conditions."""

    code: Annotated[str, Meta(pattern="^[a-z0-9_]{1,40}$")]
    name: Annotated[str, Meta(min_length=1, max_length=120)]
    kind: PartnershipKind
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")]
    """ISO 4217."""
    cap: Annotated[int, Meta(ge=0, le=10_000_000)]
    """At most so much for the partnership, in whole units."""
    cap_per_school: Annotated[int, Meta(ge=0, le=10_000_000)] | None = None
    state_funded_only: bool = True
    min_home: Count = 1
    min_overseas: Count = 1
    needs_agreement: bool = False
    """Every headteacher has signed the agreement that is in force."""


class ProgrammeRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a programme asks for."""

    home_country: Country
    participating_countries: Annotated[list[Country], Meta(max_length=250)] = []
    """Countries a partner abroad may be in; empty means any country."""
    kinds: Annotated[list[PartnershipKind], Meta(min_length=1, max_length=2)] = msgspec.field(
        default_factory=lambda: [PartnershipKind.ONE_TO_ONE, PartnershipKind.CLUSTER]
    )
    """Which kinds of partnership may be started."""
    cluster_min_schools: Count = 4
    cluster_min_home: Count = 0
    cluster_min_overseas: Count = 1
    agreement_needed: bool = False
    """Each school's headteacher signs the same version before the partnership can be active."""
    agreement_max_months: Annotated[int, Meta(ge=1, le=120)] = 24
    """An agreement ends after so many months at the latest."""
    roles: dict[MemberRole, RolePowers] = msgspec.field(default_factory=lambda: dict(DEFAULT_ROLES))
    grants: Annotated[list[GrantRules], Meta(max_length=20)] = []
    retention_days: dict[Kind, Days] = msgspec.field(default_factory=lambda: dict(DEFAULT_DAYS))
    """How many days each kind of data is kept; of those that are missing, the usual number."""

    def is_abroad(self, country: str) -> bool:
        """Whether a school there is a participating one outside the home country."""
        return country != self.home_country and (
            not self.participating_countries or country in self.participating_countries
        )

    def takes_part(self, country: str) -> bool:
        """Whether schools of a country can be in this programme at all."""
        return country == self.home_country or self.is_abroad(country)

    def powers(self, role: MemberRole) -> RolePowers:
        """What a role may do; a role that the programme does not name may do nothing."""
        return self.roles.get(role, RolePowers(hosts=Hosting.NO))
