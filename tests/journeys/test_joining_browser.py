"""Joining in a real browser: the link at once, the mail opened in another one, the portal, a share; with and without scripts."""

from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings
from playwright.sync_api import Browser, Route

from passaparola.config.mail import mail_server
from passaparola.store.models import Advocate, Event, Reward
from tests.browser import Window, windowed
from tests.databases import only_sqlite
from tests.journeys.advocates import ADA, link_in_letter
from tests.journeys.caller import Shop, open_shop, purchase, sign_up

pytestmark = [pytest.mark.browser, only_sqlite]


@pytest.fixture
def friendly(site: str) -> Any:
    """The site with a program on it, under the address at which it is served."""
    with override_settings(PUBLIC_URL=site, MAIL=mail_server("smtp://mail.example.com")):
        yield open_shop()


def joined(window: Window) -> str:
    """Ask with an address; the code that is shown."""
    window.open("/join/friends")
    window.page.get_by_label("Your e-mail address").fill(ADA)
    window.press("Get my link")
    assert "Look into your mailbox" in window.text
    return str(window.page.locator(".code").first.inner_text())


def confirmed(window: Window) -> None:
    window.open(link_in_letter())
    window.press("Yes, this is my address")
    assert window.path == "/me/"


def bring_ben(shop: Shop, code: str) -> None:
    friend = {**sign_up("ben", "x"), "referred_by": None, "code": code}
    assert shop.event([friend, purchase("ben", "order-1")]).status == 200


def test_somebody_joins_confirms_in_another_browser_and_shares(
    window: Window, browser: Browser, site: str, friendly: Shop
) -> None:
    window.open("/join/friends")
    window.assert_sound()
    code = joined(window)
    window.assert_sound()
    with windowed(browser, site, permissions=["clipboard-read", "clipboard-write"]) as phone:
        phone.open(link_in_letter())
        phone.assert_sound()
        phone.press("Yes, this is my address")
        assert phone.path == "/me/"
        assert code in phone.text
        assert Advocate.objects.get().status == "active"
        bring_ben(friendly, code)
        for path in ("/me/", "/me/friends/", "/me/rewards/", "/me/settings/"):
            phone.open(path)
            phone.assert_sound()
        phone.open("/me/")
        phone.press("Copy")
        assert "/r/" in phone.page.evaluate("() => navigator.clipboard.readText()")
        assert Reward.objects.get(side="advocate").state == "issued"
        gone: list[str] = []
        phone.page.route("https://wa.me/**", lambda route: _taken(route, gone))
        phone.press("WhatsApp")
        phone.page.wait_for_url("https://wa.me/**")
    assert len(gone) == 1
    assert "c%3Dwhatsapp" in gone[0]
    assert set(Event.objects.filter(type="share").values_list("channel", flat=True)) == {"copy", "whatsapp"}
    window.open("/join/friends")
    assert code not in window.text, "the browser that asked sees nothing any more"
    assert site == settings.PUBLIC_URL


def _taken(route: Route, gone: list[str]) -> None:
    gone.append(route.request.url)
    route.fulfill(status=200, content_type="text/html", body="<!doctype html><title>WhatsApp</title>")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_from_joining_to_sharing_it_is_one_field_and_two_actions(
    browser: Browser, site: str, friendly: Shop, language: str
) -> None:
    with windowed(browser, site, locale=language) as window:
        gone: list[str] = []
        window.page.route("https://wa.me/**", lambda route: _taken(route, gone))
        window.open("/join/friends")
        assert window.page.locator("main form :is(input, select, textarea):visible").count() == 1
        window.page.locator("#email").fill(ADA)
        window.page.locator("form button.big").click()  # the first action
        window.page.locator("button[formaction$=whatsapp]").click()  # the second
        window.page.wait_for_url("https://wa.me/**")
        assert len(gone) == 1
        assert Event.objects.get(type="share").channel == "whatsapp"
    assert friendly.workspace


def test_joining_and_sharing_need_no_mouse(window: Window, friendly: Shop) -> None:
    window.open("/join/friends")
    window.tab_to("#email")
    window.page.keyboard.type(ADA)
    window.page.keyboard.press("Enter")
    window.page.locator(".to-copy").wait_for()
    window.tab_to("button[formaction$=other], form.sharing[action$=other] button:last-of-type")
    window.page.keyboard.press("Enter")
    window.page.wait_for_url("**/other")
    assert "/r/" in window.page.locator("textarea").input_value()
    assert Event.objects.get(type="share").channel == "other"
    assert friendly.workspace


def test_without_scripts_all_of_it_works(browser: Browser, site: str, friendly: Shop) -> None:
    with windowed(browser, site, java_script_enabled=False) as window:
        code = joined(window)
        confirmed(window)
        assert code in window.text
        assert not window.page.get_by_role("button", name="Copy").is_visible()
        assert window.page.get_by_role("button", name="Telegram").is_visible()
        window.press("Sign out")
        assert window.path == "/me/sign-in/"
        window.page.get_by_label("Your e-mail address").fill(ADA)
        window.press("Send me the link")
        window.open(link_in_letter())
        window.press("Sign in")
        assert window.path == "/me/"
    assert friendly.workspace


@pytest.mark.parametrize("path", ["/join/friends", "/me/"])
def test_pages_read_from_the_right(browser: Browser, site: str, friendly: Shop, path: str) -> None:
    with windowed(browser, site, locale="ar") as window:
        window.open("/join/friends")
        window.page.locator("#email").fill(ADA)
        window.page.locator("form button.big").click()
        window.open(link_in_letter())
        window.page.locator("form button.big").click()
        window.open(path)
        assert window.page.locator("html").get_attribute("dir") == "rtl"
        window.assert_sound()
    assert friendly.workspace
