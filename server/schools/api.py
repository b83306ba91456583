"""Schools: profiles, calendars, registration and verification."""

from __future__ import annotations

from litestar import Router

from server.guards import staff_only

router = Router("/schools", route_handlers=[], guards=[staff_only], tags=["Schools"])
