"""The programmes that come with the software. Each is data; an office may change its own afterwards."""

from __future__ import annotations

from server.partnerships.models import PartnershipKind
from server.programmes.rules import GrantRules, ProgrammeRules

_CLUSTER_GRANT = GrantRules(
    code="cluster", name="Cluster grant", kind=PartnershipKind.CLUSTER, currency="GBP", cap=35_000,
    min_home=2, min_overseas=2,
)
_PAIR_GRANT = GrantRules(
    code="one_to_one", name="One-to-one grant", kind=PartnershipKind.ONE_TO_ONE, currency="GBP", cap=3_000,
    cap_per_school=1_500,
)

SHIPPED: dict[str, tuple[str, ProgrammeRules]] = {
    "global-learning": (
        "Global Learning",
        ProgrammeRules(
            home_country="GB",
            participating_countries=[
                "BD", "EG", "ET", "GH", "IN", "JO", "KE", "LB", "MW", "NG", "NP", "PK", "RW", "SL", "TZ",
                "UG", "ZA", "ZM", "ZW",
            ],
            cluster_min_home=1,
            grants=[_CLUSTER_GRANT, _PAIR_GRANT],
        ),
    ),
    "sister-schools": (
        "Sister Schools",
        ProgrammeRules(
            home_country="GB", participating_countries=["CN"], kinds=[PartnershipKind.ONE_TO_ONE],
            agreement_needed=True,
        ),
    ),
    "south-south": (
        "South-South Learning",
        ProgrammeRules(
            home_country="KE",
            participating_countries=["BD", "BR", "CO", "GH", "ID", "IN", "JO", "NG", "RW", "TZ", "UG", "ZA"],
            cluster_min_schools=4, cluster_min_home=1, cluster_min_overseas=2,
        ),
    ),
}
"""Slug -> (name, rules)."""
