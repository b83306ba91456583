"""Every page, in the sizes, colours and languages people have: no axe violation, no sideways scrolling.

Pictures are left in test-output/ for a person to look at.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from server.demo import WORLD
from tests.e2e.conftest import CLIENT, OpenBrowser
from tests.e2e.people import Person

PICTURES = Path(__file__).parents[2] / "test-output"
SIZES = {"desktop": (1366, 768), "tablet": (820, 1180), "phone": (390, 844)}


async def _look(person: Person, name: str) -> None:
    PICTURES.mkdir(exist_ok=True)
    await person.page.screenshot(path=PICTURES / f"{name}.png", animations="disabled")
    overflow = await person.page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert overflow <= 0, f"{name} scrolls sideways by {overflow} px"
    assert await person.axe() == [], name


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
async def test_every_page(open_browser: OpenBrowser, size: str, scheme: str) -> None:
    width, height = SIZES[size]
    person = await open_browser(width, height, scheme)
    label = f"{size}-{scheme}"
    await person.page.get_by_label("Class code").wait_for()
    await _look(person, f"sign-in-{label}")
    await person.page.get_by_label("Class code").fill("WLW-5RV")
    await person.button("Go in")
    await person.page.get_by_role("button", name="Blue Heron").wait_for()
    await _look(person, f"who-{label}")
    await person.button("Blue Heron")
    await person.page.get_by_role("button", name="Drum").wait_for()
    await _look(person, f"pictures-{label}")
    for picture in ("Sun", "Fish", "Boat"):
        await person.button(picture)
    await person.is_on("My spaces")
    await _look(person, f"today-{label}")
    await person.page.get_by_role("link", name="Go in: Rivers: measuring together").click()
    await person.page.get_by_role("application").wait_for()
    await _look(person, f"space-{label}")
    if size != "desktop":
        for tab in ("Chat", "People"):
            await person.page.get_by_role("tab", name=tab).click()
            await _look(person, f"space-{tab.lower()}-{label}")


@pytest.mark.parametrize("size", SIZES)
async def test_pages_of_staff(open_browser: OpenBrowser, size: str) -> None:
    person = await open_browser(*SIZES[size])
    await person.sign_in_staff("okafor@willow.example")
    await _look(person, f"staff-today-{size}")
    await person.page.goto(f"{person.page.url.rstrip('/')}/partnerships")
    await person.is_on("Partnerships")
    await person.page.get_by_role("link", name="Canal and coast").wait_for()
    await _look(person, f"partnerships-{size}")
    await person.page.get_by_role("link", name="Canal and coast").click()
    await person.is_on("Canal and coast")
    await person.page.get_by_text("What it needs").wait_for()
    await _look(person, f"partnership-{size}")


@pytest.mark.parametrize("size", SIZES)
async def test_pages_of_a_partnership(open_browser: OpenBrowser, size: str) -> None:
    person = await open_browser(*SIZES[size], scheme="dark" if size == "tablet" else "light")
    await person.sign_in_staff("hughes@willow.example")
    page, front = person.page, person.page.url.rstrip("/")
    await page.goto(f"{front}/partnerships/new")
    await page.get_by_role("radio", name="Global Learning").check()
    await page.get_by_role("radio", name="Cluster").check()
    await page.get_by_role("combobox", name="Add a school").wait_for()
    await _look(person, f"new-partnership-{size}")
    await page.goto(f"{front}/clusters")
    await person.reads("No clusters now")
    await _look(person, f"clusters-{size}")
    await page.goto(f"{front}/partnerships")
    await page.get_by_role("link", name="Weather Watch cluster").click()
    await person.is_on("Grants")
    await _look(person, f"cluster-{size}")
    parts = page.get_by_role("navigation", name="Parts of this partnership")
    await parts.get_by_role("link", name="Schools and people").click()
    await person.is_on("Visitors")
    for button in ("Invite a school", "Give a duty", "Invite a visitor", "Keep a person out"):
        await person.button(button)
    await _look(person, f"cluster-people-{size}")
    await parts.get_by_role("link", name="Spaces").click()
    await person.button("Open a space")
    await _look(person, f"cluster-spaces-{size}")
    await parts.get_by_role("link", name="Timeline").click()
    await person.reads("Started the partnership")
    await _look(person, f"cluster-timeline-{size}")


@pytest.mark.parametrize(("size", "scheme"), [("desktop", "light"), ("tablet", "dark"), ("phone", "light")])
async def test_agreements_log_and_ways_in(open_browser: OpenBrowser, size: str, scheme: str) -> None:
    person = await open_browser(*SIZES[size], scheme)
    page, front_door = person.page, person.page.url.rstrip("/")
    await page.goto(f"{front_door}/welcome#{'x' * 43}")
    await person.is_on("This link no longer works")
    await _look(person, f"welcome-over-{size}")
    await page.goto(f"{front_door}/card#WLW5RV/{'0' * 8}-0000-4000-8000-{'0' * 12}")
    await page.get_by_text("We do not know this card.").wait_for()
    await _look(person, f"card-unknown-{size}")
    await page.goto(front_door)
    await person.sign_in_staff("whitfield@willow.example")
    await page.get_by_role("heading", name="Waiting for you").wait_for()
    await _look(person, f"duties-{size}")
    await page.get_by_role("link", name="Willow and Nakuru Hill").first.click()
    await person.is_on("Every version")
    await page.get_by_text("Both classes measure their river each month").first.wait_for()
    await _look(person, f"agreement-{size}")
    await person.button("Sign for our school")
    await page.get_by_label("Your password").wait_for()
    await _look(person, f"agreement-sign-{size}")
    await page.keyboard.press("Escape")
    await page.get_by_role("link", name="Propose a change").click()
    await person.is_on("Change the agreement")
    await _look(person, f"agreement-new-{size}")
    await page.goto(f"{front_door}/log")
    await page.locator("summary").first.click()
    await _look(person, f"log-{size}")


@pytest.mark.parametrize("size", SIZES)
async def test_pages_of_a_school(open_browser: OpenBrowser, size: str) -> None:
    person = await open_browser(*SIZES[size], "dark" if size == "tablet" else "light")
    await person.sign_in_staff("clarke@willow.example")
    page, home = person.page, person.page.url.rstrip("/")
    for path, there in (
        ("school", "What partners see"), ("school/calendar", "Bell times"), ("school/people", "Mr Okafor"),
        ("school/import", "What do you have?"), ("school/new-year", "What becomes of each class?"),
        ("classes", "5W"),
    ):
        await page.goto(f"{home}/{path}")
        await page.get_by_role("main").get_by_text(there).first.wait_for()
        await _look(person, f"{path.replace('/', '-')}-{size}")
    await page.get_by_role("link", name="5W").click()
    await person.is_on("Class code")
    await _look(person, f"class-{size}")
    await person.button("Print login cards")
    await page.get_by_role("dialog").wait_for()
    await _look(person, f"cards-{size}")


@pytest.mark.parametrize(("size", "scheme"), [("desktop", "light"), ("tablet", "dark"), ("phone", "light")])
async def test_finding_a_partner(open_browser: OpenBrowser, size: str, scheme: str) -> None:
    person = await open_browser(*SIZES[size], scheme)
    await person.sign_in_staff("okafor@willow.example")
    page, front = person.page, person.page.url.rstrip("/")
    await page.goto(f"{front}/find-a-partner")
    await page.get_by_role("link", name="Kumasi Garden School").wait_for()
    if size != "desktop":
        await person.button("Narrow down")
    await page.locator("summary").first.click()
    await _look(person, f"finder-{size}")
    await page.get_by_role("link", name="Kisumu Lakeside School").click()
    await page.get_by_text("Both schools are open for").first.wait_for()
    await _look(person, f"finder-school-{size}")
    await page.goto(f"{front}/partner-requests")
    await page.get_by_role("link", name="Kumasi Garden School").wait_for()
    await _look(person, f"requests-{size}")
    await page.get_by_role("link", name="Kumasi Garden School").click()
    await person.button("Say yes")
    await _look(person, f"request-{size}")
    await page.goto(f"{front}/directory")
    await person.reads("Ms Wanjiru")
    await _look(person, f"directory-{size}")
    await page.goto(f"{front}/spaces/{WORLD.space('Food maps').id}/record")
    await person.button("Hand over")
    await _look(person, f"space-record-{size}")


@pytest.mark.parametrize(("size", "scheme"), [("desktop", "light"), ("tablet", "dark"), ("phone", "light")])
async def test_pages_of_an_office(open_browser: OpenBrowser, size: str, scheme: str) -> None:
    person = await open_browser(*SIZES[size], scheme)
    await person.sign_in_staff("larsen@harbour-office.example")
    page, front = person.page, person.page.url.rstrip("/")
    await page.goto(f"{front}/programmes")
    await page.get_by_role("link", name="Global Learning").wait_for()
    await _look(person, f"programmes-{size}")
    await page.get_by_role("link", name="Global Learning").click()
    await person.is_on("Grants")
    await _look(person, f"programme-{size}")
    await person.button("Change the rules")
    await page.get_by_label("Schools, at least").fill("6")
    await person.button("See what would change")
    await page.get_by_text("1 active partnership would be suspended").wait_for()
    await _look(person, f"programme-preview-{size}")
    await page.goto(f"{front}/schools")
    await page.get_by_role("link", name="Willow Primary School").wait_for()
    await _look(person, f"schools-{size}")
    await page.get_by_role("link", name="Willow Primary School").click()
    await person.is_on("About the school")
    await _look(person, f"school-{size}")
    await page.goto(f"{front}/schools/new")
    await person.button("Register")
    await page.get_by_text("Fill this in.").first.wait_for()
    await _look(person, f"new-school-{size}")


async def test_right_to_left(open_browser: OpenBrowser) -> None:
    words = json.loads((CLIENT / "src" / "i18n" / "ar.json").read_text())
    person = await open_browser(locale="ar")
    page = person.page
    await page.locator("html[dir=rtl]").wait_for()
    await page.get_by_label(words["signIn"]["code"]).wait_for()
    await _look(person, "sign-in-arabic")
    await page.get_by_label(words["signIn"]["code"]).fill("JBL6AA")
    await person.button(words["signIn"]["goIn"])
    await person.button("Tortoise")
    for picture in ("sun", "fish", "boat"):
        await person.button(words["pictures"][picture])
    await person.is_on(words["today"]["spaces"])
    await _look(person, "today-arabic")
    await page.get_by_role("link", name=re.compile(r"^ادخل: .*Weather where we are")).click()
    await page.get_by_role("application").wait_for()
    await _look(person, "space-arabic")
