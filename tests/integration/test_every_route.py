"""What holds for every route, found by walking the route table: none is forgotten."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from litestar import Litestar
from litestar.routes import HTTPRoute

from tests.factories import Pair, pair
from tests.nodes import Node

PUBLIC = {
    ("GET", "/"),
    ("GET", "/{path:path}"),
    ("GET", "/calendar/{file_name:str}"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/metrics"),
    ("GET", "/api/session"),
    ("POST", "/api/sign-in/staff"),
    ("POST", "/api/sign-in/class"),
    ("POST", "/api/sign-in/student"),
    ("GET", "/api/sign-in/device"),
    ("POST", "/api/welcome/look"),
    ("POST", "/api/welcome"),
    ("GET", "/api/schema"),
    ("GET", "/api/schema/openapi.json"),
    ("GET", "/api/schema/{path:str}"),
}
"""What people may reach who are not signed in. A new route is not among them unless this says so."""

SAFE = {"GET", "HEAD", "OPTIONS"}


def routes(app: Litestar) -> set[tuple[str, str]]:
    return {
        (method, route.path)
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for method in route.route_handler_map
        if method != "OPTIONS"  # Litestar's own, without content
    }


def address(path: str) -> str:
    """A path with something in place of its parameters."""
    return "/".join(
        ("1" if part.endswith(":int}") else str(uuid4())) if part.startswith("{") else part
        for part in path.split("/")
    )


async def test_whoever_is_not_signed_in_gets_401_from_every_route_but_the_public_ones(node: Node) -> None:
    table, visitor = routes(node.app), node.visitor()
    assert table >= PUBLIC
    assert len(table - PUBLIC) >= 8
    for method, path in sorted(table - PUBLIC):
        answer = await visitor.send(method, address(path), None if method in SAFE else {})
        assert (answer.status_code, answer.json()["code"]) == (401, "signed_out"), (method, path)


async def test_a_cookie_of_nobody_opens_nothing(node: Node) -> None:
    visitor = node.visitor(cookies={"commonroom_session": "made up"})
    for method, path in sorted(routes(node.app) - PUBLIC):
        answer = await visitor.send(method, address(path), None if method in SAFE else {})
        assert answer.status_code == 401, (method, path)


async def test_unsafe_requests_without_the_csrf_token_are_refused(node: Node) -> None:
    tied: Pair = await pair(node.database)
    visitor = node.visitor()
    await visitor.sign_in_staff(tied.home.head)
    unsafe = {(method, path) for method, path in routes(node.app) if method not in SAFE}
    assert len(unsafe) >= 6
    for headers in ({}, {"x-csrf-token": "made-up"}):
        for method, path in sorted(unsafe):
            answer = await visitor.http.request(method, address(path), json={}, headers=headers)
            refused = answer.status_code, answer.json()["code"]
            assert refused == (403, "not_allowed"), (method, path, headers)
    assert (await visitor.get("/api/today")).status_code == 200  # still signed in


def _security(headers: Any) -> None:
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "http:" not in policy
    assert "https:" not in policy
    assert "*" not in policy
    assert "'unsafe-eval'" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "geolocation=()" in headers["permissions-policy"]


async def test_every_answer_carries_the_security_headers(node: Node) -> None:
    tied = await pair(node.database)
    visitor = node.visitor()
    answers = [
        await visitor.get("/healthz"),
        await visitor.get("/api/session"),
        await visitor.get("/api/today"),
        await visitor.get("/nothing/here"),
        await visitor.get("/api/nothing"),
        await visitor.http.post("/api/sign-in/staff", json={}),
        await visitor.send("PUT", "/api/today", {}),
        await visitor.sign_in_staff(tied.home.head),
        await visitor.get("/api/today"),
    ]
    assert [each.status_code for each in answers] == [200, 200, 401, 404, 404, 403, 405, 200, 200]
    for answer in answers:
        _security(answer.headers)
        if answer.url.path.startswith("/api"):
            assert answer.headers["cache-control"] == "no-store", answer.url
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == "application/problem+json"
            assert {"type", "title", "status", "code", "detail"} <= answer.json().keys()


async def test_what_was_sent_is_not_repeated_when_it_does_not_fit(node: Node) -> None:
    answer = await node.visitor().post(
        "/api/sign-in/staff", {"email": "a@b.example", "password": ["private words"], "more": "private too"}
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert "private" not in answer.text


async def test_a_body_beyond_the_limit_is_refused(node: Node) -> None:
    answer = await node.visitor().post("/api/sign-in/staff", {"email": "x" * 2_000_000, "password": "y"})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
