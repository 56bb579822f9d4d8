"""Staff see what is owed, take it as a file, say that it went, and that it came back."""

import re
from typing import Any

from django.test import Client

from passaparola.store.models import Reward
from tests.databases import only_sqlite
from tests.journeys.caller import Shop
from tests.journeys.staff import send, signed_in
from tests.journeys.test_handing_over import thanked
from tests.ledger_clean import assert_books_balance

pytestmark = only_sqlite
WENT = "/payouts/handed-over/"


def text(answer: Any) -> str:
    return str(answer.content.decode())


def page(olga: Client, path: str = "/payouts/") -> str:
    answer = olga.get(path)
    assert answer.status_code == 200
    return text(answer)


def tickets(shown: str) -> list[str]:
    return re.findall(r'name="reward" value="([0-9a-f]{32}:\d+)"', shown)


def test_what_is_owed_is_handed_over_once_and_owed_again_when_it_came_back(shop: Shop) -> None:
    ada, _ = thanked(shop)
    (claim,) = re.findall(r'action="(/me/rewards/[0-9a-f]{32}/claim/)"', ada.text("/me/rewards/"))
    ada.send("/me/rewards/", {}, to=claim)
    olga, money = signed_in(), Reward.objects.get(rule="money")
    (ticket,) = tickets(page(olga))
    worth = money.amount
    assert ticket == f"{money.id.hex}:{worth}"
    file = text(olga.get("/payouts/?as=csv"))
    assert file.startswith("\ufeffreward,person,")
    assert f"rwd_{money.id.hex}" in file

    sent = page(olga, "/payouts/?way=shipping")
    assert ("Tote bag" in sent, tickets(sent)) == (True, []), "it is not sent before its size is known"
    assert "size" in sent
    bag = Reward.objects.get(kind="swag")
    refused = send(olga, "/payouts/?way=shipping", to=WENT, way="shipping", reference="p1", reward=f"{bag.id.hex}:1")
    assert "what must be known of the person before it is sent is missing" in text(refused).lower()

    again = text(send(olga, "/payouts/", to=WENT, way="payout", reference="", reward=ticket))
    assert "Write the reference" in again
    assert f'value="{ticket}" checked' in again, "what was ticked stays"
    assert "Tick what was handed over." in text(send(olga, "/payouts/", to=WENT, way="payout", reference="SEPA-7"))
    other = f"{money.id.hex}:{worth - 1}"
    kept = text(send(olga, "/payouts/", to=WENT, way="payout", reference="SEPA-7", reward=other))
    assert "another amount is owed than the one that was told" in kept.lower()
    assert (Reward.objects.get(rule="money").redeemed, 'value="SEPA-7"' in kept) == (0, True)

    done = send(olga, "/payouts/", to=WENT, way="payout", reference="SEPA-7", run="2026-11", reward=ticket)
    assert done.headers["Location"] == "/payouts/?way=payout"
    assert "1 reward: handed over" in page(olga)
    assert Reward.objects.get(rule="money").redeemed == worth
    late = text(send(olga, "/settings/firm/", to=WENT, way="payout", reference="SEPA-8", reward=ticket))
    assert "it was handed over before" in late.lower()

    there = f"/rewards/rwd_{money.id.hex}/"
    assert "It came back" in page(olga, there)
    send(olga, there, to=f"{there}return/", note="wrong account")
    assert Reward.objects.get(rule="money").redeemed == 0
    shown = page(olga, there)
    assert 'href="/payouts/?way=payout"' in shown
    assert "It came back" not in shown
    assert tickets(page(olga)) == [ticket]
    assert_books_balance(shop.workspace)


def test_while_rewards_are_paused_nothing_is_handed_over(shop: Shop) -> None:
    thanked(shop)
    olga = signed_in()
    (ticket,) = tickets(page(olga))
    shop.post("/api/v1/workspace/rewards/pause", {})
    assert "Rewards are paused" in page(olga)
    assert olga.get("/payouts/?as=csv").headers["Location"] == "/payouts/?way=payout"
    refused = send(olga, "/settings/firm/", to=WENT, way="payout", reference="SEPA-7", reward=ticket)
    assert "Nothing was changed" in text(refused)
    assert Reward.objects.get(rule="money").redeemed == 0
