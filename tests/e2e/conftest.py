"""The product as people meet it: a node with the demo world and the built client, and their browsers."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from playwright.async_api import Page, Playwright, async_playwright

from realtime.asgi import create_app
from realtime.serving import WEBSOCKET_OPTIONS
from server import demo
from server.bus import InProcessBus
from server.demo import WORLD, demo_id
from tests.conftest import MakeNode, Records
from tests.e2e.people import Person
from tests.nodes import Node
from tests.realtime.client import LiveClient
from tests.realtime.conftest import sign_in_to

CLIENT = Path(__file__).parents[2] / "client"
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    # Without it Chromium offers no loopback address, and the media server is nowhere else.
    "--allow-loopback-in-peer-connection",
]

OpenBrowser = Callable[..., Awaitable[Person]]


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Where Chromium is: `CHROME_PATH`, or its usual place."""
    found = os.environ.get("CHROME_PATH") or shutil.which("chromium") or shutil.which("google-chrome")
    assert found, "Chromium is missing: install it, or set CHROME_PATH"
    return found


@pytest.fixture(scope="session")
async def playwright() -> AsyncIterator[Playwright]:
    async with async_playwright() as started:
        yield started


@pytest.fixture
async def commonroom(make_node: MakeNode, sqlite_records: Records) -> Node:
    """The whole product on the demo world."""
    assert (CLIENT / "dist" / "index.html").is_file(), "the client is not built: npm run build, in client/"
    node = await make_node(
        sqlite_records,
        create=create_app,
        uvicorn_options=WEBSOCKET_OPTIONS,
        client_dir=str(CLIENT / "dist"),
        media_host="127.0.0.1",
    )
    await demo.fill(node.database, InProcessBus())
    return node


@pytest.fixture
async def teachers(commonroom: Node) -> AsyncIterator[None]:
    """A teacher of each school is in the rivers space, by a page of the protocol: students are live there."""
    async with AsyncExitStack() as stack:
        for school, key in (("willow", "okafor"), ("nakuru-hill", "wanjiru")):
            user_id = WORLD.school(school).person(key)
            token = await sign_in_to(commonroom.database, user_id)
            page = await stack.enter_async_context(LiveClient(commonroom.url, token, user_id=user_id))
            await page.enter(demo_id("space", "rivers"))
        yield


@pytest.fixture
async def open_browser(
    playwright: Playwright, commonroom: Node, chromium_path: str
) -> AsyncIterator[OpenBrowser]:
    """Open a browser of one's own at the front door; all are closed and checked when the test is over."""
    people: list[Person] = []
    async with AsyncExitStack() as stack:

        async def open_one(
            width: int = 1366, height: int = 768, scheme: str = "light", locale: str = "en-GB",
            url: str = commonroom.url,
        ) -> Person:
            browser = await playwright.chromium.launch(executable_path=chromium_path, args=FLAGS)
            stack.push_async_callback(browser.close)
            context = await browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme="dark" if scheme == "dark" else "light",
                locale=locale,
                reduced_motion="reduce",
            )
            page: Page = await context.new_page()
            person = Person(page, url)
            await person.watch()
            people.append(person)
            await page.goto(url)
            return person

        yield open_one
    for person in people:
        assert person.strangers == [], "a page asked another host"
        assert person.faults == [], "a page reported an error"
