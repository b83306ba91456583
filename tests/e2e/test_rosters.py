"""A school office fills its school: people, a roster, cards, its calendar, and the next school year."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urljoin

from playwright.async_api import Page, expect

from tests.e2e.conftest import OpenBrowser
from tests.e2e.people import Person

HEAD = "type,id,given_name,family_name,email,class,school_year,posts\n"
GOOD = HEAD + (
    "student,1041,Amina,Khan,,5W,2026-27,\n"
    "student,1042,Tom,Evans,,6A,2026-27,\n"
    "staff,,Grace,Ortega,ortega@willow.example,6A,2026-27,teacher\n"
)
BAD = HEAD + "student,1041,,Khan,,5W,2026-27,\nstaff,,Grace,Ortega,nowhere,6A,2026-27,teacher\n"
CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//EN
BEGIN:VEVENT
UID:1
SUMMARY:Spring half-term holiday
DTSTART;VALUE=DATE:20300218
DTEND;VALUE=DATE:20300223
END:VEVENT
BEGIN:VEVENT
UID:2
SUMMARY:Sports day
DTSTART;VALUE=DATE:20300601
DTEND;VALUE=DATE:20300602
END:VEVENT
END:VCALENDAR
"""


async def go(person: Person, path: str, heading: str) -> Page:
    await person.page.goto(urljoin(person.page.url, path))
    await person.is_on(heading)
    return person.page


async def test_an_office_brings_in_its_roster_and_prints_cards(
    open_browser: OpenBrowser, tmp_path: Path
) -> None:
    office, teacher = await open_browser(), await open_browser()
    await office.sign_in_staff("clarke@willow.example")
    await teacher.sign_in_staff("okafor@willow.example")
    bad, good = tmp_path / "bad.csv", tmp_path / "good.csv"
    bad.write_text(BAD)
    good.write_text(GOOD)

    page = await go(office, "/school/import", "Bring in a roster")
    await page.locator("input[type=file]").set_input_files(bad)
    await office.button("See what would change")
    await office.is_on("Mend these rows")
    await office.reads("This cell is empty.")
    await office.reads("This is not an e-mail address.")
    await page.locator("input[type=file]").set_input_files(good)
    await office.button("See what would change")
    await office.is_on("What would change")
    await office.reads("Grace Ortega: new staff, ortega@willow.example, Teacher")
    await expect(page.locator("summary", has_text="6A")).to_contain_text("new class · come: 2")
    await office.button("Do this")
    await office.is_on("Done. This has changed.")

    await page.get_by_role("link", name="To the classes").click()
    await page.get_by_role("link", name="5W").click()
    await office.is_on("Class code")
    await expect(page.get_by_role("listitem").filter(has_text="Amina")).to_contain_text("No pictures yet")
    await office.button("Print login cards")
    await expect(page.get_by_label("Give new pictures")).to_be_checked()
    async with page.expect_download() as started:
        await office.button("Make the PDF")
    path = await (await started.value).path()
    assert Path(path).read_bytes().startswith(b"%PDF")
    await expect(page.get_by_text("No pictures yet")).to_have_count(0)

    # Another alias for Amina, which her teacher sees as well; and may not change.
    card = page.get_by_role("listitem").filter(has_text="Amina")
    before = await card.get_by_role("heading").inner_text()
    await office.button(f"Change {before}")
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("radio").nth(1).check()
    await dialog.get_by_role("button", name="Save").click()
    await expect(card.get_by_role("heading")).not_to_have_text(before)
    after = await card.get_by_role("heading").inner_text()
    seen = await go(teacher, "/classes", "Classes")
    await seen.get_by_role("link", name="5W").click()
    await teacher.is_on(after)
    await expect(seen.get_by_role("button", name="Add students")).to_have_count(0)
    await expect(seen.get_by_role("button", name="Print login cards")).to_be_visible()

    # The staff member who came with the file: verified, and a link to hand over.
    await go(office, "/school/people", "People")
    for act in ("Verify", "New welcome link"):
        await office.button("Change Grace Ortega")
        await page.get_by_role("menuitem", name=act).click()
        await page.get_by_role("dialog").get_by_role("button", name=act).click()
        if act == "Verify":
            await office.reads("Grace Ortega is verified.")
    await expect(page.get_by_label("Welcome link", exact=True)).to_have_value(re.compile("/welcome#.{20,}"))
    await office.button("I have it")

    # The next year: 5W goes on as 6W, 6A ends with its only student.
    await go(office, "/school/new-year", "A new school year")
    await office.button("One year up for all")
    await page.get_by_label("6A ends").check()
    await office.button("See what would change")
    await office.reads("5W goes on as 6W")
    await office.reads("6A ends and is kept as a record")
    await office.button("Start the new year")
    await page.get_by_role("dialog").get_by_role("button", name="Start the new year").click()
    await office.is_on("The new school year has started")
    await page.get_by_role("link", name="To the classes").click()
    await page.get_by_role("link", name="6W").wait_for()
    await expect(page.get_by_role("link", name="6A")).to_have_count(0)


async def test_a_school_writes_down_its_time_and_its_profile(
    open_browser: OpenBrowser, tmp_path: Path
) -> None:
    office, abroad = await open_browser(), await open_browser()
    await office.sign_in_staff("clarke@willow.example")
    await abroad.sign_in_staff("kiptoo@nakuru-hill.example")

    page = await go(office, "/school/calendar", "Calendar")
    await office.button("Change bell times")
    monday = page.get_by_role("group", name="Monday, period 2")
    await monday.get_by_label("Starts").fill("09:10")
    await office.button("Save")
    await expect(monday.get_by_text("It begins before the one before has ended.")).to_be_visible()
    await expect(monday.get_by_label("Starts")).to_be_focused()
    await monday.get_by_label("Starts").fill("10:00")
    await page.get_by_role("button", name="Copy Monday").click()
    await office.button("Save")
    await office.reads("Saved.")
    days = page.get_by_role("row", name=re.compile("Monday to Friday"))
    await expect(days).to_contain_text("10:00\u201310:45")

    calendar = tmp_path / "year.ics"
    calendar.write_text(CALENDAR)
    await office.button("Add from a calendar file")
    await page.locator("input[type=file]").set_input_files(calendar)
    await office.button("Look at it first")
    await office.reads("These would be added: 1")
    await office.reads("Its name does not say whether it is a term or a holiday.")
    await office.button("Add these")
    await office.reads("Done. Added: 1.")
    await office.reads("Spring half-term holiday")
    await office.button("Add public holidays")
    await page.get_by_role("checkbox").first.check()
    await office.button("Add these")
    await office.reads("Done. Added: 1.")
    await office.button("Take out Spring half-term holiday")
    await page.get_by_role("dialog").get_by_role("button", name="Take out").click()
    await expect(page.get_by_text("Spring half-term holiday")).to_have_count(0)

    await go(office, "/school", "Willow Primary School")
    await office.button("Change the profile")
    await page.get_by_label("Town").fill("Ludlow")
    await page.get_by_label("Youngest students").fill("12")
    await office.button("Save")
    await office.reads("The oldest can not be younger than the youngest.")
    await page.get_by_label("Youngest students").fill("4")
    await office.button("Save")
    await office.reads("Saved.")
    await office.reads("Ludlow, United Kingdom")

    # A head of another school manages theirs, and never this one.
    theirs = await go(abroad, "/school", "Nakuru Hill School")
    await abroad.reads("Nakuru, Kenya")
    await expect(theirs.get_by_role("button", name="Change the profile")).to_be_visible()
    await expect(theirs.get_by_role("link", name="New year")).to_be_visible()
