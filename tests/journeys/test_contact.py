"""SET-13: whoever opens a page of a firm's, be it one that says that nothing is here, reads whom to write to."""

from threading import Event

from django.db import connection
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.views.csrf import csrf_failure
from django.views.defaults import bad_request, permission_denied, server_error

from passaparola.actions.outbox.fan_out import fan_out
from passaparola.actions.writer import QueueFull
from passaparola.inbound.keyring import the_keyring
from passaparola.inbound.links.pages import leads_nowhere
from passaparola.inbound.links.redirect import UNREACHABLE
from passaparola.inbound.links.running import keep_links
from passaparola.inbound.web.advocates.answers import patient
from passaparola.store.read.offers import Firm
from tests.databases import only_sqlite
from tests.journeys.advocates import EVA, Browser, a_member, link_in_letter
from tests.journeys.caller import Shop, now, open_shop, purchase
from tests.journeys.friends import BY_SIGNUP, ada, browser, firm
from tests.journeys.public_pages import PORTAL, public_pages, switched_off

pytestmark = only_sqlite
CONTACT = '<a href="mailto:hello@shop.example">'


def test_set_13_every_public_page_has_a_contact_link_where_the_firm_has_a_contact(shop: Shop) -> None:
    link = ada(shop, BY_SIGNUP)
    firm(shop.workspace)
    strangers, me = public_pages(link, "by-signup"), a_member()
    share = me.text("/me/").partition('action="/me/share/')[2][:32]
    pages = {path: me.get(path) for path in PORTAL}
    pages |= {path: browser().get(path) for path in [*strangers, *switched_off(link)]}
    pages["to copy"] = me.send("/me/", {"words": "Hello"}, to=f"/me/share/{share}/other")
    without = [(path, page.status_code) for path, page in pages.items() if CONTACT not in page.content.decode()]
    assert not without, without
    assert {200, 400, 404, 410} <= {page.status_code for page in pages.values()}


def failures() -> list[tuple[int, str]]:
    """(status, text) of each page that is shown when something went wrong."""
    asked, wrong = RequestFactory().get("/"), ValueError("wrong")
    asked.META[UNREACHABLE] = True

    def busy(*_: object) -> HttpResponse:
        raise QueueFull

    pages = (
        bad_request(asked, wrong), permission_denied(asked, wrong), csrf_failure(asked), server_error(asked),
        leads_nowhere(asked, "none"), patient(busy)(asked),
    )  # fmt: skip
    return [(page.status_code, page.content.decode()) for page in pages]


def test_set_13_pages_of_what_went_wrong_name_the_contact_and_ask_no_database(shop: Shop) -> None:
    firm(shop.workspace)
    ended = Event()
    ended.set()
    keep_links(ended)
    with CaptureQueriesContext(connection) as asked:
        pages = failures()
    assert [status for status, _ in pages] == [400, 403, 403, 500, 503, 503]
    assert not [status for status, text in pages if CONTACT not in text or "Corner Shop" not in text]
    assert not list(asked)
    open_shop("other")
    keep_links(ended)
    assert not [status for status, text in failures() if "mailto:" in text], "nobody knows whose page was meant"
    answered = {"firm": Firm("Other", "", "", "", "other"), "said": "over"}
    assert 'href="/me/sign-in/other/"' in render_to_string("advocate/named.html", answered)


def test_where_several_firms_are_nobody_is_sent_to_the_wrong_one(shop: Shop) -> None:
    other = open_shop("other")
    firm(shop.workspace)
    firm(other.workspace, name="Other", contact_email="hello@other.example")
    stranger, eva = Browser(), Browser()
    assert "mailto:" not in stranger.get("/l/none").content.decode()
    assert "mailto:hello@other.example" in stranger.get("/me/sign-in/other/").content.decode()
    form = eva.text("/join/other/friends")
    assert 'href="/me/sign-in/other/"' in form
    assert eva.send("/join/other/friends", {"email": EVA}).status_code == 303
    link = eva.text("/join/other/friends").partition('action="/join/share/')[2][:32]
    copied = eva.send("/join/other/friends", {"words": "Hello"}, to=f"/join/share/{link}/other").content.decode()
    assert 'href="/join/other/friends"' in copied
    assert eva.confirm().headers["Location"] == "/me/"
    code = eva.text("/me/").partition('<p class="code" dir="ltr">')[2][:8]
    assert other.event([purchase("ben", "1", code=code)]).status == 200
    while fan_out(keys=the_keyring(), now=now()):
        pass
    assert "/me/sign-in/other/" in link_in_letter(whole=True)
    assert eva.get("/me/sign-in/other/").headers["Location"] == "/me/"
    assert eva.send("/me/", to="/me/sign-out").headers["Location"] == "/me/sign-in/other/"
