"""What people do in their browser, in the words they read there."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from playwright.async_api import ConsoleMessage, Page, Request, expect

from server.demo import WORLD

AXE = Path(__file__).parents[2] / "client" / "node_modules" / "axe-core" / "axe.min.js"

# Keeps hold of a page's peer connections, so that their statistics can be read.
REMEMBER_PEERS = """
  window.peers = [];
  const Stock = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Stock {
    constructor(...given) { super(...given); window.peers.push(this); }
  };
"""
FRAMES_DECODED = """
  async () => {
    let frames = 0;
    for (const peer of window.peers) {
      if (peer.connectionState === "closed") continue;
      for (const entry of (await peer.getStats()).values()) {
        if (entry.type === "inbound-rtp" && entry.kind === "video") frames += entry.framesDecoded;
      }
    }
    return frames;
  }
"""
# Only this is handed over of what axe found: all that is right takes longer to hand over than to find.
WRONG_HERE = """
  async () => {
    const { violations } = await axe.run(document, { resultTypes: ["violations"] });
    const places = (nodes) => nodes.map(({ target, html }) => [target, html]);
    return Object.fromEntries(violations.map(({ id, nodes }) => [id, places(nodes)]));
  }
"""
WAIT_S = 20.0


class Person:
    """Someone at a browser.

    Attributes:
        strangers: addresses on other hosts that the page asked for; there must be none.
        faults: what the page reported as an error.
    """

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.strangers: list[str] = []
        self.faults: list[str] = []
        self._url = url
        page.set_default_timeout(WAIT_S * 1000)

    async def watch(self) -> None:
        """Notice errors and requests from here on."""
        await self.page.add_init_script(REMEMBER_PEERS)
        self.page.on("request", self._on_request)
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith((self._url, "data:", "blob:")):
            self.strangers.append(request.url)

    def _on_console(self, message: ConsoleMessage) -> None:
        # The browser reports answers of 400 and above and lost lines itself; those are tested as such.
        ours = not message.text.startswith(("Failed to load resource", "WebSocket connection to"))
        if message.type == "error" and ours:
            self.faults.append(message.text)

    async def button(self, name: str) -> None:
        await self.page.get_by_role("button", name=name, exact=True).click()

    async def sign_in_student(self, school_key: str, alias: str) -> None:
        """By class code, animal and three pictures, to Today."""
        group = WORLD.school(school_key).school_class
        student = next(each for each in group.students if each.alias == alias)
        await self.page.get_by_label("Class code").fill(group.typed_code)
        await self.button("Go in")
        await self.button(alias)
        for picture in student.pictures:
            await self.button(picture.capitalize())
        await self.is_on("My spaces")

    async def sign_in_staff(self, email: str) -> None:
        await self.page.get_by_label("E-mail").fill(email)
        await self.page.get_by_label("Password").fill(WORLD.passphrase)
        await self.button("Sign in")
        await self.is_on("My spaces")

    async def is_on(self, heading: str) -> None:
        await self.page.get_by_role("heading", name=heading).first.wait_for()

    async def go_into(self, space: str, *, writing: bool = True) -> None:
        """From Today into a space, where one may write or (a class that waits for its teacher) not yet."""
        await self.page.get_by_role("link", name=f"Go in: {space}").click()
        await self.page.get_by_role("heading", name=space).wait_for()
        if writing:
            await self.page.get_by_label("Write here").wait_for()

    async def say(self, text: str) -> None:
        await self.page.get_by_label("Write here").fill(text)
        await self.page.keyboard.press("Enter")

    async def reads(self, text: str) -> None:
        await self.page.get_by_role("main").get_by_text(text, exact=True).first.wait_for()

    async def draw(self) -> None:
        """A curve with the pen, in the middle of the board."""
        box = await self.page.locator("canvas").first.bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 3, box["y"] + box["height"] / 3
        mouse = self.page.mouse
        await mouse.move(x, y)
        await mouse.down()
        for step in range(1, 15):
            await mouse.move(x + step * 8, y + step * step / 2)
        await mouse.up()

    async def sees_drawn_by(self, alias: str) -> None:
        """A pen stroke of theirs is on the board."""
        await expect(self.page.get_by_text(f"Pen stroke by {alias}").first).to_be_attached(
            timeout=WAIT_S * 1000
        )

    async def turn_camera_on(self) -> None:
        await self.page.get_by_role("button", name="Camera").first.click()
        await self.button("Turn on my camera")

    async def frames_decoded(self) -> int:
        return int(await self.page.evaluate(FRAMES_DECODED))

    async def sees_video(self) -> None:
        """Frames of the others are decoded, and go on being decoded."""
        async with asyncio.timeout(WAIT_S):
            first = await self._frames_beyond(0)
            await self._frames_beyond(first + 5)

    async def _frames_beyond(self, count: int) -> int:
        while (frames := await self.frames_decoded()) <= count:
            await self.page.evaluate("() => new Promise(requestAnimationFrame)")
        return frames

    async def open_peers(self) -> int:
        return int(
            await self.page.evaluate("window.peers.filter(peer => peer.connectionState !== 'closed').length")
        )

    async def axe(self) -> list[str]:
        """What axe has to say against the page: rule and place."""
        await self.page.evaluate(AXE.read_text())
        found: dict[str, list[Any]] = await self.page.evaluate(WRONG_HERE)
        return [
            f"{rule}: {target} {html[:120]}" for rule, nodes in found.items() for target, html in nodes
        ]
