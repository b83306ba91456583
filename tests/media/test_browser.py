"""The browser's engine in Chromium, with its fake camera, through the server and back."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest
from playwright.async_api import Browser, Page, async_playwright

from realtime.sfu import MediaRoom, MediaServer
from tests.media.browser import CHROMIUM_FLAGS, Harness


@pytest.fixture(scope="module")
async def chromium() -> AsyncIterator[Browser]:
    program = os.environ.get("CHROME_PATH") or shutil.which("chromium") or shutil.which("google-chrome")
    assert program, "Chromium is missing: install it, or set CHROME_PATH"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=CHROMIUM_FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
async def harness(room: MediaRoom, media: MediaServer) -> AsyncIterator[Harness]:
    harness = Harness(room)
    server, task = await harness.serve()
    yield harness
    server.should_exit = True
    await task
    # What a browser does by itself is never too much.
    assert media.counters.dropped_excess == 0


class Guest:
    """A page of `page.html` and whose it is."""

    def __init__(self, page: Page, user_id: UUID) -> None:
        self.page = page
        self.user_id = user_id

    @classmethod
    async def enter(cls, browser: Browser, harness: Harness) -> Guest:
        self = cls(await browser.new_page(), uuid4())
        await self.page.goto(f"{harness.url}/?user={self.user_id}")
        await self.page.wait_for_function("joined() === 1")
        return self

    async def sees(self, other: Guest) -> None:
        await self.page.wait_for_function(
            "id => { const n = frames(id); window.first ??= {};"
            " window.first[id] ??= n; return n > window.first[id] + 4 }",
            arg=str(other.user_id),
        )
        await self.page.evaluate("id => { delete window.first[id] }", str(other.user_id))

    async def state_is(self, condition: str) -> None:
        await self.page.wait_for_function(f"(({condition}))(session.getSnapshot())")


async def test_pages_see_each_other_across_everything(chromium: Browser, harness: Harness) -> None:
    ada = await Guest.enter(chromium, harness)
    ben = await Guest.enter(chromium, harness)
    for guest in (ada, ben):
        await guest.page.evaluate("session.watch(true)")
        await guest.page.evaluate("Promise.all([session.setCamera(true), session.setMicrophone(true)])")
    await ada.sees(ben)
    await ben.sees(ada)
    # The fake microphone beeps.
    await ben.state_is("s => s.speaker !== null")

    # Off and on again: gone from the tile, then back on the line that was kept.
    await ada.page.evaluate("session.setCamera(false)")
    await ben.state_is("s => s.tiles.length === 1 && !s.tiles[0].cameraOn && s.tiles[0].hasAudio")
    await ada.page.evaluate("session.setCamera(true)")
    await ben.sees(ada)

    # The socket is lost and comes back: both directions are made anew.
    await ada.page.evaluate("cut()")
    await ada.page.wait_for_function("joined() === 2")
    await ben.sees(ada)
    await ada.sees(ben)
    await ada.page.close()
    await ben.state_is("s => s.tiles.length === 0")

    # Who comes next is shown on a line that somebody else has used before.
    for _ in range(2):
        guest = await Guest.enter(chromium, harness)
        await guest.page.evaluate("session.setCamera(true)")
        await ben.sees(guest)
        await guest.page.close()
        await ben.state_is("s => s.tiles.length === 0")
    await ben.page.close()


async def test_lost_rights_put_the_camera_out(chromium: Browser, harness: Harness) -> None:
    ada = await Guest.enter(chromium, harness)
    await ada.page.evaluate("Promise.all([session.setCamera(true), session.setMicrophone(true)])")
    harness.participants[ada.user_id].permit(frozenset({"audio"}), may_watch=True)
    await ada.state_is("s => s.camera === 'off' && s.problem === 'camera_refused'")
    await ada.state_is("s => s.microphone === 'on' && s.own.getVideoTracks().length === 0")
    await ada.page.close()


async def test_devices_that_cannot_be_opened_have_codes(chromium: Browser, harness: Harness) -> None:
    ada = await Guest.enter(chromium, harness)
    await ada.page.evaluate(
        "() => { navigator.mediaDevices.getUserMedia = async () => {"
        " throw new DOMException('no', window.failure) } }"
    )
    for name, code in {
        "NotAllowedError": "camera_denied",
        "NotFoundError": "camera_missing",
        "NotReadableError": "camera_busy",
    }.items():
        await ada.page.evaluate("name => { window.failure = name }", name)
        thrown = await ada.page.evaluate("session.setCamera(true).catch(error => error.code)")
        assert thrown == code
        await ada.state_is(f"s => s.camera === 'off' && s.problem === '{code}'")
    await ada.page.close()


async def test_preview_shows_and_sends_nothing(chromium: Browser, harness: Harness, room: MediaRoom) -> None:
    ada = await Guest.enter(chromium, harness)
    tracks = await ada.page.evaluate("session.preview().then(stream => stream.getTracks().length)")
    assert tracks == 2
    assert room.tracks == []
    await ada.page.evaluate("session.endPreview()")
    await ada.state_is("s => s.own === null && s.camera === 'off'")
    await ada.page.evaluate("session.close()")
    await ada.page.close()
