"""An agreement from a changed text to the last signature, and the log that keeps it."""

from __future__ import annotations

from playwright.async_api import expect

from server.demo import WORLD
from tests.e2e.conftest import OpenBrowser
from tests.e2e.people import Person

PAIR = "Willow and Nakuru Hill"
GOAL = "We count the birds of both rivers."


async def open_agreement(person: Person) -> None:
    """From Today, by the links of the pages."""
    page = person.page
    await page.get_by_role("link", name="Partnerships").click()
    await page.get_by_role("link", name=PAIR).click()
    await person.is_on(PAIR)
    await page.get_by_role("link", name="Open the agreement").first.click()
    await person.is_on("Every version")


async def sign(person: Person, password: str = WORLD.passphrase) -> None:
    dialog = person.page.get_by_role("dialog")
    await dialog.get_by_label("Your password").fill(password)
    await dialog.get_by_role("button", name="Sign", exact=True).click()


async def test_a_change_is_proposed_read_and_signed_by_both_heads(open_browser: OpenBrowser) -> None:
    coordinator, head, other_head = [await open_browser() for _ in range(3)]
    await coordinator.sign_in_staff("okafor@willow.example")
    await other_head.sign_in_staff("kiptoo@nakuru-hill.example")
    await open_agreement(coordinator)
    await open_agreement(other_head)
    await other_head.is_on("Proposed: version 2")

    await coordinator.page.get_by_role("link", name="Propose a change").click()
    await coordinator.is_on("Change the agreement")
    await coordinator.page.get_by_label("What do we want to reach?").first.fill(GOAL)
    await coordinator.button("Add a task")
    await coordinator.button("Propose this text")
    await expect(coordinator.page.get_by_label("What", exact=True).last).to_be_focused()
    await coordinator.page.get_by_label("What", exact=True).last.fill("Brings the field glasses.")
    await coordinator.page.get_by_label("Which school").last.select_option(label="Nakuru Hill School")
    await coordinator.button("Propose this text")
    await coordinator.is_on("Proposed: version 3")

    # The head of the other school still has the text before on the page: that one is not signed.
    await other_head.button("Sign for our school")
    await sign(other_head)
    dialog = other_head.page.get_by_role("dialog")
    await dialog.get_by_text("The agreement has another text now. Read it, then decide.").wait_for()
    await dialog.get_by_role("button", name="Cancel").click()
    await other_head.is_on("Proposed: version 3")
    await other_head.page.get_by_text("Read all of version 3").click()
    await other_head.page.get_by_text(GOAL).first.wait_for()
    await other_head.button("Sign for our school")
    await sign(other_head, "not my password")
    await dialog.get_by_text("That is not your password. Nothing was changed. Try again.").wait_for()
    await sign(other_head)
    await other_head.page.get_by_text("Signed. It waits for the other heads now.").wait_for()

    await head.sign_in_staff("whitfield@willow.example")
    await head.is_on("Waiting for you (4)")
    await head.page.get_by_role("link", name=PAIR).click()
    await head.is_on("Proposed: version 3")
    await head.button("Sign for our school")
    await sign(head)
    await head.page.get_by_text("Signed. The agreement is in force now.").wait_for()
    await head.is_on("In force: version 3")
    assert await head.page.get_by_text("Brings the field glasses.").count() == 1

    await head.page.get_by_role("link", name="Log", exact=True).click()
    await head.page.get_by_label("About").select_option(label="Agreements")
    signed = head.page.locator("summary").filter(has_text="Signed the agreement for a school")
    await expect(signed).to_have_count(2)
    await signed.first.click()
    await head.page.get_by_text("Entry", exact=False).first.wait_for()


async def test_what_was_written_is_kept_when_somebody_was_faster(open_browser: OpenBrowser) -> None:
    first, second = await open_browser(), await open_browser()
    await first.sign_in_staff("okafor@willow.example")
    await second.sign_in_staff("wanjiru@nakuru-hill.example")
    for person in (first, second):
        await open_agreement(person)
        await person.page.get_by_role("link", name="Propose a change").click()
        await person.is_on("Change the agreement")
        await person.page.get_by_label("Anything else").fill(f"Written with care by {person is first}.")
    await first.button("Propose this text")
    await first.is_on("Proposed: version 3")
    await second.button("Propose this text")
    await second.page.get_by_text("Somebody proposed another text meanwhile.").wait_for()
    await second.page.get_by_text("Read all of version 3").click()
    await second.page.get_by_text("Written with care by True.").wait_for()
    await expect(second.page.get_by_label("Anything else")).to_have_value("Written with care by False.")
    await second.button("Propose mine in its place")
    await second.is_on("Proposed: version 4")


async def test_a_lead_checks_the_log(open_browser: OpenBrowser) -> None:
    lead = await open_browser()
    await lead.sign_in_staff("bell@willow.example")
    await lead.page.get_by_role("link", name="Log", exact=True).click()
    await lead.button("Check the log")
    await lead.page.get_by_text("Every entry holds:").wait_for()
    await lead.page.get_by_label("Until").fill("2020-01-01")
    await lead.page.get_by_text("No entry fits").wait_for()
