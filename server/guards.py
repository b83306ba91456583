"""Who may reach a group of routes at all. What they may do there is for the services to decide."""

from __future__ import annotations

from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler
from litestar.types import Guard

from server.accounts.models import StaffRole
from server.errors import NotAllowed


def staff_only(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Records are the business of staff. A guest, who holds no post, comes to a space and no further."""
    if not connection.user.is_staff or not connection.user.roles:
        raise NotAllowed("This is for teachers and staff.")


def holds(*roles: StaffRole) -> Guard:
    """For staff who hold one of these posts."""

    def guard(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
        if not connection.user.roles & set(roles):
            raise NotAllowed

    return guard
