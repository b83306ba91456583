"""Every page, in the sizes, colours and languages people have: no axe violation, no sideways scrolling.

Pictures are left in test-output/ for a person to look at.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

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
    await page.get_by_role("link", name="Weather where we are").first.click()
    await page.get_by_role("application").wait_for()
    await _look(person, "space-arabic")
