"""What a node says of itself, and what it answers when the records are out of reach."""

from __future__ import annotations

import httpx2

from tests.conftest import MakeNode, Records
from tests.factories import pair
from tests.nodes import Node
from tests.services import Postgres


def assert_unavailable(answer: httpx2.Response) -> None:
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert "nothing was changed" in answer.json()["detail"].lower()


async def test_a_node_with_its_records_is_alive_and_ready(node: Node) -> None:
    visitor = node.visitor()
    assert (await visitor.get("/healthz")).status_code == 200
    assert (await visitor.get("/readyz")).status_code == 200


async def test_metrics_count_requests_by_route_not_by_address(node: Node) -> None:
    visitor = node.visitor()
    await visitor.get("/api/spaces/5f0c2f0e-7c37-4f4f-9d0a-1f1e6f1f7a11")
    text = (await visitor.get("/metrics")).text
    assert 'route="/api/spaces/{space_id}"' in text
    assert "5f0c2f0e" not in text


async def test_without_its_database_a_node_lives_but_is_not_ready(
    make_node: MakeNode, closed_port: int
) -> None:
    node = await make_node(Records(f"postgresql+psycopg://app@127.0.0.1:{closed_port}/gone", ""))
    visitor = node.visitor(cookies={"commonroom_session": "anything"})
    assert (await visitor.get("/healthz")).status_code == 200
    assert (await visitor.get("/readyz")).status_code == 503
    assert_unavailable(await visitor.get("/api/today"))
    assert_unavailable(await visitor.sign_in_staff("head@school.example"))


async def test_a_database_that_goes_away_is_told_and_nothing_is_left_hanging(
    make_node: MakeNode, shared_records: Records, postgres: Postgres
) -> None:
    node = await make_node(shared_records)
    tied = await pair(node.database)
    visitor = node.visitor()
    await visitor.sign_in_staff(tied.home.head)
    postgres.drop(shared_records.database_url.rpartition("/")[2])
    assert_unavailable(await visitor.get("/api/today"))
    assert_unavailable(await visitor.post("/api/sign-out"))
    assert (await visitor.get("/readyz")).status_code == 503


async def test_without_a_built_client_the_api_works_alone(node: Node) -> None:
    visitor = node.visitor()
    for path in ("/", "/spaces/anything", "/assets/app.js"):
        answer = await visitor.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path
