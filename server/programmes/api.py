"""Programmes: what they ask for, and what an edit would change."""

from __future__ import annotations

from litestar import Router

from server.guards import staff_only

router = Router("/programmes", route_handlers=[], guards=[staff_only], tags=["Programmes"])
