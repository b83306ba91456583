"""A partnership as its coordinators and heads live it: started, at work, joined, handed on, left."""

from __future__ import annotations

import re

from playwright.async_api import expect

from tests.e2e.conftest import OpenBrowser
from tests.e2e.people import Person


async def _choose(person: Person, label: str, search: str, name: str) -> None:
    """Find one of many in a field that searches."""
    field = person.page.get_by_role("combobox", name=label)
    await field.fill(search)
    await person.page.get_by_role("option", name=re.compile(name)).click()
    await expect(field).to_have_value(name)


async def _confirm(person: Person, button: str, reason: str = "") -> None:
    dialog = person.page.get_by_role("dialog")
    if reason:
        await dialog.get_by_role("textbox").fill(reason)
    await dialog.get_by_role("button", name=button, exact=True).click()
    await expect(dialog).to_have_count(0)


async def _open(person: Person, partnership: str) -> None:
    await person.page.get_by_role("link", name="Partnerships", exact=True).click()
    await person.page.get_by_role("link", name=partnership, exact=True).click()
    await person.is_on(partnership)


async def _tab(person: Person, name: str) -> None:
    await person.page.get_by_role("navigation", name="Parts of this partnership").get_by_role(
        "link", name=re.compile(name)
    ).click()


async def test_a_pair_from_its_start_to_its_first_space(open_browser: OpenBrowser) -> None:
    okafor, boateng = await open_browser(), await open_browser()
    await okafor.sign_in_staff("okafor@willow.example")
    await okafor.page.get_by_role("link", name="Partnerships", exact=True).click()
    await okafor.page.get_by_role("link", name="Start a partnership").click()
    await okafor.is_on("Start a partnership")
    await okafor.button("Start as a draft")
    await okafor.reads("Choose a programme.")
    await okafor.page.get_by_role("radio", name=re.compile("^Global Learning")).check()
    await okafor.page.get_by_role("radio", name=re.compile("^One to one")).check()
    # West Lake is in China, which is not in this programme: it is not offered.
    await okafor.page.get_by_role("combobox", name="Partner school").fill("West Lake")
    await okafor.reads("Nothing found. Try other words.")
    await okafor.page.get_by_role("combobox", name="Partner school").fill("Kumasi")
    await okafor.page.get_by_role("option", name=re.compile("Kumasi Garden School")).click()
    name = "Willow and Kumasi Garden School"
    await expect(okafor.page.get_by_label("Name of the partnership")).to_have_value(name)
    await okafor.button("Start as a draft")
    await okafor.is_on(name)
    await okafor.reads("The head of Kumasi Garden School takes the seat with their yes.")
    await okafor.button("Propose")
    await _confirm(okafor, "Propose")
    await okafor.reads("Done. The partnership is now: Proposed.")
    # The button is gone, and who uses a keyboard goes on from what was said.
    await expect(okafor.page.locator(":focus")).to_have_text("Done. The partnership is now: Proposed.")

    await boateng.sign_in_staff("head@kumasi.example")
    await _open(boateng, name)
    await boateng.button("Say yes for our school")
    await _confirm(boateng, "Say yes for our school")
    await boateng.reads("Everything is done. You can start.")

    await okafor.page.reload()
    await okafor.button("Start the partnership")
    await _confirm(okafor, "Start the partnership")
    await okafor.page.get_by_role("link", name="Open a space").click()
    await okafor.button("Open a space")
    await okafor.page.get_by_label("Name", exact=True).fill("Garden book")
    await okafor.page.get_by_role("checkbox", name="5W").check()
    await okafor.button("Open a space")
    await okafor.reads("“Garden book” is open.")
    await okafor.page.get_by_role("link", name="Go in: Garden book").wait_for()

    await _tab(boateng, "Timeline")
    await boateng.reads("Opened a space")
    await expect(boateng.page.get_by_text("Started the partnership · Mr Okafor")).to_be_visible()


async def test_a_cluster_lets_a_school_join_and_hands_its_work_on(open_browser: OpenBrowser) -> None:
    hughes, nakato = await open_browser(), await open_browser()
    cluster = "Weather Watch cluster"
    await hughes.sign_in_staff("hughes@willow.example")
    await _open(hughes, cluster)
    await hughes.page.get_by_role("link", name="Look at it").click()
    await hughes.button("Let them join: Kampala Parents' Primary")
    await _confirm(hughes, "Let them join")
    await hughes.reads("Kampala Parents' Primary is invited.")

    await hughes.button("Give a duty")
    await _choose(hughes, "To whom?", "Achieng", "Ms Achieng")
    await hughes.page.get_by_label("Which duty?").select_option("Prepare the review")
    until = hughes.page.get_by_label("Last day")
    await until.fill(await until.get_attribute("max") or "")
    await hughes.button("Give a duty")
    await hughes.reads("Ms Achieng has this duty now.")

    await hughes.button("Invite a visitor")
    await hughes.page.get_by_role("radio", name=re.compile("^Guest")).check()
    await hughes.page.get_by_label("Name", exact=True).fill("Amina Said")
    await hughes.page.get_by_label("E-mail").fill("amina@sea.example")
    await hughes.page.get_by_label("Where to?").select_option("Weather where we are")
    until = hughes.page.get_by_label("Last day")
    await until.fill(await until.get_attribute("max") or "")
    await hughes.button("Invite a visitor")
    await hughes.reads("Amina Said is invited.")
    link = hughes.page.get_by_label("Link for your guest")
    await expect(link).to_have_value(re.compile("^http.*/welcome#"))

    await nakato.sign_in_staff("head@kampala.example")
    await nakato.page.get_by_role("link", name="Partnerships", exact=True).click()
    await nakato.is_on("Your school is asked")
    await nakato.page.get_by_role("link", name=cluster, exact=True).click()
    await nakato.button("Say yes for our school")
    await _confirm(nakato, "Say yes for our school")
    await nakato.reads("Done. The partnership is now: Active.")

    # Leaving says what follows before it is done; five schools can go on without the sixth.
    await nakato.button("Leave")
    await nakato.page.get_by_text("The others can go on without your school.").wait_for()
    await _confirm(nakato, "Leave", "We have no time this year.")
    await nakato.reads(f"Your school has left “{cluster}”. Nothing was deleted.")

    await hughes.page.reload()
    await hughes.is_on("No longer in it")
    await _tab(hughes, "Timeline")
    await hughes.reads("Why: We have no time this year.")


async def test_who_leaves_sees_first_what_would_break(open_browser: OpenBrowser) -> None:
    okafor = await open_browser()
    await okafor.sign_in_staff("okafor@willow.example")
    await _open(okafor, "Willow and Nakuru Hill")
    await okafor.button("Leave")
    dialog = okafor.page.get_by_role("dialog")
    await dialog.get_by_text("Without your school this would be missing:").wait_for()
    await dialog.get_by_text("One school in the home country").wait_for()
    await okafor.page.keyboard.press("Escape")
    await expect(okafor.page.get_by_role("button", name="Leave", exact=True)).to_be_focused()
