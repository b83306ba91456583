"""Prints the OpenAPI description of the HTTP API: `python -m server.schema`. The client's types follow."""

from __future__ import annotations

import json

from server.app import create_app
from server.config import Settings


def document() -> dict[str, object]:
    """The description, as the running server gives it at /api/schema/openapi.json."""
    return create_app(Settings(client_dir="")).openapi_schema.to_schema()


if __name__ == "__main__":
    print(json.dumps(document(), indent=2, sort_keys=True))
