"""O10: one id is followed from the click to the row in the ledger and to the webhook, from either end."""

import json
from typing import Any

import pytest

from passaparola.actions.outbox.fan_out import fan_out
from passaparola.inbound.keyring import the_keyring
from passaparola.inbound.today import now
from passaparola.store.read import traces
from passaparola.store.session import reading
from tests.databases import on_both, only_sqlite
from tests.journeys.caller import Shop, purchase
from tests.journeys.command_line import ran, run, said
from tests.journeys.test_links import ada, as_person, token_of

pytestmark = on_both

BEN = {"customer_id": "ben", "email": "ben@example.com"}


def ben_clicks_and_buys(shop: Shop) -> str:
    """Ben opens Ada's link, signs up with the visit's token, and buys; the firm's systems hear of it. The token."""
    assert shop.post("/api/v1/webhooks", {"url": "https://erp.example.com/", "topics": ["reward."]}).status == 201
    token = token_of(as_person(shop, f"/r/{ada(shop)['slug']}?c=whatsapp"))
    for event in ({"id": "s-ben", "type": "signup", "person": BEN, "visit": token}, purchase("ben", "o-1")):
        assert shop.event(event).status == 201
    shop.conversion("cid", "ada", "o-2")  # another friend, who is not in it
    while fan_out(keys=the_keyring(), now=now()):
        pass
    return token


def leads_back(steps: list[dict[str, Any]], start: dict[str, Any]) -> list[str]:
    """What a step follows from, and that, and so on."""
    known = {step["span"]: step for step in steps}
    found, step = [start["name"]], start
    while step["after"] in known:
        step = known[step["after"]]
        found.append(step["name"])
    return found


def leads_from_the_click_to_the_ledger(shop: Shop) -> str:
    token = ben_clicks_and_buys(shop)
    told = said("trace", token)
    with reading() as session:
        ((visit,),) = session.rows("SELECT id FROM store_visit")
        transfers = session.rows(
            "SELECT t.id FROM store_transfer t JOIN store_reward w ON w.id = t.reward_id JOIN store_referral r ON r.id = w.referral_id"
            " JOIN store_identity i ON i.person_id = r.friend_id WHERE i.value = 'ben'"
        )
    assert told["trace"] == visit
    booked = [step for step in told["steps"] if step["name"].startswith("transfer")]
    assert len(booked) >= 2
    assert {step["id"] for step in booked} == {f"trf_{key}" for (key,) in transfers}
    for step in booked:
        assert leads_back(told["steps"], step)[1:3] == ["reward issued", "decision"]
    signup = next(step for step in told["steps"] if step["name"] == "event signup")
    assert leads_back(told["steps"], signup) == ["event signup", "visit"]
    heard = [step for step in told["steps"] if step["name"] == "webhook reward.issued"]
    assert len(heard) == 2
    assert leads_back(told["steps"], heard[0])[1:3] == ["decision", "event purchase"]
    return token


def test_a_click_leads_to_the_ledger_and_each_step_leads_back(shop: Shop) -> None:
    token = leads_from_the_click_to_the_ledger(shop)
    told = said("trace", token)
    by_name = {step["name"]: step["id"] for step in told["steps"]}
    for name in (
        told["trace"],
        by_name["event purchase"],
        "o-1",
        by_name["reward issued"],
        by_name["webhook reward.issued"],
    ):
        assert said("trace", name) == told, name
    page = ran("trace", token)
    assert page.startswith(f"Trace {told['trace']}\n")
    for secret in ("ben", "example.com", "o-1", "s-ben"):
        assert secret not in json.dumps(told), "nothing but our ids"
        assert secret not in page


@only_sqlite
@pytest.mark.parametrize("lost", ["decisions", "events"])
def test_a_planted_trace_that_loses_a_link_of_the_chain_is_noticed(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    monkeypatch.setattr(traces._Tracer, lost, lambda _: [])
    with pytest.raises((AssertionError, StopIteration)):
        leads_from_the_click_to_the_ledger(shop)


@only_sqlite
def test_a_trace_is_spans_that_a_collector_takes(shop: Shop) -> None:
    token = ben_clicks_and_buys(shop)
    told = said("trace", token)
    (resource,) = json.loads(ran("trace", token, "--otlp"))["resourceSpans"]
    assert resource["resource"]["attributes"] == [{"key": "service.name", "value": {"stringValue": "passaparola"}}]
    spans = resource["scopeSpans"][0]["spans"]
    assert [span["name"] for span in spans] == [step["name"] for step in told["steps"]]
    ids = [span["spanId"] for span in spans]
    assert len(set(ids)) == len(ids)
    assert {len(bytes.fromhex(key)) for key in ids} == {8}
    for span in spans:
        assert span["traceId"] == told["trace"]
        assert len(bytes.fromhex(span["traceId"])) == 16
        assert span.get("parentSpanId", ids[0]) in ids
        assert 0 < int(span["startTimeUnixNano"]) <= int(span["endTimeUnixNano"])
    assert [span["name"] for span in spans if "parentSpanId" not in span] == ["visit"]


@only_sqlite
def test_a_webhook_of_a_checkout_or_an_advocate_leads_to_their_person_and_a_test_to_nothing(shop: Shop) -> None:
    hook = {"url": "https://erp.example.com/", "topics": ["credit.", "advocate."]}
    key = shop.post("/api/v1/webhooks", hook).json["id"]
    shop.conversion()
    advocate = shop.items("/api/v1/rewards?side=advocate")[0]["beneficiary"]
    wanted = {"person": advocate, "amount_minor": 500, "currency": "USD", "order": "cart-1"}
    assert shop.post("/api/v1/credit/reservations", wanted, idempotency="k").status == 200
    while fan_out(keys=the_keyring(), now=now()):
        pass
    told = {d["topic"]: d["message"] for d in shop.items(f"/api/v1/webhooks/{key}/deliveries")}
    assert set(told) == {"credit.reserved", "advocate.joined"}
    for topic, message in told.items():
        assert "event purchase" in {step["name"] for step in said("trace", message)["steps"]}, topic
    assert shop.post(f"/api/v1/webhooks/{key}/test", {}).status == 200
    tried = next(d["message"] for d in shop.items(f"/api/v1/webhooks/{key}/deliveries") if d["topic"] == "webhook.test")
    lost = run("trace", tried)
    assert (lost.exit_code, f"about {key}, which no event led to" in lost.stderr) == (1, True)


@only_sqlite
def test_an_id_that_nobody_knows_is_said_so(shop: Shop) -> None:
    for unknown in ("nothing", "0" * 32, "msg_" + "0" * 32, "v_forged"):
        result = run("trace", unknown)
        assert (result.exit_code, result.stdout) == (1, "")
        assert unknown in result.stderr
