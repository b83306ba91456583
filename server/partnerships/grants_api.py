"""Grants: which conditions a partnership meets, and the evidence for them."""

from __future__ import annotations

from litestar import Router

from server.guards import staff_only

router = Router(
    "/partnerships/{partnership_id:uuid}/grants", route_handlers=[], guards=[staff_only], tags=["Grants"]
)
