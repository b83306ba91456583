"""A tablet of a class-room, and two students at it who write in their own names."""

from __future__ import annotations

from playwright.async_api import expect

from server.demo import WORLD
from tests.e2e.conftest import OpenBrowser

SPACE = "Rivers: measuring together"


async def test_two_students_share_a_tablet_of_their_class_room(
    open_browser: OpenBrowser, teachers: None
) -> None:
    tablet, zebra = await open_browser(820, 1180), await open_browser()
    group = WORLD.school("willow").school_class
    heron, fox = (each for each in group.students if each.alias in ("Blue Heron", "Red Fox"))
    await tablet.sign_in_staff("okafor@willow.example")
    await tablet.page.goto(f"{tablet.page.url.rstrip('/')}/classes/{group.id}")
    await tablet.button("Make this a class-room device")
    await tablet.page.get_by_label("Name of this device").fill("Tablet 3")
    await tablet.button("Make it")

    # The teacher is signed out, and no child has a code to type.
    await tablet.button(heron.alias)
    for picture in heron.pictures:
        await tablet.button(picture.capitalize())
    await tablet.button("Somebody else is here too")
    await tablet.button(fox.alias)
    for picture in fox.pictures:
        await tablet.button(picture.capitalize())
    await tablet.page.get_by_text(f"Here with you: {fox.alias}").wait_for()

    await zebra.sign_in_student("nakuru-hill", "Zebra")
    await zebra.go_into(SPACE)
    await tablet.go_into(SPACE)
    await tablet.say("The heron writes this")
    await tablet.page.get_by_role("radio", name=fox.alias).check(force=True)
    await tablet.say("And this is the fox")
    for author, text in ((heron, "The heron writes this"), (fox, "And this is the fox")):
        message = zebra.page.locator("li.message").filter(has_text=text)
        await expect(message).to_contain_text(author.alias)
    await expect(zebra.page.get_by_text(f"at one device with {fox.alias}")).to_be_visible()
