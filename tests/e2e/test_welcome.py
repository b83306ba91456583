"""The ways in that are handed out: a welcome link for a colleague, a login card for a student."""

from __future__ import annotations

from typing import Any

from server.demo import WORLD
from tests.e2e.conftest import OpenBrowser
from tests.e2e.people import Person

POST = """
  async ([path, body]) => {
    const cookie = document.cookie.split("; ").find((each) => each.startsWith("commonroom_csrf="));
    const token = decodeURIComponent(cookie.split("=")[1]);
    const headers = { "content-type": "application/json", "x-csrf-token": token };
    return (await fetch(path, { method: "POST", headers, body: JSON.stringify(body) })).json();
  }
"""
PASSWORD = "seven herons at noon"


async def post(person: Person, path: str, body: dict[str, Any]) -> Any:
    return await person.page.evaluate(POST, [path, body])


async def test_a_new_colleague_chooses_a_password_once(open_browser: OpenBrowser) -> None:
    office, colleague = await open_browser(), await open_browser()
    await office.sign_in_staff("clarke@willow.example")
    made = await post(
        office, "/api/staff", {"name": "Ms Field", "email": "field@willow.example", "posts": ["teacher"]}
    )
    page = colleague.page
    link = page.url.rstrip("/") + made["welcome_path"]
    await page.goto(link)
    await colleague.is_on("Choose your password")
    await page.get_by_text("Ms Field").wait_for()
    assert page.url.endswith("/welcome")  # the token is not left in the address bar
    await page.get_by_label("New password").fill("short")
    await colleague.button("Keep this password")
    await page.get_by_text("10 letters, numbers or signs at least.").wait_for()
    await page.get_by_label("New password").fill(PASSWORD)
    await page.get_by_label("The same once more").fill("something else")
    await colleague.button("Keep this password")
    await page.get_by_text("These two are not the same. Write it again.").wait_for()
    await page.get_by_label("The same once more").fill(PASSWORD)
    await colleague.button("Keep this password")
    await colleague.is_on("Your new password is kept")
    await colleague.button("Sign in")
    await page.get_by_label("E-mail").fill("field@willow.example")
    await page.get_by_label("Password").fill(PASSWORD)
    await colleague.button("Sign in")
    await colleague.is_on("My spaces")

    await page.goto(link)
    await colleague.is_on("This link no longer works")
    await page.get_by_text("Ask the office of your school for a new one.").wait_for()


async def test_a_card_opens_at_the_pictures_of_its_student(open_browser: OpenBrowser) -> None:
    tablet = await open_browser(820, 1180)
    page = tablet.page
    group = WORLD.school("willow").school_class
    roster = await post(tablet, "/api/sign-in/class", {"code": group.typed_code})
    ids = {each["alias"]: each["id"] for each in roster["students"]}
    front_door = page.url.rstrip("/")

    async def show_card(student_id: str) -> None:
        await page.goto("about:blank")
        await page.goto(f"{front_door}/card#{roster['code']}/{student_id}")

    await show_card(ids["Blue Heron"])
    await tablet.is_on("Hello, Blue Heron")
    for picture in next(each for each in group.students if each.alias == "Blue Heron").pictures:
        await tablet.button(picture.capitalize())
    await tablet.is_on("My spaces")
    assert page.url == f"{front_door}/"

    # The next child at the same tablet.
    await show_card(ids["Red Fox"])
    await tablet.is_on("Blue Heron is still signed in here")
    await tablet.button("Go on with my card")
    await tablet.is_on("Hello, Red Fox")

    await show_card("00000000-0000-4000-8000-000000000000")
    await page.get_by_text("We do not know this card.").wait_for()
    await page.get_by_label("Class code").wait_for()
