"""The OpenAPI description of the HTTP API, with what holds for every route said in one place.

Every error is a problem document (`server.errors`); which statuses an operation may answer with follows
from its method and parameters, and from the codes that its own description names (docs/api.md).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import OpenAPI

METHODS = ("get", "post", "put", "patch", "delete")
SAFE = ("get",)

PROBLEM = {
    "type": "object",
    "title": "Problem",
    "description": "What went wrong (RFC 9457). `code` never changes its meaning; `detail` is a sentence to "
                   "show. Some codes bring more: `fields`, `failing`.",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "fields": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "problem"],
                "properties": {"field": {"type": "string"}, "problem": {"type": "string"}},
            },
        },
    },
    "additionalProperties": True,
}

MEANINGS = {
    400: "Something in what was sent does not fit.",
    401: "Nobody is signed in, or what was shown to sign in did not match.",
    403: "The records, or a missing CSRF token, do not let this person do it.",
    404: "There is nothing here, or nothing that this person may see.",
    409: "The record is in another state now, or a rule is not met.",
    413: "Too large.",
    429: "Too many tries, or too much at once.",
    503: "The records cannot be reached now.",
}
_NAMED = re.compile(r"\b(4\d\d|503)\b(?=\s+`)")
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def statuses_of(method: str, operation: dict[str, Any]) -> set[int]:
    """The errors that an operation may answer with."""
    parameters = operation.get("parameters", [])
    found = {401, 403, 503} | {int(each) for each in _NAMED.findall(operation.get("description", ""))}
    if parameters or "requestBody" in operation:
        found.add(400)
    if any(parameter["in"] == "path" for parameter in parameters):
        found.add(404)
    if method not in SAFE:
        found |= {400, 404, 409, 429}
    if "requestBody" in operation:
        found.add(413)
    return found & MEANINGS.keys()


def _refusal(status: int) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": MEANINGS[status], "content": {"application/problem+json": {"schema": schema}}}


def _name(status: int) -> str:
    return f"Problem{status}"


def with_problems(document: dict[str, Any]) -> dict[str, Any]:
    """The document, with the errors of every operation, and summaries in words."""
    components = document.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = PROBLEM
    components["responses"] = {_name(status): _refusal(status) for status in MEANINGS}
    document["paths"] = {path: each for path, each in document["paths"].items() if path[:11] != "/api/schema"}
    for path in document["paths"].values():
        for method in METHODS:
            if (operation := path.get(method)) is None:
                continue
            answers = {code: each for code, each in operation["responses"].items() if int(code) < 400}
            answers.get("204", {}).pop("content", None)  # a `Response` without a body has one for Litestar
            refused = {
                str(status): {"$ref": f"#/components/responses/{_name(status)}"}
                for status in sorted(statuses_of(method, operation))
            }
            operation["responses"] = {**answers, **refused}
            if " " not in (summary := operation.get("summary", "")):
                operation["summary"] = _WORDS.sub(" ", summary).capitalize()
    return document


class Document(OpenAPI):
    """The description as Litestar makes it, told with the errors of every operation."""

    def to_schema(self) -> dict[str, Any]:
        return with_problems(super().to_schema())


@dataclass
class Description(OpenAPIConfig):
    """Makes the description. Docstrings of handlers are part of it."""

    use_handler_docstrings: bool = True

    def to_openapi_schema(self) -> OpenAPI:
        made = super().to_openapi_schema()
        return Document(**{name: getattr(made, name) for name in made.__dataclass_fields__})
