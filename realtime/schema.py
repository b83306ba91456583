"""The live protocol as an OpenAPI 3.1 document, from which the browser's types are made.

Prints the document to standard output::

    python -m realtime.schema > protocol.json

Only `components.schemas` is filled: the frames, the two unions `ClientFrame` and `ServerFrame`, and
what a client must know besides frames (`ProtocolVersion`, `CloseCode`, `ErrorCode`). Nothing else is
described twice: `realtime.protocol` is the source.
"""

from __future__ import annotations

import sys
from typing import Any

import msgspec

from realtime import protocol

REF_TEMPLATE = "#/components/schemas/{name}"


def document() -> dict[str, Any]:
    """Build the OpenAPI document of every frame, both ways."""
    unions: dict[str, Any] = {
        "ClientFrame": protocol.ClientFrame,
        "ServerFrame": protocol.ServerFrame,
    }
    shapes, components = msgspec.json.schema_components(
        [*unions.values(), protocol.CloseCode, protocol.ErrorCode], ref_template=REF_TEMPLATE
    )
    schemas: dict[str, Any] = dict(components)
    for name, shape in zip(unions, shapes, strict=False):
        # Each frame already names its own `type`; a discriminator would make the generator write it twice.
        schemas[name] = {"oneOf": shape["anyOf"]}
    schemas["ProtocolVersion"] = {
        "type": "integer",
        "const": protocol.PROTOCOL_VERSION,
        "description": "Sent in `hello`; the server closes a page that speaks another.",
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Commonroom live channel", "version": str(protocol.PROTOCOL_VERSION)},
        "paths": {},
        "components": {"schemas": {name: schemas[name] for name in sorted(schemas)}},
    }


if __name__ == "__main__":
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(document()), indent=2).decode() + "\n")
