"""A student of each school, in two browsers: from the front door to being sent out."""

from __future__ import annotations

import asyncio
import re

from playwright.async_api import expect

from tests.e2e.conftest import OpenBrowser
from tests.faults import Line
from tests.nodes import Node

SPACE = "Rivers: measuring together"


async def test_two_classes_meet_until_the_partnership_is_suspended(
    open_browser: OpenBrowser, teachers: None
) -> None:
    heron, zebra = await open_browser(), await open_browser()
    await asyncio.gather(
        heron.sign_in_student("willow", "Blue Heron"), zebra.sign_in_student("nakuru-hill", "Zebra")
    )
    await asyncio.gather(heron.go_into(SPACE), zebra.go_into(SPACE))

    await heron.say("Our river froze last night")
    await zebra.reads("Our river froze last night")
    await zebra.say("What is it like, frozen?")
    await heron.reads("What is it like, frozen?")

    await heron.draw()
    await zebra.sees_drawn_by("Blue Heron")
    await zebra.draw()
    await heron.sees_drawn_by("Zebra")

    await asyncio.gather(heron.turn_camera_on(), zebra.turn_camera_on())
    await asyncio.gather(heron.sees_video(), zebra.sees_video())

    teacher = await open_browser()
    await teacher.sign_in_staff("okafor@willow.example")
    await teacher.page.get_by_role("link", name="Partnerships").first.click()
    await teacher.page.get_by_role("link", name=re.compile("Willow and Nakuru Hill")).click()
    await teacher.button("Suspend")
    await teacher.page.get_by_role("textbox").fill("We need to talk first")
    await teacher.page.get_by_role("dialog").get_by_role("button", name="Suspend").click()

    for student in (heron, zebra):
        await student.is_on("This space is closed for now")
        assert await student.open_peers() == 0
        await expect(student.page.locator("canvas")).to_have_count(0)

    await teacher.button("Start again")
    await teacher.page.get_by_role("dialog").get_by_role("button", name="Start again").click()
    await teacher.page.get_by_text("Active").first.wait_for()
    await heron.page.goto(heron.page.url)
    await heron.page.get_by_label("Write here").wait_for()
    await heron.reads("What is it like, frozen?")
    await heron.sees_drawn_by("Zebra")


async def test_what_was_done_without_a_line_arrives_once(
    open_browser: OpenBrowser, commonroom: Node, teachers: None
) -> None:
    async with Line(commonroom.address) as line:
        zebra = await open_browser()
        heron = await open_browser(url=f"http://{line.address}")
        await asyncio.gather(
            heron.sign_in_student("willow", "Blue Heron"), zebra.sign_in_student("nakuru-hill", "Zebra")
        )
        await asyncio.gather(heron.go_into(SPACE), zebra.go_into(SPACE))
        await heron.draw()
        await zebra.sees_drawn_by("Blue Heron")

        line.cut()
        await heron.page.get_by_text("No connection. Your work is kept here.").first.wait_for()
        await heron.say("Written without a line")
        await heron.draw()
        await zebra.say("Where have you gone?")
        line.mend()

        await heron.reads("Where have you gone?")
        await zebra.reads("Written without a line")
        strokes = zebra.page.get_by_text("Pen stroke by Blue Heron")
        await expect(strokes).to_have_count(2, timeout=20_000)
        for person in (heron, zebra):
            said = person.page.get_by_role("main").get_by_text("Written without a line", exact=True)
            await expect(said).to_have_count(1)


async def test_wrong_pictures_are_told_without_a_hint(open_browser: OpenBrowser) -> None:
    person = await open_browser()
    await person.page.get_by_label("Class code").fill("WLW 5RV")
    await person.button("Go in")
    await person.button("Blue Heron")
    for picture in ("Moon", "Moon", "Moon"):
        await person.button(picture)
    await person.page.get_by_text("Not these pictures. Try again, or ask your teacher.").wait_for()


async def test_everything_by_keyboard(open_browser: OpenBrowser, teachers: None) -> None:
    """No mouse: sign in, go into a space, write, and put a note on the board."""
    person = await open_browser()
    keyboard = person.page.keyboard
    await person.page.get_by_label("Class code").focus()
    await keyboard.type("NKR5EA")
    await keyboard.press("Enter")
    for name in ("Zebra", "Sun", "Fish", "Boat"):
        choice = person.page.get_by_role("button", name=name, exact=True)
        await choice.focus()
        await keyboard.press("Enter")
    await person.is_on("My spaces")
    await person.page.get_by_role("link", name=f"Go in: {SPACE}").focus()
    await keyboard.press("Enter")
    await person.page.get_by_label("Write here").focus()
    await keyboard.type("Written without a mouse")
    await keyboard.press("Enter")
    await person.reads("Written without a mouse")
    await person.page.get_by_role("radio", name="Note").focus()
    await keyboard.press("Space")
    await person.page.get_by_role("application").focus()
    await keyboard.press("Enter")
    await keyboard.type("Rain: 6 mm")
    await keyboard.press("Escape")
    note = person.page.get_by_text("Note by Zebra: Rain: 6 mm")
    await expect(note.first).to_be_attached()


async def test_signing_out_without_a_line_is_made_up_for(
    open_browser: OpenBrowser, commonroom: Node
) -> None:
    """On a shared tablet the next child must not be the child before."""
    async with Line(commonroom.address) as line:
        heron = await open_browser(url=f"http://{line.address}")
        await heron.sign_in_student("willow", "Blue Heron")
        line.cut()
        await heron.page.get_by_role("button", name=re.compile("Your account")).click()
        await heron.page.get_by_role("menuitem", name="Sign out").click()
        await heron.page.get_by_label("Class code").wait_for()
        line.mend()
        await heron.page.reload()
        await heron.page.get_by_label("Class code").wait_for()
        await heron.page.reload()
        await heron.page.get_by_label("Class code").wait_for()
