"""A teacher mixes two classes: their pages go into the group by themselves, and come back when called."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, expect

from tests.e2e.conftest import OpenBrowser
from tests.e2e.people import Person

SPACE = "Rivers: measuring together"


def group_sign(person: Person) -> Locator:
    """What the head of the page says of the group that it is in."""
    return person.page.get_by_role("banner").get_by_text("Group 1", exact=True)


async def in_group(person: Person) -> None:
    await expect(group_sign(person)).to_be_visible()
    await person.page.get_by_role("application").wait_for()


@pytest.mark.usefixtures("teachers")
async def test_mixed_into_a_group_and_called_back(open_browser: OpenBrowser) -> None:
    teacher, heron, zebra = await open_browser(), await open_browser(), await open_browser(390, 844)
    await teacher.sign_in_staff("okafor@willow.example")
    await heron.sign_in_student("willow", "Blue Heron")
    await zebra.sign_in_student("nakuru-hill", "Zebra")
    await teacher.go_into(SPACE)
    await heron.go_into(SPACE)
    await zebra.go_into(SPACE, writing=False)
    await heron.page.get_by_label("Write here").fill("begun for everyone")

    overview = teacher.page.get_by_role("tabpanel", name="Groups")
    await teacher.button("Groups")
    await overview.get_by_text("2 students").wait_for()
    await teacher.button("Mix the classes")
    card = overview.get_by_role("article", name="Group 1")
    await expect(card.get_by_role("listitem")).to_have_count(2)
    await expect(group_sign(heron)).to_have_count(0)
    await teacher.button("Open groups")

    await heron.page.get_by_text("You go to group 1.").wait_for()
    await in_group(heron)
    await in_group(zebra)
    await expect(heron.page.get_by_label("Write here")).to_have_value("")
    await heron.say("Only for our group")
    await heron.draw()
    await zebra.sees_drawn_by("Blue Heron")
    await expect(card.get_by_text("2 of 2 there")).to_be_visible()
    await expect(card.get_by_role("img", name="Board of group 1: 1 thing on it")).to_be_visible()
    assert await teacher.axe() == []
    await expect(teacher.page.get_by_text("Only for our group")).to_have_count(0)

    await teacher.page.get_by_label("Say something to everyone").fill("Five more minutes")
    await teacher.button("Say it")
    for student in (heron, zebra):
        await student.page.get_by_text("Mr Okafor to everyone:").wait_for()
    assert await zebra.axe() == []

    await heron.page.reload()  # lands in the space, and is brought to the group again
    await in_group(heron)
    await heron.reads("Only for our group")

    await card.get_by_role("button", name="Go in").click()
    await in_group(teacher)
    await teacher.sees_drawn_by("Blue Heron")
    await teacher.reads("Only for our group")
    await teacher.button("Back to everyone")
    await expect(group_sign(teacher)).to_have_count(0)
    await teacher.button("Call everyone back")
    await zebra.page.get_by_text("Everyone comes back.").wait_for()
    for student in (heron, zebra):
        await expect(group_sign(student)).to_have_count(0)
    await heron.page.get_by_label("Write here").wait_for()
    await expect(heron.page.get_by_text("Only for our group")).to_have_count(0)
    await heron.say("We are all here")
    await teacher.reads("We are all here")
