"""The demo's page in a real Chromium: what a visitor does with mouse, keyboard, phone, and without JavaScript."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.support.demo import Open, open_neighbourhood

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TUESDAY_MORNING = "2026-11-03T09:30:00+01:00"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists() and not os.environ.get("CI"), reason="there is no Chromium here"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Open]:
    """Norrängen on Tuesday 3 November, half an hour after the first messages."""
    with open_neighbourhood(tmp_path) as opened:
        assert opened.order("clock", to=TUESDAY_MORNING).status_code == 200
        yield opened


class Visit:
    """A page, and everything the browser complained about."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.complaints: list[str] = []
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def go(self, path: str = "/demo") -> "Visit":
        self.page.goto(self.url + path)
        return self


@pytest.fixture
def visit(browser: Browser, demo: Open) -> Iterator[Visit]:
    """A wide screen. Any console message, refused file or script error fails the test."""
    context = browser.new_context(viewport={"width": 1500, "height": 1100})
    opened = Visit(context.new_page(), demo.url)
    yield opened
    context.close()
    assert opened.complaints == []


def test_a_reply_in_a_phone_is_answered_there_and_told_beside_it(visit: Visit) -> None:
    page = visit.go().page
    phone = page.get_by_role("article", name="Telefon: Amina")
    expect(phone.get_by_text("Vi ser inte hyran för november än")).to_be_visible()
    phone.get_by_label("Svara som Amina").fill("RING")
    phone.get_by_label("Svara som Amina").press("Enter")
    expect(phone.get_by_text("Sara på Bobolaget ringer dig")).to_be_visible()
    expect(page.locator(".tale").get_by_text("Amina vill bli uppringd")).to_be_visible()
    expect(phone.get_by_label("Svara som Amina")).to_have_value("")
    expect(phone.get_by_label("Svara som Amina")).to_be_focused()
    expect(phone.get_by_role("button", name="14.30")).to_be_visible()
    assert page.url.endswith("/demo")


def test_sara_makes_the_call_and_it_is_gone_from_her_list(visit: Visit) -> None:
    page = visit.go().page
    page.get_by_role("article", name="Telefon: Amina").get_by_role("button", name="RING").click()
    page.get_by_role("form", name="Amina Warsame").get_by_role("button", name="Vi talades vid").click()
    expect(page.locator(".tale").get_by_text("Sara ringer Amina")).to_be_visible()
    expect(page.get_by_role("form", name="Amina Warsame")).to_have_count(0)


def test_a_day_passes_by_button_and_an_hour_by_key(visit: Visit) -> None:
    page = visit.go().page
    page.get_by_role("button", name="+1 dag").click()
    expect(page.locator("#clock")).to_contain_text("onsdag 4 november, 09.30")
    page.keyboard.press("h")
    expect(page.locator("#clock")).to_contain_text("onsdag 4 november, 10.30")
    page.keyboard.press("d")
    expect(page.locator("#clock")).to_contain_text("torsdag 5 november, 10.30")
    expect(page.get_by_role("status")).to_have_text("torsdag 5 november, 10.30")


def test_a_letter_that_is_typed_moves_no_clock(visit: Visit) -> None:
    page = visit.go().page
    box = page.get_by_label("Svara som Amina")
    box.press_sequentially("hd")
    page.keyboard.press("Control+d")
    expect(box).to_have_value("hd")
    expect(page.locator("#clock")).to_contain_text("tisdag 3 november, 09.30")


def test_paying_shows_at_once_in_the_card_the_street_and_the_tale(visit: Visit) -> None:
    page = visit.go().page
    late = page.locator(".street .late").count()
    page.get_by_role("button", name="Betala hyran för Amina Warsame").click()
    expect(page.locator("#rent").get_by_text("November är betald").first).to_be_visible()
    expect(page.locator(".street .late")).to_have_count(late - 1)
    expect(page.locator(".tale").get_by_text("Amina har betalat")).to_be_visible()


def test_a_silent_rent_system_says_so_and_speaks_again(visit: Visit) -> None:
    page = visit.go().page
    page.get_by_role("button", name="Låt hyressystemet tystna").click()
    expect(page.get_by_text("Utan färska uppgifter påminner Kvar ingen.")).to_be_visible()
    expect(page.locator("#silence")).to_be_focused()
    page.get_by_role("button", name="Låt det tala igen").click()
    expect(page.get_by_role("button", name="Låt hyressystemet tystna")).to_be_visible()


def test_other_phones_can_be_taken_out_and_stay_when_something_happens(visit: Visit) -> None:
    page = visit.go().page
    page.get_by_text("Byt telefoner").click()
    for name in ("Amina Warsame", "Olof Bergström", "Grace Mensah"):
        page.get_by_role("checkbox", name=name).uncheck()
    for name in ("Hedda Sjögren", "Rune Dahlgren"):
        page.get_by_role("checkbox", name=name).check()
    page.get_by_role("button", name="Visa", exact=True).click()
    expect(page.get_by_role("article", name=re.compile("Telefon:"))).to_have_count(2)
    expect(page.get_by_role("article", name="Telefon: Rune").get_by_text("Inget mobilnummer")).to_be_visible()
    page.keyboard.press("h")
    expect(page.locator("#clock")).to_contain_text("10.30")
    expect(page.get_by_role("article", name=re.compile("Telefon:"))).to_have_count(2)


def test_what_is_unfolded_stays_unfolded(visit: Visit) -> None:
    page = visit.go().page
    page.locator("#more-late > summary").click()
    page.get_by_role("button", name="+1 timme").click()
    expect(page.locator("#clock")).to_contain_text("10.30")
    expect(page.locator("#more-late")).to_have_attribute("open", "")


def test_everything_can_be_reached_by_keyboard(visit: Visit) -> None:
    page = visit.go().page
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id || document.activeElement.className"))
    assert {
        "skip",
        "hour",
        "day",
        "restart",
        "pay-T-1001",
        "silence",
        "phones",
        "reply-T-1001",
        "send-T-1003",
    } <= reached


def test_the_long_thread_shows_its_newest_message_first(visit: Visit, demo: Open) -> None:
    for number in range(6):
        demo.order("messages", **{"from": "+46701740605", "text": f"en rad till, nummer {number}"})
    page = visit.go().page
    expect(page.get_by_role("article", name="Telefon: Amina").get_by_text("nummer 5")).to_be_in_viewport()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1500, 1100, 390])
@pytest.mark.parametrize("language", ["sv", "en"])
def test_axe_finds_nothing_and_nothing_hangs_over_the_edge(
    browser: Browser, busy: Open, language: str, width: int, scheme: str
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    opened = Visit(context.new_page(), busy.url).go(f"/demo?language={language}&lines=40")
    opened.page.locator("#choose > summary").click()
    opened.page.locator("#more-late > summary").click()
    found = Axe().run(opened.page).response["violations"]
    overhang = opened.page.evaluate("document.documentElement.scrollWidth - innerWidth")
    context.close()
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
    assert overhang <= 0
    assert opened.complaints == []


def test_without_javascript_everything_still_works(browser: Browser, demo: Open) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1500, "height": 1100})
    page = Visit(context.new_page(), demo.url).go("/demo?language=en").page
    page.get_by_role("button", name="+1 hour").click()
    expect(page.locator("#clock")).to_contain_text("Tuesday 3 November, 10:30")
    phone = page.get_by_role("article", name="Phone: Grace")
    phone.get_by_label("Reply as Grace").fill("I have paid")
    phone.get_by_role("button", name="Send as Grace").click()
    expect(phone.get_by_text("Thank you for your reply!")).to_be_visible()
    page.get_by_role("button", name="Pay the rent for Grace Mensah").click()
    expect(page.locator("#rent").get_by_text("November is paid").first).to_be_visible()
    assert page.url.startswith(f"{demo.url}/demo?language=en")
    context.close()


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    """An evening with something in every part of the page: a call-back, an unread reply, a crisis, a silent feed."""
    with open_neighbourhood(tmp_path_factory.mktemp("norrangen")) as opened:
        assert opened.order("clock", to=TUESDAY_MORNING).status_code == 200
        for number, text in (
            (0, "RING"),
            (1, "hej hej"),
            (12, "jag orkar inte mer"),
            (11, "STOPP"),
            (2, "paid it monday"),
        ):
            opened.order("messages", **{"from": f"+{46_701_740_605 + number}", "text": text})
        opened.order("rent", do="silence")
        assert opened.order("clock", advance="1 day").status_code == 200
        yield opened
