"""A shop tells of rides, leads and facts by API and by file, and Olga gives something by hand."""

from pathlib import Path
from typing import Any

import pytest

from tests.databases import Database, on_both
from tests.journeys.caller import Shop
from tests.journeys.command_line import ran, run, said
from tests.ledger_clean import assert_books_balance

pytestmark = on_both

YAML = "application/yaml"
RIDES = """
program: rides
name: Rides
currency: EUR
trigger: first_ride_completed
combine: true
rewards:
  - {side: advocate, kind: store_credit, amount: 10.00}
"""
CONTRACT = RIDES.replace("rides", "contract").replace("first_ride_completed", "contract")
GOODWILL = """
program: goodwill
name: Goodwill
currency: EUR
trigger: manual_grant
rewards:
  - {id: sorry, side: advocate, kind: store_credit, amount: 5.00}
"""
EVENTS = "/api/v1/events"
GRANTS = "/api/v1/rewards/grants"
CSV = """\
id,type,at,person,referred_by,item,stage,order,amount,currency,facts.city,facts.plan_price_minor,facts.night
r1,purchase,2026-01-02T10:00:00Z,ben,ada,ride,,o1,20.00,EUR,Rome,6500,true
l1,stage,2026-01-03T10:00:00Z,ben,,,lead,,,,,,
c1,stage,2026-01-04T10:00:00Z,ben,,,contract,d1,5000.00,EUR,,,
"""


def apply(shop: Shop, text: str) -> None:
    assert shop.post("/api/v1/programs?without_goal=a+test", text.encode(), content_type=YAML).status == 201


def test_rides_and_stages_are_told_shown_and_explained(shop: Shop) -> None:
    apply(shop, RIDES)
    apply(shop, CONTRACT)
    ride = {
        "id": "r1",
        "type": "purchase",
        "person": "ben",
        "referred_by": "ada",
        "item": "ride",
        "facts": {"city": "Rome"},
    }
    assert shop.post(EVENTS, {**ride, "amount_minor": 2000, "currency": "EUR"}).status == 201
    signed = {"id": "c1", "type": "stage", "stage": "contract", "person": "ben", "order": "d1"}
    assert shop.post(EVENTS, {**signed, "amount_minor": 500_000, "currency": "EUR"}).status == 201
    shown = {e["event"]: e for e in shop.items(EVENTS)}
    assert (shown["r1"]["item"], shown["r1"]["stage"], shown["r1"]["facts"]) == ("ride", None, {"city": "Rome"})
    assert (shown["c1"]["type"], shown["c1"]["stage"], shown["c1"]["order"]) == ("stage", "contract", "d1")
    assert [e["event"] for e in shop.items(f"{EVENTS}?type=stage")] == ["c1"]
    told = shop.get(f"{EVENTS}/{shown['c1']['id']}/explanation").body.decode()
    assert "the friend reached the stage contract" in told
    assert "the deal is worth 5000.00 EUR" in told
    assert "what was paid for is ride" in shop.get(f"{EVENTS}/{shown['r1']['id']}/explanation").body.decode()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"type": "stage"}, "stage"),
        ({"type": "signup", "item": "ride"}, "item"),
        ({"type": "signup", "facts": {"price": 1.5}}, "facts.price"),
    ],
)
def test_what_is_wrong_is_named(shop: Shop, wrong: dict[str, Any], field: str) -> None:
    answer = shop.post(EVENTS, {"id": "x1", "person": "ben", **wrong})
    assert (answer.status, [e["field"] for e in answer.json["errors"]]) == (422, [field])


def test_something_is_given_by_hand_once_for_a_key(shop: Shop) -> None:
    apply(shop, GOODWILL)
    ada = shop.post("/api/v1/people", {"identities": [{"kind": "customer_id", "value": "ada"}]}).json["id"]
    wanted = {"program": "goodwill", "person": ada, "reason": "a late parcel"}
    assert shop.post(GRANTS, wanted).problem == "idempotency_key_required"
    first, again = (shop.post(GRANTS, wanted, idempotency="k") for _ in range(2))
    assert (first.status, again.replayed, again.body) == (201, True, first.body)
    assert (first.json["state"], first.json["amount_minor"], first.json["referral"]) == ("issued", 500, None)
    whole = shop.get(f"/api/v1/rewards/{first.json['id']}").json
    assert [step["note"] for step in whole["transitions"]] == ["a late parcel"]
    told = shop.get("/api/v1/programs/goodwill/effect?days=30").json
    assert (told["given"], told["judged"], told["orders"]["effect"]) == (1, 0, None)
    assert [level["earned"] for level in shop.get("/api/v1/report/levels?program=goodwill").json["levels"]] == [1]
    assert {shop.get(f"/api/v1/{path}").status for path in ("programs/x/effect", "report/levels?program=x")} == {404}
    assert shop.post(GRANTS, {**wanted, "reason": ""}, idempotency="k2").status == 422
    shop.post("/api/v1/programs/goodwill/pause")
    refused = shop.post(GRANTS, wanted, idempotency="k3")
    assert (refused.status, refused.problem) == (409, "program_not_active")


def test_a_table_with_items_stages_and_facts_comes_in_and_olga_gives_by_command(
    database: Database, tmp_path: Path
) -> None:
    for name, text in (("rides", RIDES), ("contract", CONTRACT), ("goodwill", GOODWILL)):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
        ran("program", "apply", tmp_path / f"{name}.yaml", "--without-goal", "a test")
    (tmp_path / "told.csv").write_text(CSV, encoding="utf-8")
    assert said("events", "import", tmp_path / "told.csv", "--program", "rides")["recorded"] == 3
    from passaparola.store.models import Event

    stored = {e.external_id: e for e in Event.objects.all()}
    assert (stored["r1"].item, stored["r1"].facts) == ("ride", '{"city":"Rome","night":true,"plan_price_minor":6500}')
    assert (stored["c1"].stage, stored["c1"].order_key, stored["c1"].amount_minor) == ("contract", "d1", 500_000)
    given = said("reward", "grant", "ada", "--program", "goodwill", "--reason", "a late parcel")
    assert (given["state"], given["amount_minor"], given["rule"]) == ("issued", 500, "sorry")
    again = ran("reward", "grant", given["beneficiary"], "--program", "goodwill", "--reason", "once more")
    assert "is issued: 500 EUR" in again
    failed = run("reward", "grant", "nobody", "--program", "goodwill", "--reason", "x")
    assert failed.exit_code != 0
    from passaparola.inbound.commands import workspace_id

    assert_books_balance(workspace_id())
