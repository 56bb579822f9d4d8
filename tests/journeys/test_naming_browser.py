"""Refer-by-name in a real browser, in English and Arabic: Ben says who told him, Ada says yes by her mail, Ben's order earns."""

from typing import Any

import pytest
from django.test import override_settings
from playwright.sync_api import Browser

from passaparola.actions.acting import Asked, done
from passaparola.actions.messages.letters import NAMED, TOLD
from passaparola.actions.people.change import rename
from passaparola.domain.tokens import link_token
from passaparola.inbound.keyring import the_keyring
from passaparola.store.models import Event, Identity, ReferralRequest
from tests.browser import Window, windowed
from tests.databases import only_sqlite
from tests.journeys.advocates import ADA, a_member
from tests.journeys.caller import Shop, now, open_shop, purchase
from tests.journeys.friends import looked_up

pytestmark = [pytest.mark.browser, only_sqlite]
NAMES = {"en": ("Ada Lovelace", "lovelace ADA", "Ben"), "ar": ("ليلى أحمد", "احمد ليلي", "سامي")}


def word(purpose: str, request: ReferralRequest) -> str:
    return link_token(the_keyring().links, purpose, request.id.hex)


def press(window: Window, button: str) -> None:
    window.page.locator(button).first.click()
    window.page.wait_for_load_state()


@pytest.mark.parametrize("language", NAMES)
def test_a_friend_without_a_link_says_who_it_was(browser: Browser, site: str, language: str) -> None:
    known, said, friend = NAMES[language]
    with override_settings(PUBLIC_URL=site):
        shop = open_shop()
        a_member()
        asked = Asked(shop.workspace, now(), "test")
        done(rename(Identity.objects.get(value=ADA).person_id.hex, name=known, asked=asked))
        with windowed(browser, site, locale=language) as ben:
            says_who_it_was(ben, said, friend)
        looked_up(shop.workspace)
        with windowed(browser, site, locale=language) as ada:
            says_yes(ada, friend)
        earns(shop)


def says_who_it_was(ben: Window, said: str, friend: str) -> None:
    ben.open("/join/friends")
    ben.page.locator("a[href='/told/friends']").click()
    ben.assert_sound()
    fields: dict[str, Any] = {"#said": said, "#name": "", "#email": "ben@example.com"}
    for field, text in fields.items():
        ben.page.locator(field).fill(text)
    press(ben, "button.big")
    assert ben.page.locator("#said").input_value() == said, "what was typed stays"
    ben.page.locator("#name").fill(friend)
    press(ben, "button.big")
    ben.open(f"/told/yes/{word(TOLD, ReferralRequest.objects.get())}")
    ben.assert_sound()
    press(ben, "button.big")
    assert ben.page.locator("button.big").count() == 0


def says_yes(ada: Window, friend: str) -> None:
    request = ReferralRequest.objects.get()
    assert request.state == "asked"
    ada.open(f"/me/named/{word(NAMED, request)}")
    assert friend in ada.text
    ada.assert_sound()
    press(ada, "button[value=yes]")
    assert ReferralRequest.objects.get().state == "accepted"


def earns(shop: Shop) -> None:
    assert "named by friend, confirmed by advocate" in str(Event.objects.get(source="named").facts)
    order = {**purchase("ben", "o-1"), "person": {"email": "ben@example.com"}}
    assert shop.event([order]).status == 200
    assert [r["side"] for r in shop.items("/api/v1/rewards") if r["side"] == "advocate"] == ["advocate"]
