"""Olga's first day, in a real browser: she sets up her account, finds, reads why, decides. Every page on her way is sound."""

from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from playwright.sync_api import Browser, Page

from passaparola.actions.programs.apply import apply_program
from passaparola.analytics.overview import forget_overviews
from passaparola.store.models import Finding, Reward
from tests.browser import LOOKS, Window, windowed
from tests.databases import only_sqlite
from tests.journeys.caller import HELD, Shop, now, purchase
from tests.journeys.staff import PASSWORD, an_operator, code, signed_in
from tests.journeys.staff_pages import paths

OWING = """
program: owing
name: Owing
currency: USD
trigger: purchase
precedence: 200
rewards:
  - {side: advocate, kind: commission, percent: 10}
"""
pytestmark = [pytest.mark.browser, only_sqlite]


@pytest.fixture(autouse=True)
def begin(shop: Shop) -> Iterator[None]:
    cache.clear()
    forget_overviews()
    apply_program(HELD.format(slug="held"), workspace=shop.workspace, now=now(), actor="Olga")
    shop.conversion(order="A-1001")
    yield
    cache.clear()
    forget_overviews()


def give_password(window: Window) -> None:
    window.open("/")
    window.page.fill("#id_login", "olga")
    window.page.fill("#id_password", PASSWORD)
    window.press("Sign in")


def test_the_first_day(window: Window) -> None:
    """Password, authenticator app, recovery codes; then an order's number leads to its reward, its reason and a decision."""
    an_operator(app=False)
    window.open("/")
    window.assert_sound()
    give_password(window)
    assert window.path == "/accounts/second-factor/"
    window.assert_sound()
    window.press("Set up an app")
    window.assert_sound()
    window.page.get_by_text("It cannot be scanned").click()
    window.page.fill("#id_code", code(window.page.locator("details code").inner_text()))
    window.press("Switch it on")
    assert window.page.locator(".codes li").count() == 10
    window.assert_sound()
    window.press("I have kept them. Go on")
    assert window.path == "/"

    window.page.get_by_role("searchbox").fill("A-1001")
    window.press("Find")
    window.page.get_by_role("region", name="Rewards").get_by_role("row").filter(has_text="Waiting").get_by_role(
        "link"
    ).first.click()
    assert "Considered ada, named by the friend's own event" in window.text
    assert "the amount is 5.00 USD" in window.text
    window.page.fill("#note", "Ben is a real person")
    window.press("Approve")
    assert "The reward was approved and issued." in window.text
    assert "staff:olga" in window.text
    window.assert_sound()
    window.press("Undo")
    assert "waits for a decision" in window.text
    window.press("olga")
    window.assert_sound()
    window.press("Sign out")
    assert window.path == "/accounts/login/"


def a_virtual_key(page: Page) -> None:
    """A key in this device that knows its owner by a finger, as phones have."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_passkey_alone_signs_in_and_is_a_second_step_as_well(window: Window) -> None:
    an_operator(app=False)
    a_virtual_key(window.page)
    give_password(window)
    window.press("Add a passkey")
    window.assert_sound()
    window.press("Add it")
    window.page.wait_for_url("**/recovery-codes/")
    assert Authenticator.objects.filter(type="webauthn").count() == 1
    window.press("I have kept them. Go on")
    window.press("olga")
    window.press("Sign out")
    window.press("Sign in with a passkey")
    window.page.wait_for_url(window.origin + "/")
    window.press("olga")
    window.press("Sign out")
    give_password(window)
    assert window.path == "/accounts/second-factor/authenticate/"
    window.assert_sound()
    window.press("Use your passkey")
    window.page.wait_for_url(window.origin + "/")
    window.press("olga")
    window.press("Your account")
    assert "1 passkey" in window.text
    window.assert_sound()


def test_support_looks_a_person_up_and_answers(browser: Browser, site: str, shop: Shop) -> None:
    """From an e-mail address to what waits, why, and a decision; in English, and in Arabic with the keyboard alone."""
    for name in ("eve", "eva"):
        known = {"customer_id": name, "email": f"{name}@example.com"}
        signed = {"id": f"s-{name}", "type": "signup", "person": known, "referred_by": "ada"}
        shop.event([signed, purchase(name, f"B-{name}")])
    cookie = {"name": "session", "value": signed_in(role="support").cookies["session"].value, "url": site}
    with windowed(browser, site) as plain, windowed(browser, site, locale="ar") as mirrored:
        for window, name in ((plain, "eve"), (mirrored, "eva")):
            window.page.context.add_cookies([cookie])  # type: ignore[list-item]
            window.open("/find")
            window.assert_sound()
            window.page.keyboard.type(f"{name}@example.com")  # the box has the focus
            window.page.keyboard.press("Enter")
            window.page.wait_for_url("**/people/per_*/")
            window.assert_sound()
            assert f"{name}@example.com" in window.text
            assert "5.00 USD" in window.page.locator("[aria-labelledby=todo]").inner_text()
            assert window.page.locator("[aria-labelledby=friend] .story li").count() > 1
            window.page.locator("[aria-labelledby=todo] form .btn-primary").focus()
            window.page.keyboard.press("Enter")
            window.page.wait_for_url("**/rewards/rwd_*/")
        assert "The reward was approved and issued." in plain.text
        assert mirrored.page.locator("html[dir=rtl]").count() == 1
    assert Reward.objects.filter(state="issued", program__slug="held").count() >= 2


def test_a_passkey_that_does_not_work_is_said_in_words(window: Window) -> None:
    window.open("/accounts/login/")
    window.page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error('not now')) }")
    window.press("Sign in with a passkey")
    window.page.get_by_text("That did not work.").wait_for()


def test_every_page_is_sound_in_both_directions_and_without_scripts(browser: Browser, site: str, shop: Shop) -> None:
    shop.event(purchase("ben", "A-1001", amount=9900) | {"id": "told-again"})
    apply_program(OWING, workspace=shop.workspace, now=now() - 1_000_000, actor="olga")
    shop.conversion(order="A-1002", friend="eva")
    assert Finding.objects.count() == 1
    assert Reward.objects.filter(kind="commission", state="issued").count() == 1
    pages = (
        *(
            path for path in paths() if not path.endswith("/look/")
        ),  # a sandbox, where no script runs, axe's neither: a friend's page
        *("/accounts/second-factor/", "/accounts/password/change/", "/accounts/password/reset/", "/programs/nothing/"),
    )
    cookie = {"name": "session", "value": signed_in().cookies["session"].value, "url": site}
    with windowed(browser, site) as plain, windowed(browser, site, locale="ar", java_script_enabled=False) as mirrored:
        for window in (plain, mirrored):
            window.page.context.add_cookies([cookie])  # type: ignore[list-item]
        looks = LOOKS
        for path in pages:
            assert plain.open(path).status == (404 if path.endswith("nothing/") else 200), path
            plain.assert_sound(looks)
            looks = looks[::-1]
            mirrored.open(path)
            assert mirrored.page.locator("html[lang=ar][dir=rtl]").count() == 1, path
        assert not mirrored.troubles
        mirrored.page.set_viewport_size({"width": 360, "height": 740})
        findings = mirrored.page.locator('nav a[href="/findings/"]')
        assert not findings.is_visible()
        for _ in range(2):  # the link that skips, and the menu
            mirrored.page.keyboard.press("Tab")
        mirrored.page.keyboard.press("Enter")
        findings.click()
        assert mirrored.path == "/findings/"
