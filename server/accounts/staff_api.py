"""The staff of a school: accounts, posts, and the links they choose a password with."""

from __future__ import annotations

from litestar import Router

from server.guards import staff_only

router = Router("/", route_handlers=[], guards=[staff_only], tags=["Staff"])
