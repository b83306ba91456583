"""Whether somebody may act in a space now, beyond what the records say: students only with an adult there."""

from __future__ import annotations

from typing import Protocol, runtime_checkable
from uuid import UUID

from server.access import Grant
from server.accounts.service import SignedIn


@runtime_checkable  # Litestar checks what it injects
class Liveness(Protocol):
    """Who is supervised. The live half of the product provides it."""

    def may(self, who: SignedIn, space_id: UUID, root_id: UUID, grant: Grant) -> bool:
        """Whether this person, to whom the records give `grant`, may use it now. Must not wait.

        Args:
            root_id: of a group, the space that it is one of; else the space.
        """
        ...


class NobodyLive:
    """Where nothing is live: the HTTP API run alone. Nobody watches, so no student adds anything."""

    def may(self, who: SignedIn, space_id: UUID, root_id: UUID, grant: Grant) -> bool:
        return who.is_staff
