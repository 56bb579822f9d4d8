"""COM-01: the leaderboard on its public page, in a widget, in the portal, for staff and the API: a name is shown while it is agreed to."""

import pytest

from passaparola.actions.leaders.count import count_boards
from passaparola.actions.leaders.show import Leader, ShownBoard
from passaparola.actions.programs.apply import apply_program
from passaparola.domain.sharing.lengths import x_length
from passaparola.inbound.leaders import posts_of
from passaparola.store import session as sessions
from passaparola.store.models import Identity, Person, ShareLink
from tests.databases import only_sqlite
from tests.domain.program_files import SMALL, good
from tests.journeys.advocates import ADA, Browser, a_member
from tests.journeys.caller import PROGRAM, Shop, now, open_shop, purchase, sign_up
from tests.journeys.staff import send, signed_in
from tests.journeys.widgets import Page, widget_key

BOARD = PROGRAM.format(slug="friends") + "leaderboard: {size: 3, rewards: true}\n"
SITE = "https://shop.example"


@pytest.fixture
def ada(shop: Shop) -> Browser:
    """Ada, in her portal, brought Ben; Bea, known to the shop as BEA-7, brought Cid and Dan."""
    apply_program(BOARD, workspace=shop.workspace, now=now(), actor="Olga")
    member = a_member()
    told = [sign_up("cid", "BEA-7"), purchase("cid", "o1"), sign_up("dan", "BEA-7"), purchase("dan", "o2")]
    assert shop.event([*told, purchase("ben", "o3", code=ShareLink.objects.get(person_id=ada_of()).code)]).status == 200
    Person.objects.filter(id=bea_of()).update(name="Beatrice Secret")
    count_boards(shop.workspace, now=now())
    return member


def ada_of() -> str:
    return Identity.objects.get(kind="email", value=ADA).person_id.hex


def bea_of() -> str:
    return Identity.objects.get(kind="customer_id", value="BEA-7").person_id.hex


@only_sqlite
def test_everybody_sees_places_and_the_names_of_those_who_agreed(shop: Shop, ada: Browser) -> None:
    page, visitor = "/leaders/friends", Browser()
    text = visitor.text(page)
    assert text.count("An advocate") == 2
    assert "$10" in text
    assert "no-store" in visitor.get(page).headers["Cache-Control"]
    assert "noindex" in visitor.get(page).headers["X-Robots-Tag"]
    assert "Your place: 2 of 2" in ada.text("/me/")
    for wrong in (
        "ada@example.com",
        "https://a.example",
        "+44 20 7946 0000",
        "<b>Ada</b>",
        "\u202eadA",
        "1234",
        "A" * 41,
        "#ada",
        "\u3164",
        "Z" + "\u0301" * 9,
    ):
        refused = ada.send("/me/settings/", {"shown_as": wrong}, to="/me/settings/public-name")
        assert (refused.status_code, "shown-as-error" in refused.content.decode()) == (400, True), wrong
    assert visitor.text(page) == text
    assert ada.send("/me/settings/", {"shown_as": " Ada of Łódź "}, to="/me/settings/public-name").status_code == 303
    assert "<bdi>Ada of Łódź</bdi>" in visitor.text(page)
    assert "Ada of Łódź" in ada.text("/me/")
    foreign = Page(widget_key(shop, SITE), SITE)
    told = foreign.call("GET", "leaderboard?program=friends&lang=en").json
    assert [(r["place"], r["name"], r["people"]) for r in told["rows"]] == [
        (1, "", "2 people"),
        (2, "Ada of Łódź", "1 person"),
    ]
    assert foreign.call("GET", "leaderboard?program=friends", origin="https://evil.example").status == 403
    everywhere = visitor.text(page) + str(told)
    links = [*ShareLink.objects.values_list("code", flat=True), *ShareLink.objects.values_list("slug", flat=True)]
    for secret in ("Secret", "Beatrice", "BEA-7", ADA, "per_", ada_of(), bea_of(), *links):
        assert secret not in everywhere
    before = sessions.statements
    visitor.text(page)
    assert sessions.statements - before <= 7
    assert (
        ada.send("/me/settings/", {"shown_as": "Ada", "forget": "1"}, to="/me/settings/public-name").status_code == 303
    )
    assert visitor.text(page) == text, "taken back, it is gone at once"
    assert "Nobody sees your name." in ada.text("/me/")
    for missing in ("/leaders/nobody", "/leaders/other/friends", "/leaders/friends/x"):
        assert visitor.get(missing).status_code == 404
    other = open_shop("other")
    assert visitor.get("/leaders/other/friends").status_code == 404, "a program without a leaderboard"
    apply_program(BOARD, workspace=other.workspace, now=now(), actor="Olga")
    assert "being counted" in visitor.text("/leaders/other/friends")
    told = Page(widget_key(other, SITE), SITE).call("GET", "leaderboard").json
    assert (told["rows"], "being counted" in told["empty"]) == ([], True)


@only_sqlite
def test_support_sets_a_name_takes_it_away_and_everything_is_in_the_log(shop: Shop, ada: Browser) -> None:
    who = f"per_{ada_of()}"
    names = f"/api/v1/people/{who}/public-name"
    assert shop.get(names).json == {"person": who, "name": None, "barred": False, "reason": None}
    assert shop.post(names, {"name": "Ada@"}).problem == "invalid_name"
    first, again = (shop.post(names, {"name": "Ada"}, idempotency="k") for _ in range(2))
    assert (first.json["name"], again.replayed, again.json["name"]) == ("Ada", True, None)
    (board,) = shop.get("/api/v1/programs/friends/leaderboard").json["boards"]
    assert [(leader["place"], leader["name"]) for leader in board["leaders"]] == [(1, None), (2, "Ada")]
    assert board["leaders"][1]["earned"] == [{"kind": "store_credit", "unit": "USD", "amount_minor": 500}]
    staff = signed_in()
    text = staff.get("/programs/friends/leaderboard/?language=it").content.decode()
    assert "Ada (1)" in text
    assert "/leaders/friends" in text
    assert "/programs/friends/leaderboard/" in staff.get("/programs/friends/").content.decode()
    assert "/programs/friends/leaderboard/" in staff.get("/programs/friends/sharing/texts/").content.decode()
    person = f"/people/{who}/"
    assert send(staff, person, f"{person}public-name/bar/", note="").status_code == 302
    assert "Not done" in staff.get(person).content.decode()
    assert send(staff, person, f"{person}public-name/bar/", note="It names a competitor.").status_code == 302
    assert "Ada" not in Browser().text("/leaders/friends")
    settings = ada.text("/me/settings/")
    assert "It names a competitor." in settings
    assert "shown_as" not in settings
    assert ada.send("/me/settings/", {"shown_as": "Ada"}, to="/me/settings/public-name").status_code == 400
    assert shop.post(names, {"name": "Ada"}).problem == "name_barred"
    assert send(staff, person, f"{person}public-name/allow/").status_code == 302
    assert shop.post(f"{names}/allow").problem == "not_barred"
    assert shop.post(f"{names}/bar", {"reason": "It is rude."}).json["barred"]
    assert shop.post(f"{names}/allow").json["barred"] is False
    assert shop.post(names, {"name": "Ada"}).json["name"] == "Ada"
    assert shop.post(f"{names}/remove").json["name"] is None
    verbs = [act["verb"] for act in shop.items(f"/api/v1/acts?subject={who}") if act["verb"].startswith("publicname.")]
    shown, barred, allowed = "publicname.show", "publicname.bar", "publicname.allow"
    assert verbs[::-1] == [shown, barred, allowed, barred, allowed, shown, "publicname.forget"]


def test_a_post_names_as_many_as_fit() -> None:
    leaders = tuple(Leader(n, f"名前{n}番" * 3 if n % 2 else "", 100 - n, "") for n in range(1, 51))
    program = good(SMALL + "leaderboard: {size: 50}\n")
    short, long = posts_of(ShownBoard("2026-11", 0, 1, 1, leaders, 50), program, "https://shop.example/leaders/small")
    assert x_length(short["words"]) <= 280 < x_length(long["words"])
    assert "(99)" in short["words"]
    assert "(98)" not in long["words"], "who did not agree is in none"
    assert long["words"].endswith("\nhttps://shop.example/leaders/small")
    assert posts_of(ShownBoard("2026-11", 0, 1, 1, leaders[1:2], 50), program, "https://shop.example") == []
