"""The widget in a foreign page: another origin, a policy as strict as can be, several places, in English and in Arabic."""

import time
from collections.abc import Iterator

import pytest
from django.test import override_settings
from playwright.sync_api import Browser

from passaparola.inbound.web.widget import conversions, serving
from passaparola.store.models import Event, Message, Quote
from tests.browser import Window, windowed
from tests.databases import only_sqlite
from tests.journeys.caller import Shop, open_shop
from tests.journeys.friends import ada, firm
from tests.journeys.widgets import Foreign, foreign_shop, signed, widget_key

pytestmark = [pytest.mark.browser, only_sqlite]
STORED = "() => [localStorage.length, sessionStorage.length, document.cookie]"
GLOBALS = "() => Object.keys(window).filter(name => /passaparola/i.test(name))"
MARKUP = '"><img/src=x/onerror=alert(1)>'
PLACES = """
<div data-passaparola="banner"></div>
<div data-passaparola="purchase" data-item="a bag of beans" data-item-url="https://shop.example/beans?a=1&amp;b=2"></div>
<div data-passaparola="email"></div>
<div data-passaparola="proof"></div>
<div data-passaparola="leaderboard"></div>
<div data-passaparola="conversion" data-order="A-1" data-amount="41.44" data-currency="USD" data-email="ben@example.com"></div>
"""


@pytest.fixture
def here(site: str) -> Iterator[Shop]:
    """The firm, at the address at which its pages are served."""
    conversions.OF_NETWORK.forget()
    serving.MISSES.forget()
    with override_settings(PUBLIC_URL=site):
        shop = open_shop()
        firm(shop.workspace)
        yield shop


def quiet(window: Window, shop: Foreign) -> None:
    """Only we were asked, and nothing is kept."""
    ours = f"asked elsewhere: {shop.site}/w/v1/"
    window.troubles[:] = [trouble for trouble in window.troubles if not trouble.startswith(ours)]
    assert window.page.evaluate(STORED) == [0, 0, ""]
    assert window.page.context.cookies() == []


def test_a_shop_shows_it_to_its_customers(here: Shop, browser: Browser, site: str) -> None:
    with foreign_shop(site) as shop, windowed(browser, shop.origin) as kim:
        key = widget_key(here, shop.origin)
        shop.key, shop.places = key.text, PLACES
        shop.more = f' data-user="{signed(key, sub="kim-1", email="kim@example.com")}" data-program="friends"'
        quote = {"text": "Good bread", "shown_as": "Anna, Kraków", "consent": {"by": "paper"}}
        said = here.post("/api/v1/quotes", quote).json["id"]
        here.post(f"/api/v1/quotes/{said}/approve", {})
        kim.open("/")
        kim.page.locator("[data-passaparola=purchase]").get_by_role("button", name="Get my link").focus()
        kim.page.keyboard.press("Enter")
        kim.page.get_by_text("Your link", exact=True).wait_for()
        whatsapp = kim.page.get_by_role("link", name="WhatsApp")
        assert "beans" not in str(whatsapp.get_attribute("href"))
        kim.page.get_by_role("checkbox", name="Say what I bought: a bag of beans").check()
        assert kim.page.get_by_label("Your message").input_value().startswith("I have just bought a bag of beans. ")
        whatsapp.dispatch_event("pointerdown")
        sent = str(whatsapp.get_attribute("href"))
        assert sent.startswith("https://wa.me/?text=I%20have%20just%20bought%20a%20bag%20of%20beans.")
        assert "%3Fc%3Dwhatsapp%26to%3Dhttps%253A%252F%252Fshop.example%252Fbeans%253Fa%253D1%2526b%253D2" in sent
        kim.page.get_by_role("figure").get_by_text("Anna, Kraków").wait_for()
        kim.page.get_by_label("Your e-mail address").fill("lee@example.com")
        kim.page.keyboard.press("Enter")
        kim.page.get_by_text("No mail can be sent at present", exact=True).wait_for()
        quiet(kim, shop)
        kim.assert_sound()
        quiet(kim, shop)
        assert kim.page.evaluate(GLOBALS) == ["passaparola"]
        assert kim.page.evaluate("() => Object.isFrozen(window.passaparola)")
        shop.places = f'<iframe src="{site}/w/v1/{key.row.prefix}/frame/share" title="Recommend us"></iframe>'
        kim.open("/framed")
        kim.page.frame_locator("iframe").get_by_role("button", name="Get my link").wait_for()
    assert [m.address for m in Message.objects.all()] == ["lee@example.com"]
    assert Event.objects.get(type="purchase").outcome == "reported"


def test_a_friend_reads_it_in_arabic_and_a_name_is_only_text(here: Shop, browser: Browser, site: str) -> None:
    link = ada(here, name=MARKUP)
    with foreign_shop(site) as shop, windowed(browser, shop.origin) as ben:
        shop.key, shop.lang = widget_key(here, shop.origin).row.prefix, "ar"
        shop.places = (
            '<div data-passaparola="section" data-program="by-order"></div><div data-passaparola="email"></div>'
            '<div data-passaparola="proof" data-program="by-order"></div>'
        )
        words = {"text": MARKUP, "shown_as": MARKUP, "state": "approved", "consent": "mail"}
        Quote.objects.create(workspace_id=here.workspace, created_at=0, **words)
        ben.open(f"/?visit={link.token()}")
        ben.page.get_by_text(link.code).first.wait_for()
        assert ben.page.locator(".box").first.get_attribute("dir") == "rtl"
        ben.page.get_by_role("figure").get_by_text(MARKUP).first.wait_for()
        assert ben.page.locator("img").count() == 0
        ben.page.locator("input[type=email]").fill("no")
        ben.page.locator("form button").click()
        ben.page.get_by_role("alert").get_by_text("ada@example.com").wait_for()
        quiet(ben, shop)
        ben.assert_sound()


def test_a_page_that_may_not_stays_as_it_is(here: Shop, browser: Browser, site: str) -> None:
    """One line in the console, nothing drawn, nothing broken; and no frame."""
    said: list[str] = []
    with foreign_shop(site) as shop, windowed(browser, shop.origin) as page:
        page.page.on("console", lambda m: said.append(m.text) if m.type == "warning" else None)
        shop.key = widget_key(here, "https://shop.example").row.prefix
        frame = f'<iframe src="{site}/w/v1/{shop.key}/frame/share" title="Recommend us"></iframe>'
        shop.places = '<div data-passaparola="banner"></div>' * 3 + '<div data-passaparola="nonsense"></div>' + frame
        page.open("/")
        until = time.monotonic() + 60
        while len(said) < 2 and time.monotonic() < until:
            page.page.wait_for_timeout(50)
        page.page.wait_for_load_state("networkidle")
        assert page.text.strip() == "Shop"
        assert len(said) == 2, said
        assert "Is http://127.0.0.1" in " ".join(said)
        assert page.page.frame_locator("iframe").locator("[data-passaparola]").count() == 0
