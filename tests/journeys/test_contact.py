"""SET-13: whoever opens a page of a firm's, be it one that says that nothing is here, reads whom to write to."""

from passaparola.actions.workspaces import ensure_workspace
from tests.databases import only_sqlite
from tests.journeys.advocates import Browser, a_member
from tests.journeys.caller import Shop, now
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


def test_where_several_firms_are_nobody_is_sent_to_the_wrong_one(shop: Shop) -> None:
    firm(shop.workspace)
    other = ensure_workspace(slug="other", now=now())
    firm(other, name="Other", contact_email="hello@other.example")
    stranger = Browser()
    assert "mailto:" not in stranger.get("/l/none").content.decode()
    assert "mailto:hello@other.example" in stranger.get("/me/sign-in/other/").content.decode()
