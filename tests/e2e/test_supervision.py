"""The teacher's plug is pulled: their class is held, the others go on, and it all comes back by itself."""

from __future__ import annotations

import asyncio

from playwright.async_api import expect

from tests.e2e.conftest import OpenBrowser
from tests.e2e.people import Person
from tests.faults import Line
from tests.nodes import Node

SPACE = "Rivers: measuring together"
HELD_WITHIN_S = 12.0
"""What is promised: ten seconds of grace, and two to notice and to tell."""
SLACK_S = 4.0
"""For a machine that has three browsers to run besides."""


async def test_a_pulled_plug_holds_the_class_and_it_comes_back(
    open_browser: OpenBrowser, commonroom: Node
) -> None:
    async with Line(commonroom.address) as line:
        teacher = await open_browser(url=f"http://{line.address}")
        heron, abroad = await open_browser(), await open_browser()
        await teacher.sign_in_staff("okafor@willow.example")
        await heron.sign_in_student("willow", "Blue Heron")
        await abroad.sign_in_staff("wanjiru@nakuru-hill.example")

        await heron.go_into(SPACE, writing=False)
        held = heron.page.get_by_text("Your teacher is not here. You can look, not write.")
        await expect(held).to_be_visible()
        await expect(heron.page.get_by_label("Write here")).to_have_count(0)

        await asyncio.gather(teacher.go_into(SPACE), abroad.go_into(SPACE))
        await expect(held).to_have_count(0)
        await heron.say("Good morning")
        await abroad.reads("Good morning")
        await heron.draw()
        await abroad.sees_drawn_by("Blue Heron")
        await heron.turn_camera_on()
        await abroad.sees_video()

        line.stall()
        pulled_at = asyncio.get_running_loop().time()
        away = heron.page.get_by_text("Your teacher is not here. You can look, not write.")
        await expect(away).to_be_visible(timeout=(HELD_WITHIN_S + SLACK_S) * 1000)
        held_after_s = asyncio.get_running_loop().time() - pulled_at
        assert held_after_s > 7, "the grace was cut short"
        await expect(heron.page.get_by_label("Write here")).to_have_count(0)
        await expect(heron.page.get_by_role("button", name="Pen")).to_have_count(0)
        await expect(heron.page.get_by_role("button", name="Camera").first).to_be_disabled()
        await stands_still(abroad)
        await abroad.say("We go on here")
        await heron.reads("We go on here")

        line.mend()
        await expect(away).to_have_count(0, timeout=20_000)
        await heron.say("We are back")
        await abroad.reads("We are back")
        await abroad.sees_video()  # the camera that was on is on again


async def stands_still(person: Person) -> None:
    """No picture arrives any more."""
    before = await person.frames_decoded()
    while True:
        await asyncio.sleep(1)
        now = await person.frames_decoded()
        if now == before:
            return
        before = now
