"""An officer's pages: changing a programme after seeing what it would do, and bringing a school in."""

from __future__ import annotations

import asyncio

from playwright.async_api import expect

from tests.e2e.conftest import OpenBrowser
from tests.e2e.people import Person

OFFICER = "larsen@harbour-office.example"


async def _edit(person: Person) -> None:
    await person.page.get_by_role("link", name="Programmes").click()
    await person.page.get_by_role("link", name="Global Learning").click()
    await person.button("Change the rules")


async def test_a_programme_is_changed_after_a_look(open_browser: OpenBrowser) -> None:
    officer, second = await open_browser(), await open_browser()
    await asyncio.gather(officer.sign_in_staff(OFFICER), second.sign_in_staff(OFFICER))
    await asyncio.gather(_edit(officer), _edit(second))
    page = officer.page
    await page.get_by_label("Schools, at least").fill("1")
    await officer.button("See what would change")
    await expect(page.get_by_text("2 at least.")).to_be_visible()
    await page.get_by_label("Schools, at least").fill("6")
    await officer.button("See what would change")
    await expect(page.get_by_text("1 active partnership would be suspended")).to_be_visible()
    await expect(page.get_by_text("At least 6 schools, now 5")).to_be_visible()
    # Back to what it does not harm: what was seen is gone, and is looked at again.
    await page.get_by_label("Schools, at least").fill("5")
    await expect(page.get_by_text("partnership would be suspended")).to_be_hidden()
    await officer.button("See what would change")
    await expect(page.get_by_text("No partnership would fail the new rules.")).to_be_visible()
    await officer.button("Save the change")
    await expect(page.get_by_text("Saved. The new rules hold now.")).to_be_visible()
    await officer.reads("Cluster: at least 5 schools.")

    other = second.page
    await other.get_by_label("Name", exact=True).fill("Global Learning Together")
    await second.button("See what would change")
    await second.button("Save the change")
    await second.is_on("Somebody else has changed this programme")
    await expect(other.get_by_text("The kinds of partnership")).to_be_visible()
    await second.button("Go on with what I wrote")
    await expect(other.get_by_label("Name", exact=True)).to_have_value("Global Learning Together")
    await expect(other.get_by_label("Schools, at least")).to_have_value("5")
    await second.button("See what would change")
    await second.button("Save the change")
    await second.is_on("Global Learning Together")
    await second.reads("Cluster: at least 5 schools.")


async def test_an_officer_brings_a_school_in(open_browser: OpenBrowser) -> None:
    officer = await open_browser()
    await officer.sign_in_staff(OFFICER)
    page = officer.page
    await page.get_by_role("link", name="Schools", exact=True).click()
    await page.get_by_role("link", name="Register a school").click()
    await page.get_by_label("Country", exact=True).select_option(label="Kenya")
    await expect(page.get_by_role("combobox", name="Time zone")).to_have_value("Africa/Nairobi")
    await page.get_by_label("Name of the school").fill("Lamu Harbour School")
    await page.get_by_label("Short name").fill("Lamu")
    await page.get_by_label("English", exact=True).check()
    await page.get_by_label("Name", exact=True).fill("Ms Omar")
    await page.get_by_label("E-mail").fill("okafor@willow.example")
    await officer.button("Register")
    await expect(page.get_by_text("Somebody already has an account with this e-mail.").first).to_be_visible()
    await page.get_by_label("E-mail").fill("omar@lamu.example")
    await officer.button("Register")
    link = page.get_by_label("Welcome link for Ms Omar")
    assert "/welcome#" in await link.input_value()
    await page.get_by_role("link", name="Go to the school").click()
    await officer.is_on("Lamu Harbour School")
    for button, said in (
        ("Verify", "Done. The school is verified."),
        ("Take it back", "Done. The school is not verified any more."),
    ):
        await officer.button(button)
        await page.get_by_role("dialog").get_by_role("button", name=button).click()
        await expect(page.get_by_text(said)).to_be_visible()
    await page.get_by_role("link", name="Schools", exact=True).click()
    await page.get_by_label("Verification").select_option(label="Not verified yet")
    await expect(page.get_by_role("link", name="Willow Primary School")).to_be_hidden()
    await expect(page.get_by_role("link", name="Lamu Harbour School")).to_be_visible()
