"""What an advocate keeps, prints and shares elsewhere: statement, cards, the table of rewards, and what came of sharing."""

from passaparola.actions.programs.apply import apply_program
from passaparola.actions.visits.record import new_visit
from passaparola.domain.visits import VisitKind
from passaparola.inbound.links.running import the_recorder
from passaparola.store.models import Event, ShareLink
from tests.databases import only_sqlite
from tests.journeys.advocates import EVA, Browser, a_member
from tests.journeys.caller import Shop, now, purchase, sign_up
from tests.journeys.friends import browser, settled

pytestmark = only_sqlite
PAID = """
program: paid
name: In money
currency: EUR
trigger: first_purchase
combine: true
rewards:
  - {side: advocate, kind: cash, amount: 12.50}
"""
EITHER = """
program: either
name: One or the other
currency: USD
trigger: first_purchase
combine: true
rewards:
  - {id: points, side: advocate, kind: points, amount: 100, choice: gift}
  - {id: credit, side: advocate, kind: store_credit, amount: 5.00, choice: gift}
"""


def ada_earns(shop: Shop, program: str = "friends") -> tuple[Browser, ShareLink]:
    ada = a_member(program=program)
    link = ShareLink.objects.get()
    friend = {**sign_up("ben", "x"), "referred_by": None, "code": link.code}
    order = {**purchase("ben", "order-1"), "currency": "EUR" if program == "paid" else "USD"}
    assert shop.event([friend, order]).status == 200
    return ada, link


def test_a_statement_and_a_table_hold_every_reward_and_nobody_elses(shop: Shop) -> None:
    ada, _ = ada_earns(shop)
    for language in ("en", "ar"):
        paper = ada.client.get("/me/statement.pdf", headers={"accept-language": language})
        assert (paper.status_code, paper.headers["Content-Type"], paper.content[:5]) == (
            200,
            "application/pdf",
            b"%PDF-",
        )
        assert paper.headers["Cache-Control"] == "no-store"
    table = ada.get("/me/rewards.csv").content.decode().splitlines()
    assert table[1].split(",", 1)[1] == "friends,advocate,store_credit,USD,5.00,0.00,0.00,issued,,"
    assert ada.get("/me/statement.csv").status_code == 404, "nothing is paid in money"
    assert len(a_member(EVA).get("/me/rewards.csv").content.decode().splitlines()) == 1
    assert Browser().get("/me/statement.pdf").headers["Location"] == "/me/sign-in/"


def test_an_advocate_chooses_between_rewards_and_sees_that_a_friend_brought_one(shop: Shop) -> None:
    apply_program(EITHER, workspace=shop.workspace, now=now(), actor="Olga")
    ada, _ = ada_earns(shop, "either")
    assert "your reward is there" in ada.text("/me/friends/")
    assert 'value="points" checked' in ada.text("/me/rewards/"), "the first holds until somebody chooses"
    wish = {"program": "either", "choice": "gift", "rule": "credit"}
    assert ada.send("/me/rewards/", wish, to="/me/choice").headers["Location"] == "/me/rewards/?chosen"
    assert 'value="credit" checked' in ada.text("/me/rewards/")
    for wrong in ({"rule": "nothing"}, {"program": "other"}):
        assert ada.send("/me/rewards/", wish | wrong, to="/me/choice").status_code == 404


def test_what_is_paid_in_money_is_on_the_statement_too(shop: Shop) -> None:
    apply_program(PAID, workspace=shop.workspace, now=now(), actor="Olga")
    ada, _ = ada_earns(shop, "paid")
    assert "/me/statement.csv" in ada.text("/me/rewards/")
    assert ",12.50" in ada.get("/me/statement.csv").content.decode()
    assert ada.get("/me/statement.pdf").status_code == 200


def test_cards_are_of_ones_own_link_in_the_language_of_who_prints(shop: Shop) -> None:
    ada, link = ada_earns(shop)
    sheets = [
        ada.client.get(f"/me/cards/{link.id.hex}.pdf", headers={"accept-language": language}).content
        for language in ("en", "ar")
    ]
    assert [sheet[:5] for sheet in sheets] == [b"%PDF-"] * 2
    assert sheets[0] != sheets[1]
    assert a_member(EVA).get(f"/me/cards/{link.id.hex}.pdf").status_code == 404


def test_elsewhere_shows_the_message_with_its_own_link_and_every_channel_is_told_apart(shop: Shop) -> None:
    ada, link = ada_earns(shop)
    share = f"/me/share/{link.id.hex}"
    page = ada.send("/me/", {"words": "Try this <b>"}, to=f"{share}/other")
    assert page.status_code == 200
    assert "Try this &lt;b&gt;" in page.content.decode()
    assert f"/r/{link.slug}?c=other" in page.content.decode()
    assert ada.send("/me/", {}, to=f"{share}/copy").status_code == 204
    assert ada.send("/me/", {}, to=f"{share}/nowhere").status_code == 404
    assert sorted(Event.objects.filter(type="share").values_list("channel", flat=True)) == ["copy", "other"]
    browser().get(f"/r/{link.slug}?c=other")
    for channel in ("mallory-was-here", "material"):
        the_recorder().record(new_visit(shop.workspace, link.id.hex, kind=VisitKind.PERSON, channel=channel, now=now()))
    settled()
    told = ada.text("/me/shares/")
    for words in ("Elsewhere…", "The copied link", "shared 1 time", "opened 0 times", "<h2>Pictures and texts"):
        assert words in told
    assert 'name="words" rows="4" dir="auto"' in ada.text("/me/"), "a message is read from where its language begins"
    assert "mallory" not in told, "nobody else writes into her page"
