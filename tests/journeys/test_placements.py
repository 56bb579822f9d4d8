"""Places where a program is recommended: every kind with its own address and its own line, exact to the last click."""

from typing import Any

from passaparola.actions.ledger.replay import verify_replay
from passaparola.domain.sharing.placements import OF_SOMEBODY, PlacementKind, is_speakable
from passaparola.inbound.links.running import stop_links
from passaparola.store.models import Advocate, Placement
from tests.databases import only_sqlite
from tests.journeys.advocates import Browser
from tests.journeys.caller import Shop, purchase, sign_up, unchecked
from tests.journeys.staff import send, signed_in

PLACES = "/api/v1/programs/friends/placements"
PERSON = {"USER_AGENT": "Mozilla/5.0 (X11) Firefox/140.0", "SEC_FETCH_DEST": "document", "SEC_FETCH_MODE": "navigate"}


def made(shop: Shop, kind: str, name: str, **more: Any) -> dict[str, Any]:
    said = shop.post(PLACES, {"kind": kind, "name": name, **more})
    assert said.status == 201, said.body
    return dict(said.json)


def line(shop: Shop, place: dict[str, Any]) -> dict[str, Any]:
    return next(row for row in shop.get(PLACES).json["placements"] if row["id"] == place["id"])


def opened(place: dict[str, Any], times: int = 1, **headers: str) -> str:
    path = place["address"].partition("localhost:8000")[2]
    answers = [unchecked("GET", path, b"", "", headers or PERSON) for _ in range(times)]
    assert {answer.status for answer in answers} == {302}
    return answers[0].headers["location"]


def an_advocate(shop: Shop, person: str = "ada") -> str:
    shop.event([{"id": f"s-{person}", "type": "share", "person": person}])
    return f"adv_{Advocate.objects.latest('id').id.hex}"


def test_shr_02_every_kind_of_place_is_made_with_an_address_and_a_line_of_its_own(shop: Shop) -> None:
    ada = an_advocate(shop)
    assert len(PlacementKind) == 20
    places = []
    for kind in PlacementKind:
        own = {"advocate": ada} if kind in OF_SOMEBODY else {}
        places.append(made(shop, str(kind), f"Our {kind}", **own))
        copied = shop.get(f"/api/v1/placements/{places[-1]['id']}/copy?language=ar").json
        assert places[-1]["address"] in copied["text"] or copied["shape"] == "spoken"
        assert ('dir="rtl"' in copied["text"]) == (copied["shape"] == "block")
    assert len({place["address"] for place in places}) == 20
    assert [row["name"] for row in shop.get(PLACES).json["placements"]] == [
        f"Our {kind}" for kind in reversed(PlacementKind)
    ]

    for wrong, field in (
        ({"kind": "sales_staff", "name": "Counter"}, "person"),
        ({"kind": "banner", "name": " "}, "name"),
        ({"kind": "banner", "name": "Window", "code": "COOL-100"}, "person"),
        ({"kind": "voice_greeting", "name": "Line", "advocate": ada, "code": "COOL-100"}, "code"),
    ):
        refused = shop.post(PLACES, wrong)
        assert (refused.status, refused.problem, refused.json["field"]) == (422, "invalid_placement", field)
    assert shop.post(PLACES, {"kind": "pigeon", "name": "x"}).status == 422


def test_shr_11_a_voice_greeting_says_a_code_that_cannot_be_misheard_and_that_resolves(shop: Shop) -> None:
    place = made(shop, "voice_greeting", "Hotline", advocate=an_advocate(shop))
    assert is_speakable(place["code"])
    said = shop.get(f"/api/v1/placements/{place['id']}/copy").json["text"]
    assert ", ".join(place["code"]) in said
    shop.event([{**sign_up("ben", "x"), "referred_by": None, "code": place["code"].lower()}, purchase("ben", "o-1")])
    assert (line(shop, place)["friends"], line(shop, place)["purchases"]) == (1, 1)


def test_trk_08_shr_09_each_line_counts_what_came_by_its_own_link_and_code(shop: Shop) -> None:
    ada = an_advocate(shop)
    counter = made(shop, "sales_staff", "Counter in Turin", advocate=ada, code="TURIN-22", reach=2000)
    card = made(shop, "printed_card", "Card", advocate=ada)
    banner = made(shop, "banner", "Shop window", reach=10)
    nothing = {
        "clicks": 0,
        "joined": 0,
        "sharers": 0,
        "shares": 0,
        "passed_on": 0,
        "friends": 0,
        "purchases": 0,
        "revenue_minor": {},
    }
    assert nothing.items() <= line(shop, counter).items()

    opened(counter, 4)
    opened(counter, 2, USER_AGENT="Twitterbot/1.0")
    opened(card, 1)
    for friend, code, amounts in (
        ("ben", "turin-22", [4000, 1500]),
        ("eva", "TURIN-22", [2000]),
        ("leo", card["code"], [700]),
    ):
        shop.event([{**sign_up(friend, "x"), "referred_by": None, "code": code}])
        shop.event([purchase(friend, f"{friend}-{n}", amount) for n, amount in enumerate(amounts)])
    for number, who in enumerate(("ada", "leo", "leo")):
        shop.event([{"id": f"told-{number}", "type": "share", "person": who, "code": counter["code"]}])

    goes_on = opened(banner, 3)
    assert goes_on.startswith("/join/main/friends?place=")
    mia, slug = Browser(), goes_on.partition("=")[2]
    assert f'name="place" value="{slug}"' in mia.text(goes_on)
    went_on = mia.send(goes_on, {"email": "mia@example.com", "place": slug}).headers["Location"]
    assert went_on == f"/join/main/friends?asked&place={slug}", "for another address from the page that follows"
    page = mia.text("/join/friends")
    code = page.partition('<p class="code" dir="ltr">')[2][:8]
    link = page.partition("/join/share/")[2][:32]
    mia.send("/join/friends", {"words": "x"}, to=f"/join/share/{link}/sms")
    unchecked("GET", "/r/" + page.partition("localhost:8000/r/")[2][:10], b"", "", PERSON)
    shop.event([{**sign_up("tom", "x"), "referred_by": None, "code": code}, purchase("tom", "tom-1", 900)])
    stop_links()

    told = {
        "friends": 2,
        "purchases": 3,
        "clicks": 4,
        "sharers": 2,
        "shares": 3,
        "joined": 0,
        "passed_on": 0,
        "clicks_per_thousand": 2,
    }
    found = line(shop, counter)
    assert told.items() <= found.items()
    assert found["revenue_minor"] == {"USD": 6000}
    assert {"friends": 1, "purchases": 1, "clicks": 1, "sharers": 0, "revenue_minor": {"USD": 700}}.items() <= line(
        shop, card
    ).items()
    asked = {
        "clicks": 3,
        "joined": 1,
        "sharers": 1,
        "shares": 1,
        "passed_on": 1,
        "friends": 1,
        "purchases": 1,
        "revenue_minor": {"USD": 900},
    }
    assert asked.items() <= line(shop, banner).items()

    changed = shop.call("PUT", f"/api/v1/placements/{banner['id']}", {"name": "Window", "reach": 30})
    assert (changed.status, changed.json["name"], changed.json["reach"]) == (200, "Window", 30)
    for place in (banner, counter):
        ended = [shop.post(f"/api/v1/placements/{place['id']}/end").json["ended_at"] for _ in range(2)]
        assert ended[0] == ended[1] is not None
    assert opened(banner) == "/join/main/friends"
    assert line(shop, banner)["clicks"] == 3
    assert verify_replay(shop.workspace) == []


@only_sqlite
def test_shr_09_a_place_is_made_opened_and_closed_on_the_pages(shop: Shop) -> None:
    olga, start = signed_in(role="sales"), "/programs/friends/sharing/"
    assert "No place yet" in olga.get(start).content.decode()
    kind = f"{start}new/sales_staff/"
    assert "This field is required" in send(olga, kind, name="Counter", person="", code="", reach="").content.decode()
    again = send(olga, kind, name="<b>Counter</b>", person="no such", code="", reach="").content.decode()
    assert "Nobody is known by that" in again
    assert "&lt;b&gt;Counter" in again
    given = {"person": "giulia@example.com", "code": "GIULIA-22", "reach": "5", "token": "senttwice"}
    for _ in range(2):
        made = send(olga, kind, name="<b>Counter</b>", **given)
        assert (made.status_code, made.headers["Location"]) == (302, start)
    taken = send(olga, kind, name="Till", person="new@example.com", code="giulia-22", reach="").content.decode()
    assert "This code is taken" in taken, "and nobody has become an advocate for it"
    assert send(olga, f"{start}new/banner/", name="Window", person="", code="", reach="").status_code == 302
    assert (
        send(olga, f"{start}new/pigeon/".replace("pigeon", "banner"), f"{start}new/pigeon/", name="x").status_code
        == 404
    )
    page = olga.get(start).content.decode()
    assert "&lt;b&gt;Counter&lt;/b&gt;" in page
    for key in Placement.objects.values_list("id", flat=True):
        own = f"{start}plc_{key.hex}/"
        shown = olga.get(f"{own}?language=ar").content.decode()
        assert "<div dir=" not in shown, "what is to be copied is a text"
        assert send(olga, own, name="Other", reach="").headers["Location"] == own
        assert olga.get(f"{own}qr.svg").headers["Content-Type"] == "image/svg+xml"
        assert olga.get(f"{own}qr.gif").status_code == 404
        assert "Close the place" in olga.get(f"{own}end/").content.decode()
        assert send(olga, f"{own}end/").headers["Location"] == own
        assert olga.get(own.replace("friends", "nothing")).status_code == 404
    assert {(place.name, place.ended_at is None) for place in Placement.objects.all()} == {("Other", False)}
    assert Advocate.objects.count() == 1
