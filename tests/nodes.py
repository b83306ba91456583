"""Running nodes for tests: uvicorn in the test's own loop, and the browsers of people who visit them.

Nothing stands between a test and the server but a loopback socket, so cookies, headers, websockets
and closing are what they are in use.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable
from typing import Any

import httpx2
import uvicorn
from litestar import Litestar

from server.accounts.api import SESSION_COOKIE
from server.accounts.models import User
from server.bus_redis import RedisBus
from server.config import Settings
from server.csrf import COOKIE as CSRF_COOKIE
from server.csrf import HEADER as CSRF_HEADER
from server.db import Database
from tests.factories import PASSWORD, PICTURES, Student

CreateApp = Callable[[Settings], Litestar]


class Node:
    """One server process's worth of Commonroom, at `url`.

    Args:
        create: makes the application; `server.app.create_app`, or the whole product's.
        uvicorn_options: passed to `uvicorn.Config` (`ws=...` and the like).
    """

    def __init__(self, settings: Settings, create: CreateApp, uvicorn_options: dict[str, Any]) -> None:
        self.settings = settings
        self.app = create(settings)
        config = uvicorn.Config(
            self.app, lifespan="on", log_config=None, access_log=False, **uvicorn_options
        )
        config.load()
        self.server = uvicorn.Server(config)
        self.server.lifespan = config.lifespan_class(config)
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._socket.getsockname()[1]}"
        self.url = f"http://{self.address}"
        self._visitors: list[Visitor] = []
        self._running = False
        self.started_at = 0.0

    @property
    def database(self) -> Database:
        return self.app.state.database

    @property
    def bus(self) -> Any:
        return self.app.state.bus

    async def start(self) -> None:
        """Serve; with a shared bus, also wait until events of other nodes arrive."""
        try:
            await self.server.startup(sockets=[self._socket])
        except SystemExit as error:  # how uvicorn says that the lifespan failed; the log says why
            raise RuntimeError("the application did not start") from error
        self._running = True
        self.started_at = time.monotonic()
        if isinstance(self.bus, RedisBus):
            async with asyncio.timeout(10):
                await self.bus.connected.wait()

    def visitor(self, **options: Any) -> Visitor:
        """A new browser with no cookies."""
        visitor = Visitor(self, **options)
        self._visitors.append(visitor)
        return visitor

    async def see_off(self) -> None:
        """Close the browsers of the visitors."""
        for visitor in self._visitors:
            await visitor.http.aclose()
        self._visitors.clear()

    async def stop(self) -> None:
        """Stop serving as a signal would. Doing it twice is fine."""
        await self.see_off()
        if self._running:
            self._running = False
            await self._shut_down()
        self._socket.close()

    async def _shut_down(self) -> None:
        for _ in range(5):  # the loop hears that the visitors have hung up
            await asyncio.sleep(0)
        if self.server.server_state.connections or self.server.server_state.tasks:
            await self.server.shutdown(sockets=[self._socket])
            return
        # Nobody is connected any more; uvicorn would pause for 0.1 s all the same, after every test.
        for listener in self.server.servers:
            listener.close()
        await self.server.lifespan.shutdown()


class Visitor:
    """A person's browser: keeps its cookies and repeats the CSRF token, as the client does."""

    def __init__(self, node: Node, **options: Any) -> None:
        self.node = node
        self.http = httpx2.AsyncClient(
            base_url=node.url, trust_env=False, verify=False, timeout=30, **options
        )

    async def get(self, path: str, **options: Any) -> httpx2.Response:
        return await self.http.get(path, **options)

    async def post(self, path: str, body: Any = None) -> httpx2.Response:
        return await self.send("POST", path, body)

    async def delete(self, path: str) -> httpx2.Response:
        return await self.send("DELETE", path)

    async def send(self, method: str, path: str, body: Any = None) -> httpx2.Response:
        """An unsafe request, with its token."""
        if CSRF_COOKIE not in self.http.cookies:
            await self.http.get("/api/session")
        headers = {CSRF_HEADER: self.http.cookies.get(CSRF_COOKIE) or ""}
        return await self.http.request(method, path, json=body, headers=headers)

    async def sign_in_staff(self, who: User | str, password: str = PASSWORD) -> httpx2.Response:
        """Sign in as a member of staff, or with any text as the e-mail address."""
        email = who if isinstance(who, str) else who.email
        return await self.post("/api/sign-in/staff", {"email": email, "password": password})

    async def sign_in_student(
        self, student: Student, pictures: tuple[str, ...] = PICTURES
    ) -> httpx2.Response:
        return await self.post(
            "/api/sign-in/student",
            {"code": student.code, "student_id": str(student.id), "pictures": list(pictures)},
        )

    @property
    def session_token(self) -> str | None:
        return self.http.cookies.get(SESSION_COOKIE)

    @property
    def cookie_header(self) -> str:
        """For a websocket that this browser opens."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.http.cookies.jar)


async def signed_in(node: Node, user: User) -> Visitor:
    """The browser of a member of staff who has just signed in."""
    visitor = node.visitor()
    assert (await visitor.sign_in_staff(user)).status_code == 200
    return visitor


def refusal(response: httpx2.Response) -> tuple[int, str]:
    """Status and stable code of an answer that says no."""
    assert response.headers["content-type"] == "application/problem+json", response.text
    return response.status_code, response.json()["code"]
