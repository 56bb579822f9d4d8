"""Cookies: only those of the registry, for as long as it says; nothing but the necessary ones before somebody agrees."""

from http.cookies import SimpleCookie
from pathlib import Path

import pytest
from django.test import override_settings

import passaparola
from passaparola.inbound.web.cookies import DAY, REGISTRY, REMEMBERED, SIGNED_IN, VERSION, YEAR
from tests.databases import only_sqlite
from tests.journeys.advocates import ADA, Browser, a_member, link_in_mail
from tests.journeys.caller import PROGRAM, Shop, open_shop
from tests.journeys.staff import PASSWORD, a_browser, an_operator, code, give_code, send

ACCEPT, DECLINE = {"choice": "accept", "next": "/me/settings/"}, {"choice": "decline", "next": "/me/settings/"}
FROM_HERE = {"Sec-Fetch-Site": "same-origin"}


def lifetimes(cookies: SimpleCookie) -> dict[str, int]:
    """Seconds of each cookie that a browser was given; 0 for one that ends with the browser."""
    return {name: int(cookie["max-age"] or 0) for name, cookie in cookies.items() if cookie.value}


def known(cookies: SimpleCookie) -> dict[str, int]:
    by_name = {cookie.name: cookie for cookie in REGISTRY.values()}
    given = lifetimes(cookies)
    for name, seconds in given.items():
        assert name in by_name, f"{name} is not in the registry"
        assert seconds in by_name[name].seconds, f"{name} lives for {seconds} s, which the registry does not say"
    return given


def say(browser: Browser, given: dict[str, str], **headers: str) -> int:
    return int(browser.client.post("/cookies/", given, headers=headers or FROM_HERE).status_code)


def test_no_code_sets_a_cookie_past_the_registry() -> None:
    source = Path(passaparola.__file__).parent
    setting = {
        path.relative_to(source).as_posix() for path in source.rglob("*.py") if "set_cookie(" in path.read_text("utf-8")
    }
    assert setting == {"inbound/web/cookies.py"}


@only_sqlite
def test_pages_set_only_cookies_of_the_registry_for_as_long_as_it_says(shop: Shop) -> None:
    ada = a_member()
    given = known(ada.client.cookies)
    assert given["portal"] == SIGNED_IN == 172_800
    ada.send("/me/settings/", {"language": "it"}, to="/me/language")
    assert known(ada.client.cookies)["django_language"] == 0, "nobody has agreed to a year"
    ada.send("/me/settings/", to="/me/sign-out")
    assert "portal" not in known(ada.client.cookies)


@only_sqlite
@pytest.mark.parametrize(("ticked", "seconds"), [({}, 172_800), ({"remember": "on"}, 1_209_600)])
def test_an_advocate_stays_signed_in_for_two_days_or_two_weeks(
    shop: Shop, ticked: dict[str, str], seconds: int
) -> None:
    ada = a_member()
    ada.send("/me/settings/", to="/me/sign-out")
    ada.send("/me/sign-in/", {"email": ADA})
    ada.send(link_in_mail("portal"), ticked)
    assert known(ada.client.cookies)["portal"] == seconds


@only_sqlite
@pytest.mark.parametrize(("ticked", "seconds"), [({}, 172_800), ({"remember": "on"}, 1_209_600)])
def test_staff_stay_signed_in_for_two_days_or_two_weeks(shop: Shop, ticked: dict[str, str], seconds: int) -> None:
    an_operator()
    olga = a_browser()
    send(olga, "/accounts/login/", login="olga", password=PASSWORD, **ticked)
    give_code(olga, code())
    assert known(olga.cookies)["session"] == seconds


@only_sqlite
def test_who_declines_has_only_necessary_cookies_and_who_agrees_keeps_a_choice_for_a_year(shop: Shop) -> None:
    ada = a_member()
    assert "May we remember" in ada.text("/me/settings/")
    assert say(ada, DECLINE) == 303
    assert "May we remember" not in ada.text("/me/settings/")
    ada.send("/me/settings/", {"language": "en"}, to="/me/language")
    assert {name for name, seconds in known(ada.client.cookies).items() if seconds == YEAR} == {"cookies"}
    assert say(ada, ACCEPT) == 303
    ada.send("/me/settings/", {"language": "en"}, to="/me/language")
    assert known(ada.client.cookies)["django_language"] == YEAR == 31_536_000
    page = ada.text("/cookies/")
    assert "checked>" in page.partition('name="display"')[2][:20], (
        "the settings can be opened again and show what was said"
    )
    assert say(ada, {"choice": "save"}) == 303
    assert not ada.client.cookies["django_language"].value, "what was agreed to before is removed"


@only_sqlite
def test_what_was_said_is_kept_with_its_time_and_the_version_of_the_table(shop: Shop) -> None:
    ada = Browser()
    say(ada, DECLINE)
    version, at, word = ada.client.cookies["cookies"].value.split(".")
    assert (version, word) == (str(VERSION), "necessary")
    assert int(at) > 1_700_000_000
    ada.client.cookies["cookies"] = f"{VERSION - 1}.{at}.necessary"
    assert "May we remember" in ada.text("/join/friends"), "a new table is asked for again"


@only_sqlite
@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://mallory.example"}, {"X-Nothing": "1"}]
)
def test_no_other_site_agrees_for_somebody(shop: Shop, headers: dict[str, str]) -> None:
    ada = Browser()
    assert say(ada, ACCEPT, **headers) == 403
    assert not ada.client.cookies
    assert say(ada, ACCEPT, Origin="http://localhost") == 303


@only_sqlite
@pytest.mark.parametrize(
    "there", ["https://mallory.example/", "//mallory.example", "/\\mallory.example", "javascript:alert(1)"]
)
def test_nobody_is_led_away_after_the_choice(shop: Shop, there: str) -> None:
    answer = Browser().client.post("/cookies/", {"choice": "accept", "next": there}, headers=FROM_HERE)
    assert answer.headers["Location"] == "/cookies/?saved"


@only_sqlite
def test_the_page_of_a_friends_link_sets_nothing_and_asks_nothing(shop: Shop) -> None:
    browser = a_member()
    link = browser.text("/me/").partition("/r/")[2][:10]
    friend = Browser()
    page = friend.text(f"/l/{link}")
    assert "May we remember" not in page
    assert 'href="/privacy/"' in page
    assert not friend.client.cookies


@only_sqlite
def test_the_policy_names_the_firm_every_cookie_and_who_else_learns_of_it(shop: Shop) -> None:
    text = Browser().text("/privacy/")
    assert all(f">{cookie.name}<" in text for cookie in REGISTRY.values())
    assert "14 days" in text
    assert "WhatsApp" in text
    assert Browser().get("/privacy/nobody/").status_code == 404
    with override_settings(PUBLIC_IS_HTTPS=True):
        table = Browser().text("/privacy/")
        assert "__Host-portal" in table
        assert ">messages<" in table, "as Django names it"
    assert REMEMBERED == 14 * DAY


@only_sqlite
def test_the_pages_of_another_workspace_lead_to_its_own_policy(shop: Shop) -> None:
    open_shop("second", PROGRAM)
    page = Browser().text("/join/second/friends")
    assert 'href="/privacy/second/"' in page
    assert 'href="/privacy/second/"' in Browser().text("/cookies/?firm=second")
    assert 'href="/cookies/?firm=second"' in page
    assert Browser().get("/cookies/?firm=nobody%00").status_code == 200
    said = Browser().client.post("/cookies/?firm=second", {"choice": "decline"}, headers=FROM_HERE)
    assert said.headers["Location"] == "/cookies/?saved&firm=second"
