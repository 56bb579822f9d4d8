"""GET /offers: what a code or a visit is worth, for the shop; nothing is learnt by guessing."""

from collections.abc import Iterator

import pytest

from passaparola.actions.acting import Asked
from passaparola.actions.programs.status import end_program
from passaparola.domain.instant import moment
from passaparola.domain.keyring import keyring
from passaparola.inbound.api.routes import offers
from passaparola.store.session import writing
from tests.databases import on_both
from tests.journeys.caller import Answer, Shop, now, open_shop, request
from tests.journeys.friends import BY_SIGNUP, ada, browser, firm

OFFERS = "/api/v1/offers"


@pytest.fixture(autouse=True)
def _fresh_counts() -> Iterator[None]:
    yield
    offers.MISSES_OF_KEY.forget()
    offers.MISSES_OF_NETWORK.forget()


def test_a_code_and_a_visit_say_what_both_get_in_words_and_numbers(shop: Shop) -> None:
    firm(shop.workspace)
    link = ada(shop, BY_SIGNUP, name="Ada Lovelace", code="ADA-10")
    said = shop.get(f"{OFFERS}?code=ada-10")
    assert said.status == 200
    assert {k: said.json[k] for k in ("valid", "program", "code", "advocate", "trigger")} == {
        "valid": True, "program": "by-signup", "code": "ADA-10", "advocate": "Ada", "trigger": "signup",
    }  # fmt: skip
    assert "You get a voucher worth €10, and" in said.json["headline"]
    (gift,) = said.json["friend"]
    assert (gift["kind"], gift["amount_minor"], gift["currency"]) == ("voucher", 1000, "EUR")
    assert (gift["min_order_minor"], gift["expires_days"]) == (3000, 90)
    assert "on an order of at least €30" in gift["terms"]
    assert shop.get(f"{OFFERS}?visit={link.token()}").json == said.json
    assert shop.get(f"{OFFERS}?visit=v_forged&code=ADA-10").json == said.json
    polish = shop.get(f"{OFFERS}?code=ADA-10", accept_language="pl").json
    assert "10\xa0€" in polish["friend"][0]["worth"]


BOOST = "amount: 3.00, boosts: [{first_day: 01-01, last_day: 12-31, times: 2}]"


def test_while_a_boost_is_in_force_the_api_the_landing_page_and_the_page_to_join_say_so(shop: Shop) -> None:
    firm(shop.workspace)
    link = ada(shop, BY_SIGNUP.replace("amount: 3.00", BOOST), code="ADA-10")
    words = f"until December 31, {moment(now()).year} it is €6 in store credit"
    assert shop.get(f"{OFFERS}?code=ADA-10").json["for_advocate"][0]["terms"][0] == words
    assert words in browser().get(link.page).content.decode()
    assert f"€3 in store credit ({words})" in browser().get("/join/by-signup").content.decode()
    polish = shop.get(f"{OFFERS}?code=ADA-10", accept_language="pl").json
    assert f"31 grudnia {moment(now()).year}" in polish["for_advocate"][0]["terms"][0]


@on_both
def test_a24_unknown_expired_and_foreign_look_alike(shop: Shop) -> None:
    ended = ada(shop, BY_SIGNUP, code="ENDED")
    end_program(ended.program, asked=Asked(shop.workspace, now(), "Olga"))
    off = ada(shop, code="OFF")
    with writing() as session:
        session.run("UPDATE store_sharelink SET active = %(no)s WHERE id = %(id)s::uuid", no=False, id=off.id)
    theirs = ada(open_shop("other"), code="THEIRS")
    asked = [f"code={code}" for code in ("NOBODYS", "ENDED", "OFF", "THEIRS", "x" * 64, "")]
    asked += [
        f"visit={t}" for t in (ended.token(), off.token(), theirs.token(), off.token(keys=keyring("mallory")), "v_")
    ]
    said = [shop.get(f"{OFFERS}?{query}") for query in [*asked, ""]]
    assert {(s.status, s.body) for s in said} == {(200, said[0].body)}
    assert said[0].json["valid"] is False
    assert not any(value for name, value in said[0].json.items())


def test_a24_after_too_many_misses_right_and_wrong_are_answered_alike(shop: Shop) -> None:
    ada(shop, code="ADA-10")
    key = shop.new_key("offers:read", publishable=True)
    for n in range(20):
        assert shop.get(f"{OFFERS}?code=ADA-10", key=key).json["valid"], "hits count nothing"
        assert shop.get(f"{OFFERS}?code=GUESS{n}", key=key).status == 200
    wrong, right = (shop.get(f"{OFFERS}?code={code}", key=key) for code in ("GUESS", "ADA-10"))
    assert (wrong.status, wrong.problem, wrong.headers["retry-after"]) == (429, "too_many_misses", "60")
    assert (right.status, right.body) == (wrong.status, wrong.body)
    assert shop.get(f"{OFFERS}?code=ADA-10").json["valid"], "a50: another key has its own count"
    assert shop.get(f"{OFFERS}?code=ADA-10", key=open_shop("other").key).status == 200


def from_page(key: str, method: str = "GET") -> Answer:
    headers = {"origin": "https://shop.example", **({"authorization": f"Bearer {key}"} if key else {})}
    return request(method, f"{OFFERS}?code=ADA-10", b"", "", headers)


def test_a_page_of_the_shop_may_ask_with_a_publishable_key_that_has_the_scope(shop: Shop) -> None:
    ada(shop, code="ADA-10")
    said = from_page(shop.new_key("offers:read", publishable=True, origins=("https://shop.example",)))
    assert said.json["valid"]
    assert said.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in said.headers
    asked = from_page("", "OPTIONS")
    assert (asked.status, asked.headers["access-control-allow-methods"]) == (204, "GET")
    without = from_page(shop.new_key(publishable=True))
    assert (without.status, without.problem) == (403, "publishable_key")
    elsewhere = from_page(shop.new_key("offers:read", publishable=True, origins=("https://other.example",)))
    assert (elsewhere.status, elsewhere.problem) == (403, "origin_not_allowed")
