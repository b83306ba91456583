"""Push messages: to whom they may go, and that only the browser they are for can read them."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from server import clock
from server.bus import InProcessBus
from server.config import Settings
from server.db import UnitOfWork
from server.errors import Invalid
from server.lessons import reminders
from server.lessons.models import Lesson, LessonStatus
from server.push import sending
from server.push.models import PushSubscription
from server.push.rules import check_endpoint, is_public
from tests.conftest import MakeNode, Records
from tests.factories import Pair, pair
from tests.nodes import Node, Visitor, refusal, signed_in

PRIVATE, PUBLIC = sending.new_keys()


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


class PushService:
    """A browser and its maker's server in one: takes messages over HTTP and reads them."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.auth = b"0123456789abcdef"
        self.answer = "201 Created"
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {key.lower(): value for key, value in (line.split(": ", 1) for line in head[1:] if line)}
        self.got.append((headers, await reader.readexactly(int(headers["content-length"]))))
        writer.write(
            f"HTTP/1.1 {self.answer}\r\nlocation: http://127.0.0.1:{self.port}/elsewhere\r\n"
            "content-length: 0\r\nconnection: close\r\n\r\n".encode()
        )
        await writer.drain()
        writer.close()

    @property
    def subscription(self) -> dict[str, str]:
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {
            "endpoint": f"http://127.0.0.1:{self.port}/push/1", "p256dh": b64(point), "auth": b64(self.auth),
            "language": "fr",
        }

    def read(self) -> dict[str, Any]:
        _, body = self.got[-1]
        return json.loads(
            http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth, version="aes128gcm")
        )


@pytest.fixture
async def service() -> AsyncIterator[PushService]:
    made = PushService()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    yield made
    server.close()
    await server.wait_closed()


@pytest.fixture
async def node(make_node: MakeNode, records: Records) -> Node:
    return await make_node(records, vapid_private_key=PRIVATE, mail_from="c@c.example", push_loopback=True)


@pytest.fixture
async def tied(node: Node) -> Pair:
    return await pair(node.database)


@pytest.fixture
async def teacher(node: Node, tied: Pair) -> Visitor:
    return await signed_in(node, tied.home.teacher)


async def subscriptions(node: Node) -> list[PushSubscription]:
    async with node.database.read() as session:
        return list((await session.scalars(select(PushSubscription))).all())


async def a_lesson(node: Node, tied: Pair, minutes: int) -> None:
    starts = clock.now() + timedelta(minutes=minutes)
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        uow.session.add(
            Lesson(space_id=tied.space.id, title="Rivers", status=LessonStatus.SCHEDULED, starts_at=starts,
                   ends_at=starts + timedelta(hours=1), created_by_id=tied.home.teacher.id,
                   created_at=clock.now())
        )


async def test_minutes_before_a_lesson_the_browser_and_nobody_else_reads_of_it(
    node: Node, teacher: Visitor, tied: Pair, service: PushService
) -> None:
    assert (await teacher.get("/api/reminders")).json()["push_key"] == PUBLIC
    answer = await teacher.post("/api/reminders/browsers", service.subscription)
    assert (answer.status_code, answer.json()["browsers"]) == (201, 1)
    await a_lesson(node, tied, 8)
    await reminders.give(node.database, node.bus, node.settings)
    await reminders.give(node.database, node.bus, node.settings)
    ((headers, body),) = service.got
    assert headers["content-encoding"] == "aes128gcm"
    assert headers["authorization"].startswith("vapid t=")
    assert f"k={PUBLIC}" in headers["authorization"]
    assert int(headers["ttl"]) == sending.TTL_S
    assert b"Rivers" not in body
    shown = service.read()
    assert (shown["kind"], shown["title"], shown["language"]) == ("lesson_soon", "Rivers", "fr")
    assert shown["path"] == f"/spaces/{tied.space.id}"


async def test_a_lesson_that_is_far_off_is_not_pushed(
    node: Node, teacher: Visitor, tied: Pair, service: PushService
) -> None:
    await teacher.post("/api/reminders/browsers", service.subscription)
    await a_lesson(node, tied, 30)
    await reminders.give(node.database, node.bus, node.settings)
    assert service.got == []


@pytest.mark.parametrize("answer", ["410 Gone", "404 Not Found"])
async def test_a_browser_that_is_gone_is_forgotten(
    node: Node, teacher: Visitor, tied: Pair, service: PushService, answer: str
) -> None:
    await teacher.post("/api/reminders/browsers", service.subscription)
    service.answer = answer
    await a_lesson(node, tied, 8)
    await reminders.give(node.database, node.bus, node.settings)
    assert await subscriptions(node) == []


async def test_a_redirect_is_not_followed_and_failures_end_it(
    node: Node, teacher: Visitor, tied: Pair, service: PushService
) -> None:
    await teacher.post("/api/reminders/browsers", service.subscription)
    service.answer = "307 Temporary Redirect"
    shown = sending.Shown(kind="lesson_soon", title="x", path="/", starts_at=clock.now(), tag="x")
    for times in range(1, sending.FAILURES_MAX + 1):
        await sending.send(node.database, node.bus, node.settings, [tied.home.teacher.id], shown)
        assert len(service.got) == times  # and no second request each time
    assert await subscriptions(node) == []


async def test_a_browser_belongs_to_whoever_used_it_last(
    node: Node, teacher: Visitor, tied: Pair, service: PushService
) -> None:
    await teacher.post("/api/reminders/browsers", service.subscription)
    other = await signed_in(node, tied.home.head)
    await other.post("/api/reminders/browsers", service.subscription)
    assert [each.user_id for each in await subscriptions(node)] == [tied.home.head.id]
    await teacher.post("/api/reminders/browsers/end", {"endpoint": service.subscription["endpoint"]})
    assert len(await subscriptions(node)) == 1  # not theirs any more
    await other.post("/api/reminders/browsers/end", {"endpoint": service.subscription["endpoint"]})
    assert await subscriptions(node) == []
    student = node.visitor()
    await student.sign_in_student(tied.home.students[0])
    assert refusal(await student.post("/api/reminders/browsers", service.subscription)) == (
        403, "not_allowed")


@pytest.mark.parametrize(
    "endpoint",
    ["http://push.example.com/x", "https://127.0.0.1/x", "https://localhost/x", "https://10.0.0.1/x",
     "https://[::1]/x", "https://2130706433/x", "https://0x7f.1/x", "https://printer.local/x",
     "https://push.example.com:8443/x", "https://user@push.example.com/x", "https://intranet/x",
     "https://169.254.169.254/latest", "ftp://push.example.com/x", "https:///x", "https://a.internal/x",
     "https://push.example.com:x/", "file:///etc/passwd"],
)
def test_an_address_inside_is_refused(endpoint: str) -> None:
    with pytest.raises(Invalid):
        check_endpoint(endpoint)


@pytest.mark.parametrize(
    "endpoint",
    ["https://fcm.googleapis.com/fcm/send/abc", "https://updates.push.services.mozilla.com/wpush/v2/x",
     "https://web.push.apple.com/x"],
)
def test_a_browser_makers_address_is_taken(endpoint: str) -> None:
    check_endpoint(endpoint)


@given(st.ip_addresses())
def test_only_addresses_of_the_open_internet_are_public(address: Any) -> None:
    inside = (address.is_private or address.is_loopback or address.is_link_local or address.is_multicast
              or address.is_unspecified or address.is_reserved)
    assert not (inside and is_public(str(address))) or address.is_global


@pytest.mark.parametrize(
    "address", ["::ffff:127.0.0.1", "127.0.0.1", "fd00::1", "100.64.0.1", "0.0.0.0", "x"]
)
def test_what_stands_for_a_private_address_is_private(address: str) -> None:
    assert not is_public(address)


async def test_a_public_name_for_a_private_address_is_not_connected_to(
    node: Node, tied: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that is looked up anew when a message is sent may stand for another address by then."""
    connected: list[object] = []
    loop = asyncio.get_running_loop()
    monkeypatch.setattr(
        "aiohttp.resolver.ThreadedResolver.resolve",
        _answers([{"hostname": "push.example.com", "host": "127.0.0.1", "port": 443, "family": 2, "proto": 6,
                   "flags": 0}]),
    )
    monkeypatch.setattr(loop, "sock_connect", lambda *each: connected.append(each))
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        uow.session.add(
            PushSubscription(
                user_id=tied.home.teacher.id, endpoint="https://push.example.com/x", endpoint_hash="x",
                p256dh=PushService().subscription["p256dh"], auth=b64(b"0123456789abcdef"),
                made_at=datetime.now(UTC),
            )
        )
    strict = Settings(vapid_private_key=PRIVATE, mail_from="c@c.example")
    shown = sending.Shown(kind="lesson_soon", title="x", path="/", starts_at=clock.now(), tag="x")
    sent = await sending.send(node.database, node.bus, strict, [tied.home.teacher.id], shown)
    assert (sent, connected) == (0, [])


def _answers(found: list[dict[str, object]]) -> Any:
    async def resolve(*_: object) -> list[dict[str, object]]:
        return found

    return resolve


async def test_without_keys_nothing_leaves(node: Node, tied: Pair) -> None:
    shown = sending.Shown(kind="lesson_soon", title="x", path="/", starts_at=clock.now(), tag="x")
    assert await sending.send(node.database, node.bus, Settings(), [tied.home.teacher.id], shown) == 0
    assert sending.public_key(Settings()) == ""
