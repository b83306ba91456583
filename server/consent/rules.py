"""Who keeps the consents of a class. Pure; docs/consent.md says it in words."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from server.accounts.models import StaffRole

KEEPS = frozenset({StaffRole.ADMINISTRATOR, StaffRole.HEADTEACHER, StaffRole.SAFEGUARDING_LEAD})
"""They keep them for every class of their own school; a teacher for the classes they teach."""


def may_keep(roles: AbstractSet[StaffRole], *, is_own_school: bool, teaches: bool) -> bool:
    """Whether somebody verified sees and records a class's answers. A guest, who holds no post, does not."""
    return is_own_school and bool(roles) and (teaches or bool(roles & KEEPS))
