"""A link for one of the firm's locations."""

from passaparola.actions.clock import run_clock
from passaparola.inbound.keyring import the_keyring
from passaparola.store.models import Visit
from tests.databases import only_sqlite
from tests.journeys.caller import Shop, now
from tests.journeys.friends import BY_LOCATION, ada, browser, firm, hidden, settled
from tests.journeys.test_friend_pages import text_of
from tests.journeys.test_links import as_person, token_of


def test_a_link_with_a_location_shows_what_is_offered_there(shop: Shop) -> None:
    """PRG-13: each shop has its own offer; a word that is no location changes nothing."""
    link, ben = ada(shop, BY_LOCATION), browser()
    firm(shop.workspace)
    whole, centre, other = (ben.get(f"{link.page}{more}") for more in ("", "?location=centre", "?location=moon"))
    offers = [
        ("$5" in text_of(page), "$2" in text_of(page), "At our location" in text_of(page))
        for page in (whole, centre, other)
    ]
    assert offers == [(True, True, False), (True, False, True), (True, True, False)]
    token = hidden(centre)
    taken = ben.post(f"{link.page}/accept", {"v": token, "location": "centre"})
    assert taken.headers["Location"].endswith("&location=centre")
    page = ben.get(taken.headers["Location"]).content.decode()
    assert "location=centre" in page
    assert 'name="location" value="centre"' in page, "an address that is left there loses it not"


@only_sqlite
def test_what_a_friend_does_is_where_the_link_was_that_brought_them(shop: Shop) -> None:
    """PRG-13: by the token of the redirect, by an address left on the page; an order that tells where it was is there."""
    link = ada(shop, BY_LOCATION)
    firm(shop.workspace)

    def token(location: str) -> str:
        return token_of(as_person(shop, f"/r/{link.slug}?location={location}"))

    def buys(who: str, **told: object) -> None:
        order = {"type": "purchase", "id": f"o-{who}", "amount_minor": 2_000, "currency": "USD", **told}
        assert shop.event(order).status == 201

    assert shop.event({"type": "signup", "id": "s", "person": "ben", "visit": token("centre")}).status == 201
    buys("ben", person="ben")
    buys("cleo", person="cleo", visit=token("centre"), facts={"location": "station"})
    buys("dan", person="dan", visit=token("moon"))
    page = browser().get(f"{link.page}?location=station")
    browser().post(f"{link.page}/accept", {"v": hidden(page), "location": "station", "email": "eve@example.com"})
    settled()
    run_clock(shop.workspace, now=now(), keys=the_keyring())
    buys("eve", person={"email": "eve@example.com"})
    assert sorted(v.location or "" for v in Visit.objects.all()) == ["", "centre", "centre", "station"]
    said = shop.get("/api/v1/report/locations?program=by-location").json["locations"]
    assert {line["location"]: (line["orders"], [r["value_minor"] for r in line["rewards"]]) for line in said} == {
        "": (1, []),
        "centre": (1, [500]),
        "station": (2, [400]),
    }
