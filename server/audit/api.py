"""The audit log, for those who answer for others."""

from __future__ import annotations

from litestar import Router

from server.guards import staff_only

router = Router("/", route_handlers=[], guards=[staff_only], tags=["Audit"])
