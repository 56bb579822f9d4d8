"""A link for one of the firm's locations."""

from tests.journeys.caller import Shop
from tests.journeys.friends import BY_LOCATION, ada, browser, firm, hidden
from tests.journeys.test_friend_pages import text_of


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
    assert "location=centre" in ben.get(taken.headers["Location"]).content.decode()
