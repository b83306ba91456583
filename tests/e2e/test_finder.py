"""From looking for a partner to a draft partnership, and the record of a space, as staff do it."""

from __future__ import annotations

import asyncio
import re
from urllib.parse import urljoin

from playwright.async_api import expect

from server.demo import WORLD
from tests.e2e.conftest import OpenBrowser
from tests.e2e.people import Person


async def _go(person: Person, path: str, heading: str) -> None:
    await person.page.goto(urljoin(person.page.url, path))
    await person.is_on(heading)


async def test_two_schools_find_each_other(open_browser: OpenBrowser) -> None:
    asking, asked = await open_browser(), await open_browser()
    await asyncio.gather(
        asking.sign_in_staff("teacher@kampala.example"), asked.sign_in_staff("okafor@willow.example")
    )
    page = asking.page
    await page.get_by_role("link", name="Find a partner").click()
    await asking.is_on("Find a partner")
    await expect(page.get_by_role("link", name="Leeds Canal Academy")).to_be_visible()
    await page.get_by_label("Name, town or country").fill("shrewsb")
    await expect(page.get_by_role("link", name="Leeds Canal Academy")).to_be_hidden()
    best = page.get_by_role("list", name="Schools, the likeliest first").get_by_role("listitem").first
    await expect(best).to_contain_text("of shared school time a day")
    await page.get_by_role("link", name="Willow Primary School").click()

    await asking.is_on("Willow Primary School")
    await expect(page.get_by_text("Both schools are open for").first).to_contain_text("here")
    await asking.button("Write to them")
    await asking.button("Send")
    await expect(page.get_by_text("Fill this in.").first).to_be_visible()
    await page.get_by_label("What we offer").fill("Songs in three languages")
    await page.get_by_label("What we look for").fill("A class that likes to read aloud")
    await page.get_by_label("A first message").fill("Hello Willow! Do your children sing?")
    await asking.button("Send")
    await expect(page.get_by_text("Waits for their answer")).to_be_visible()

    theirs = asked.page
    await theirs.get_by_role("link", name="Find a partner").click()
    await theirs.get_by_role("link", name="Requests", exact=True).click()
    await theirs.get_by_role("link", name="Kampala Parents' Primary").click()
    await asked.reads("Hello Willow! Do your children sing?")
    await theirs.get_by_label("Write to them").fill("Every Friday!")
    await asked.button("Send")
    await asked.reads("Every Friday!")
    await asked.button("Say yes")
    await theirs.get_by_label("What we offer").fill("A choir")
    await asked.button("Send our yes")
    await expect(theirs.get_by_text("You said yes. Kampala now prepares the partnership.")).to_be_visible()

    await page.reload()
    await asking.reads("Every Friday!")
    await expect(page.get_by_text("A choir")).to_be_visible()
    await page.get_by_role("link", name="Go to the partnership").click()
    await asking.is_on("Kampala + Willow")


async def test_a_no_is_said_kindly(open_browser: OpenBrowser) -> None:
    asked = await open_browser(390, 844)
    await asked.sign_in_staff("okafor@willow.example")
    await _go(asked, "/partner-requests", "Requests")
    page = asked.page
    await page.get_by_role("link", name="Kumasi Garden School").click()
    await asked.button("Say no")
    question = page.get_by_role("dialog")
    await question.get_by_label("A kind word to them").fill("Thank you. Next year, perhaps?")
    await question.get_by_role("button", name="Say no").click()
    await expect(page.get_by_text("You said no to Kumasi Garden.")).to_be_visible()
    await asked.reads("Thank you. Next year, perhaps?")


async def test_people_and_the_record_of_a_space(open_browser: OpenBrowser) -> None:
    teacher = await open_browser()
    await teacher.sign_in_staff("okafor@willow.example")
    await _go(teacher, "/directory", "People")
    page = teacher.page
    await page.get_by_label("Name of a person or school").fill("nakuru")
    await expect(page.get_by_text("Ms Haddad")).to_be_hidden()
    await expect(page.get_by_text("Ms Wanjiru")).to_be_visible()

    await _go(teacher, f"/spaces/{WORLD.space('Food maps').id}/record", "Food maps")
    await teacher.button("Hand over")
    who = page.get_by_role("combobox", name="Who will it be?")
    await who.fill("Hugh")
    await page.get_by_role("option", name="Ms Hughes").wait_for()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await teacher.button("Name them")
    await expect(page.get_by_text("Done. It is Ms Hughes now.")).to_be_visible()
    await page.get_by_label("Name of the space").fill("Food on the move")
    await teacher.button("Rename")
    await teacher.is_on("Food on the move")

    await page.get_by_label("5W", exact=True).uncheck()
    await teacher.button("Save")
    await page.get_by_role("dialog").get_by_role("button", name="Take out").click()
    await expect(page.get_by_text("No class yet")).to_be_visible()
    await page.get_by_label("5W", exact=True).check()
    await teacher.button("Save")
    await expect(page.get_by_text("1 class: 5W")).to_be_visible()

    await teacher.button("Renew for the new term")
    await page.get_by_role("dialog").get_by_role("button", name="Renew for the new term").click()
    await expect(page.get_by_text("Term before")).to_be_visible()
    await (
        page.get_by_role("term")
        .filter(has_text="Term before")
        .locator("xpath=following-sibling::dd//a")
        .click()
    )
    await expect(page.get_by_text(re.compile("Archived on"))).to_be_visible()
