"""The partner finder, and first contact between two schools."""

from __future__ import annotations

from litestar import Router

from server.guards import staff_only

router = Router("/", route_handlers=[], guards=[staff_only], tags=["Partner finder"])
