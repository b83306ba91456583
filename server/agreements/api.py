"""The agreement of a partnership: versions, differences, signatures."""

from __future__ import annotations

from litestar import Router

from server.guards import staff_only

router = Router(
    "/partnerships/{partnership_id:uuid}/agreement", route_handlers=[], guards=[staff_only],
    tags=["Agreements"],
)
