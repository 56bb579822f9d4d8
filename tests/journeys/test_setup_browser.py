"""From the first question of the set-up to the first reward, in a real browser, in English and mirrored."""

import re

import pytest
from django.core.cache import cache
from django.test import override_settings
from playwright.sync_api import Browser, expect

from passaparola.analytics.overview import forget_overviews
from passaparola.store.models import Reward
from tests.browser import Window, windowed
from tests.databases import only_sqlite
from tests.journeys.advocates import ADA, link_in_letter
from tests.journeys.caller import open_shop, purchase, sign_up
from tests.journeys.staff import signed_in

pytestmark = [pytest.mark.browser, only_sqlite]
ANSWERS: tuple[tuple[str, dict[str, str]], ...] = (
    ("goal", {"#id_name": "Bread for friends"}),
    ("beginning", {"[value='scratch']": ""}),
    ("people", {"[value='open']": "", "#id_order_value": "40"}),
    ("rewards", {"#id_advocate_worth": "7", "#id_friend_worth": "5", "#id_hold_days": "0"}),
    ("structure", {}),
    ("limits", {"#id_budget": "9"}),
    ("limits", {"#id_budget": "900"}),
    ("messages", {"#id_words": "Baked at four in the morning."}),
    ("channels", {}),
    ("tracking", {}),
    ("promotion", {"#id_owner": "Olga"}),
)


def answered(window: Window, step: str, given: dict[str, str]) -> None:
    """Fill in a step and go on; the preview follows by itself."""
    assert window.path.endswith(f"/{step}/"), window.path
    for place, text in given.items():
        question = window.page.locator(place)
        question.fill(text) if text else question.check()
    if step == "rewards":
        expect(window.page.locator("#preview")).to_contain_text("12.00 EUR")
    window.page.locator(".setup-form .btn-primary").click()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_set_03_from_the_first_question_to_the_first_reward(browser: Browser, site: str, language: str) -> None:
    cache.clear()
    forget_overviews()
    with override_settings(PUBLIC_URL=site), windowed(browser, site, locale=language) as window:
        shop = open_shop()
        cookie = {"name": "session", "value": signed_in().cookies["session"].value, "url": site}
        window.page.context.add_cookies([cookie])  # type: ignore[list-item]
        window.open("/setup/")
        assert window.page.evaluate("() => document.dir") == ("rtl" if language == "ar" else "ltr")
        window.page.locator(".setup-door .btn-primary").click()
        for step, given in ANSWERS:
            answered(window, step, given)
        assert window.path.endswith("/check/")
        window.page.locator("#launch .btn-primary").click()
        assert window.path == "/programs/bread-for-friends/plan/"
        assert not window.troubles

        window.page.locator("a[href='/join/bread-for-friends']").click()
        window.page.locator("input[type='email']").fill(ADA)
        window.page.locator("main form button[type='submit']").first.click()
        code = window.page.locator(".code").first.inner_text()
        window.open(link_in_letter())
        window.page.locator("main form button[type='submit']").first.click()
        assert window.path == "/me/"
        friend = {**sign_up("ben", "x"), "referred_by": None, "code": code}
        assert shop.event([friend, {**purchase("ben", "order-1"), "currency": "EUR"}]).status == 200
        assert Reward.objects.get(side="advocate", state="issued").amount == 700
        window.open("/me/rewards/")
        assert re.search("7|٧", window.text)
