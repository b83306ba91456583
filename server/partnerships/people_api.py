"""People of a partnership: coordinators, delegates, visitors."""

from __future__ import annotations

from litestar import Router

from server.guards import staff_only

router = Router(
    "/partnerships/{partnership_id:uuid}", route_handlers=[], guards=[staff_only], tags=["Partnerships"]
)
