"""A39: with an address of their own, pages of staff share no origin with what strangers open."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client, override_settings

from tests.databases import only_sqlite
from tests.journeys.advocates import a_member
from tests.journeys.caller import Shop
from tests.journeys.staff import an_operator

pytestmark = only_sqlite
PUBLIC, STAFF = {"host": "refer.example.com"}, {"host": "staff.example.com"}


@pytest.fixture(autouse=True)
def two_origins() -> Iterator[None]:
    cache.clear()
    with override_settings(
        PUBLIC_URL="http://refer.example.com",
        STAFF_URL="http://staff.example.com",
        ALLOWED_HOSTS=["refer.example.com", "staff.example.com", "localhost"],
        DEMO=True,
    ):
        yield
    cache.clear()


def test_staff_and_strangers_meet_at_no_address(shop: Shop) -> None:
    client = Client(headers=STAFF)
    client.force_login(an_operator())
    assert client.get("/").status_code == client.get("/programs/friends/").status_code == 200
    for where in ("/programs/friends/", "/settings/", "/accounts/login/", "/accounts/second-factor/"):
        assert client.get(where, headers=PUBLIC).status_code == 404, where
    assert client.post("/accounts/login/", {"login": "olga"}, headers=PUBLIC).status_code == 404
    assert client.get("/", headers=PUBLIC).headers["Location"] == "/me/"


def test_public_pages_are_sent_to_the_public_address(shop: Shop) -> None:
    link = a_member().text("/me/").partition("/r/")[2][:10]
    stranger = Client()
    assert stranger.get(f"/l/{link}", headers=PUBLIC).status_code == 200
    assert stranger.get("/join/friends", headers=PUBLIC).status_code == 200
    sent = stranger.get("/join/friends?a=1", headers=STAFF)
    assert (sent.status_code, sent.headers["Location"]) == (302, "http://refer.example.com/join/friends?a=1")
    assert stranger.get(f"/l/{link}", headers=STAFF).headers["Location"] == f"http://refer.example.com/l/{link}"
    for host in (PUBLIC, STAFF):
        assert stranger.get("/cookies/", headers=host).status_code == 200


def test_what_staff_see_of_a_landing_page_is_shown_at_their_own_address(shop: Shop) -> None:
    client = Client(headers=STAFF)
    client.force_login(an_operator())
    looked = client.get("/programs/friends/page/look/")
    assert looked.status_code == 200
    assert "sandbox" in looked.headers["Content-Security-Policy"]
