"""Orders that a page of the shop tells of: reported, never paid, until somebody else tells of them."""

from typing import Any

import pytest
from django.core.cache import cache

from passaparola.actions.acting import Asked, NotFound, done
from passaparola.actions.events.confirm import confirm_order
from passaparola.inbound.keyring import the_keyring
from passaparola.inbound.web.widget import conversions
from passaparola.store.models import Event
from tests.databases import only_sqlite
from tests.journeys.caller import Shop, now
from tests.journeys.friends import BY_ORDER, Link, ada, rows
from tests.journeys.staff import CSRF, signed_in
from tests.journeys.widgets import Page, widget_key
from tests.ledger_clean import assert_books_balance

HERE = "https://shop.example"
ORDER = {"order": "A-1", "amount": "41.44", "currency": "USD", "email": "ben@example.com"}
REWARDS = "SELECT side, state, reason, amount FROM store_reward WHERE workspace_id = %(ws)s::uuid ORDER BY side"
PAID = [("advocate", "issued", None, 500), ("friend", "issued", None, 500)]


@pytest.fixture
def link(shop: Shop) -> Link:
    cache.clear()  # how often somebody tried to sign in
    conversions.OF_NETWORK.forget()
    return ada(shop, BY_ORDER)


@pytest.fixture
def page(shop: Shop) -> Page:
    return Page(widget_key(shop, HERE), HERE)


def told(page: Page, **more: Any) -> str:
    said = page.call("POST", "conversions", {**ORDER, **more})
    assert said.status == 200, said.body
    return str(said.json["outcome"])


def rewards(shop: Shop) -> list[tuple[Any, ...]]:
    return [row for row in rows(REWARDS, ws=shop.workspace) if row[1] != "cancelled"]


def purchase(person: str = "ben@example.com", amount: int = 4144) -> dict[str, Any]:
    return {
        "id": "paid-A-1",
        "type": "purchase",
        "email": person,
        "order": "A-1",
        "amount_minor": amount,
        "currency": "USD",
    }


def test_an_order_waits_until_the_shop_tells_of_it(shop: Shop, link: Link, page: Page) -> None:
    assert told(page, visit=link.token()) == "reported"
    assert rewards(shop) == []
    counted = "SELECT status, qualifying_minor, qualifying_orders FROM store_referral WHERE program_id = %(p)s::uuid AND status = 'bound'"
    assert rows(counted, p=link.program) == [("bound", 0, 0)]
    assert (
        "unconfirmed"
        in rows("SELECT refusals FROM store_referral WHERE program_id = %(p)s::uuid", p=link.program)[0][0]
    )
    assert shop.event(purchase()).status == 201
    assert rewards(shop) == PAID
    assert_books_balance(shop.workspace)


@only_sqlite
def test_told_again_and_again_it_is_one(shop: Shop, link: Link, page: Page) -> None:
    visit = link.token()
    assert [told(page, visit=visit) for _ in range(3)] == ["reported", "duplicate", "duplicate"]
    assert told(page, visit=visit, amount="9999.99") == "reported"  # another story about it: the first one stands
    assert rewards(shop) == []
    assert Event.objects.filter(type="purchase").count() == 2
    olga = signed_in()
    assert olga.get("/connect/orders/").content.decode().count("/confirm/") == 2
    shop.event(purchase())
    assert "/confirm/" not in olga.get("/connect/orders/?state=all").content.decode()


@only_sqlite
def test_nobody_takes_the_place_of_the_shops_own_order(shop: Shop, link: Link, page: Page) -> None:
    """Mallory tells of orders to come with a key that everybody can read."""
    mallory = ada(shop, BY_ORDER, name="Mallory")
    told(page, email="mallory@example.com", code=mallory.code, amount="0.01")
    told(page, code=mallory.code, order="A-0", amount="1000.00")
    said = shop.event({**purchase(), "code": link.code})
    assert (said.status, said.json["outcome"]) == (201, "recorded")
    got = rows("SELECT DISTINCT beneficiary_id FROM store_reward WHERE state = 'issued' AND side = 'advocate'")
    assert got == [(link.person,)]
    assert_books_balance(shop.workspace)


def test_a_person_confirms_it_once(shop: Shop, link: Link, page: Page) -> None:
    told(page, code=link.code)
    told(page, code="SUMMER10", order="A-2", email="kim@example.com")  # a voucher of the shop's
    event = Event.objects.get(order_key="A-1").id.hex
    asked = Asked(shop.workspace, now(), "Olga")
    assert done(confirm_order(event, asked=asked, keys=the_keyring())) == "A-1"
    assert rewards(shop) == PAID
    again = confirm_order(event, asked=asked, keys=the_keyring())
    assert again.refusal is not None
    assert again.refusal.reason == "already_confirmed"
    with pytest.raises(NotFound):
        confirm_order("0" * 32, asked=asked, keys=the_keyring())
    assert not rows("SELECT 1 FROM store_finding WHERE kind = 'unknown_code'")
    shop.event({"id": "back-1", "type": "refund", "order": "A-1"})
    assert {row[1] for row in rewards(shop)} == {"reversed"}
    assert_books_balance(shop.workspace)


@only_sqlite
def test_what_is_no_order_is_refused_and_nobody_tells_too_many(shop: Shop, link: Link, page: Page) -> None:
    wrong = [
        ({"amount": "-1"}, "amount"), ({"amount": "1e400"}, "amount"), ({"amount": "٣"}, "amount"), ({"currency": "??"}, "currency"),
        ({"email": "a@b\nBcc: c"}, "email"), ({"email": ""}, "email"), ({"order": "x" * 200}, "order"), ({"visit": "v_forged"}, "visit"),
        ({"code": "A\0B"}, "code"),
    ]  # fmt: skip
    for more, field in wrong:
        said = page.call("POST", "conversions", {**ORDER, **more})
        assert said.status == 422, (more, said.body)
        assert {error["field"] for error in said.json["errors"]} == {field}
    assert page.call("POST", "conversions", {**ORDER, "reward_amount": "9"}).status == 422
    assert not Event.objects.filter(type="purchase").exists()
    assert page.call("POST", "conversions", ORDER, origin="https://evil.example").status == 403
    while conversions.OF_NETWORK.spend(shop.workspace, "127.0.0.1"):
        pass
    said = page.call("POST", "conversions", ORDER)
    assert (said.status, said.headers["retry-after"]) == (429, "3600")
    conversions.OF_NETWORK.forget()


@only_sqlite
def test_staff_enter_an_order_that_nothing_tells_of(shop: Shop, link: Link) -> None:
    olga, where = signed_in(), "/connect/orders/enter/"
    token = CSRF.findall(olga.get(where).content.decode())[-1]
    paper = {
        "csrfmiddlewaretoken": token,
        "who": "ben@example.com",
        "code": link.code.lower(),
        "order": "R-7",
        "amount": "41,44",
        "currency": "usd",
    }
    for name, wrong, words in (
        ("who", "", "Write an e-mail address"),
        ("code", "NOBODY22", "Nobody has this code."),
        ("amount", "much", "Write an amount such as 25.00."),
        ("amount", "1,000", "Write an amount such as 25.00."),
        ("currency", "XX", "Write a code of three capitals"),
    ):
        said = olga.post(where, {**paper, "currency": "KWD", name: wrong}).content.decode()
        assert words in said
        assert 'value="R-7"' in said, "what was typed is still there"
    assert not Event.objects.filter(order_key="R-7").exists()
    for amount, look, words in (
        ("41,44", "success", "The order is entered"),
        ("41.44", "warning", "was entered before. Nothing"),
        ("90", "warning", "with something else in it"),
    ):
        said = olga.post(where, {**paper, "amount": amount}, follow=True).content.decode()
        assert words in said
        assert f"alert-{look}" in said, "what changed nothing does not look as if it had"
        assert rewards(shop) == PAID
    assert Event.objects.get(order_key="R-7").source == "staff:olga"
    assert signed_in("mia", role="marketing").get(where).status_code == 403
