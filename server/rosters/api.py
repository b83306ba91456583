"""Classes and their students: by hand, by import, and on to the next year."""

from __future__ import annotations

from litestar import Router

from server.guards import staff_only

router = Router("/", route_handlers=[], guards=[staff_only], tags=["Rosters"])
