"""POST /api/v1/events: what is taken, what is refused, and what each answer says."""

import json
import time
from typing import Any

import pytest

from passaparola.store.session import reading
from tests.journeys.caller import Shop, purchase, sign_up
from tests.ledger_clean import assert_books_balance

EVENTS = "/api/v1/events"


def stored() -> int:
    with reading() as session:
        return int(session.rows("SELECT COUNT(*) FROM store_event")[0][0])


def stamp(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))


# -- what is taken --------------------------------------------------------------------------------------------------------------


def test_an_event_is_recorded_and_has_its_effects_when_it_is_answered(shop: Shop) -> None:
    assert shop.event(sign_up("ben", "ada")).status == 201
    said = shop.event(purchase("ben", "1"))
    assert (said.status, said.json["event"], said.json["outcome"]) == (201, "paid-1", "recorded")
    rewards = shop.items("/api/v1/rewards")
    assert {(r["side"], r["kind"], r["amount_minor"], r["state"]) for r in rewards} == {
        ("advocate", "store_credit", 500, "issued"),
        ("friend", "voucher", 500, "issued"),
    }
    assert shop.get(f"{EVENTS}/{said.json['id']}").json["order"] == "1"
    assert_books_balance(shop.workspace)


@pytest.mark.parametrize("whole", [True, False], ids=["object", "array"])
def test_each_event_of_a_list_has_its_own_outcome_and_a_wrong_one_keeps_no_other_out(shop: Shop, whole: bool) -> None:
    shop.event(purchase("ben", "0"))
    told = [
        sign_up("ben", "ada"),
        {"id": "broken", "type": "purchase"},
        purchase("ben", "1"),
        purchase("ben", "1"),
        purchase("ben", "0", 7),
        purchase("bea", "1", 1, id="other"),
        purchase("per_" + "0" * 32, "2"),
        purchase("ben", "1", id="by another route"),
        "no event",
    ]
    said = shop.event({"events": told} if whole else told)
    assert said.status == 207
    events = said.json["events"]
    assert [e["outcome"] for e in events] == [
        "recorded", "invalid", "recorded", "duplicate", "event_conflict", "order_conflict", "unknown_person", "duplicate_order", "invalid",
    ]  # fmt: skip
    assert [e["event"] for e in events[:2]] == ["signup-ben", "broken"]
    assert [e.get("problem", {}).get("status") for e in events] == [None, 422, None, None, 409, 409, 422, None, 422]
    assert {e["field"] for e in events[1]["problem"]["errors"]} == {"person", "amount_minor"}
    assert stored() == 5
    assert shop.event([sign_up("ben", "ada"), purchase("ben", "1")]).status == 200


def test_of_a_great_many_problems_the_first_are_named_and_the_others_counted(shop: Shop) -> None:
    said = shop.event({**purchase("ben", "1"), **{f"f{n}": 1 for n in range(60_000)}})
    assert (said.status, len(said.json["errors"]), said.json["more_errors"]) == (422, 100, 59_900)
    assert len(said.body) < 20_000
    assert shop.event({**purchase("ben", "1"), "sum": 1}).json.keys() == {"type", "title", "status", "detail", "errors"}


def test_a_thousand_events_are_one_request_and_more_are_too_many(shop: Shop) -> None:
    said = shop.event([sign_up(f"f{n}", "ada") for n in range(1000)])
    assert (said.status, {e["outcome"] for e in said.json["events"]}) == (200, {"recorded"})
    more = shop.event([sign_up(f"g{n}", "ada") for n in range(1001)])
    assert (more.status, more.problem) == (413, "too_large")
    assert stored() == 1000


def test_an_order_told_by_two_routes_is_one_conversion_and_with_another_amount_a_conflict(shop: Shop) -> None:
    shop.conversion(order="1")
    assert shop.event(purchase("ben", "1", source="hook", id="x1")).json["outcome"] == "duplicate_order"
    said = shop.event(purchase("ben", "1", 1, source="hook", id="x2"))
    assert (said.status, said.problem) == (409, "order_conflict")
    assert len(shop.items("/api/v1/rewards")) == 2
    assert_books_balance(shop.workspace)


def test_an_event_without_a_time_may_be_sent_again(shop: Shop) -> None:
    assert shop.event(purchase("ben", "1")).status == 201
    time.sleep(0.01)
    assert shop.event(purchase("ben", "1")).json["outcome"] == "duplicate"
    assert shop.event(purchase("ben", "1", at="2026-01-01T00:00:00Z")).status == 409


# -- what is refused ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "amount",
    [
        b"-1",
        b"1e400",
        b"NaN",
        b"Infinity",
        b'"\xd9\xa3"',
        b'"4144"',
        b"1" + b"0" * 30,
        b"41.44",
        b"4144.0",
        b"true",
        b"[1]",
        b"{}",
    ],
)
def test_a14_an_amount_that_is_no_whole_number_in_bounds_is_refused_and_nothing_is_stored(
    shop: Shop, amount: bytes
) -> None:
    right = json.dumps(purchase("ben", "1", 1212)).encode()
    said = shop.event(right.replace(b"1212", amount))
    assert (said.status, said.problem, said.fields) == (422, "invalid", {"amount_minor"})
    assert stored() == 0
    assert shop.event(right).status == 201


def test_a14_a_decimal_amount_and_an_unknown_currency_are_refused(shop: Shop) -> None:
    for more in ({"amount": "41.444"}, {"amount_minor": 1, "currency": "XXL"}, {"amount_minor": 1, "currency": "usd"}):
        body = {k: v for k, v in (purchase("ben", "1") | more).items() if k != "amount_minor" or k in more}
        assert shop.event(body).problem == "invalid"
    assert stored() == 0


@pytest.mark.parametrize("name", ["reward_amount", "tenant_id", "workspace", "status", "is_admin", "outcome", "now"])
def test_a18_a_field_that_is_none_of_an_events_is_refused(shop: Shop, name: str) -> None:
    said = shop.event(purchase("ben", "1", **{name: "approved"}))
    assert (said.status, said.fields) == (422, {name})
    assert stored() == 0


def test_a23_a_time_more_than_five_minutes_ahead_is_refused(shop: Shop) -> None:
    assert shop.event(purchase("ben", "1", at=stamp(310))).fields == {"at"}
    assert shop.event(purchase("ben", "2", at=stamp(290))).status == 201


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"id": "1", "id": "2", "type": "signup", "person": "ben"}', 400),
        (b'{"id" : "1", "type": "signup", "person": {"email": "a@b.pl", "email" :"c@d.pl"}}', 400),
        (b'[{"id": "1", "\\u0069d": "2", "type": "signup", "person": "ben"}]', 400),
        (b"[" * 10_000 + b"]" * 10_000, 400),
        (b'{"id": "1", "type": "signup", "person": "ben", "at": ' + b"[" * 600 + b"]" * 600 + b"}", 400),
        (b'{"id": "1", "type": "signup", "person": "\xff"}', 400),
        (b'{"id": "1", "type": "signup", "person": "\\ud800"}', 400),
        (b'{"id": "1e999", "type": "signup", "person": "ben", "\\ud800": 1}', 400),
        (b'{"id": "1",', 400),
        (b"", 400),
        (b"null", 422),
        (b'"text"', 422),
        (b"[]", 422),
        (b'{"events": [], "more": 1}', 422),
        (b'{"id": "1", "type": "signup", "person": "' + b"x" * (1 << 20) + b'"}', 413),
        (b"[" + b" " * (8 << 20) + b"]", 413),
    ],
    ids=[
        "duplicate key", "nested duplicate", "escaped duplicate", "deep", "less deep", "no utf-8",
        "half a surrogate", "half a surrogate beside a number", "cut", "empty", "null", "text",
        "no event", "field beside", "over 1 MiB", "over 8 MiB",
    ],
)  # fmt: skip
def test_a42_what_is_no_proper_json_is_refused_soon(shop: Shop, body: bytes, status: int) -> None:
    shop.event(sign_up("ada", "bea"))
    begun = time.process_time()
    said = shop.event(body)
    assert time.process_time() - begun < 0.5
    assert said.status == status, said.body
    assert said.headers["content-type"] == "application/problem+json"
    assert stored() == 1


def test_a42_a_text_that_looks_like_a_key_is_no_duplicate(shop: Shop) -> None:
    assert shop.event(sign_up("ben", "ada", channel='x":"person":')).status == 201


@pytest.mark.parametrize(
    ("content_type", "headers"),
    [
        ("text/plain", {}),
        ("", {}),
        ("application/x-www-form-urlencoded", {}),
        ("application/json; charset=utf-16", {}),
        ("application/json", {"content_encoding": "gzip"}),
    ],
)
def test_a42_other_content_is_not_taken(shop: Shop, content_type: str, headers: dict[str, str]) -> None:
    said = shop.call("POST", EVENTS, sign_up("ben", "ada"), content_type=content_type, **headers)
    assert (said.status, said.problem) == (415, "unsupported_content")
    assert (
        shop.call("POST", EVENTS, sign_up("ben", "ada"), content_type="application/json; charset=UTF-8").status == 201
    )


def test_nothing_of_the_program_is_shown_when_it_breaks(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    from passaparola.inbound.api import post_events

    def broken(*_: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(post_events, "strict_loads", broken)
    said = shop.event(sign_up("ben", "ada"))
    assert (said.status, said.problem) == (500, "internal")
    assert b"secret" not in said.body


# -- browsers -------------------------------------------------------------------------------------------------------------------


def test_a49_a_publishable_key_tells_visits_shares_and_sign_ups_at_the_servers_time(shop: Shop) -> None:
    key = shop.new_key(publishable=True)
    shop.post("/api/v1/advocates", {"program": "friends", "customer_id": "ada"})
    code = shop.items("/api/v1/links")[0]["code"]
    told = [
        {"id": "web-1", "type": "visit", "code": code, "device": "d1"},
        {"id": "web-2", "type": "share", "person": "ada", "to": "ben@example.com"},
        {"id": "web-3", "type": "signup", "email": "bea@example.com", "visit": "web-1"},
    ]
    assert [shop.event(event, key=key).status for event in told] == [201, 201, 201]
    assert shop.event(told, key=key).status == 200
    bound = shop.items("/api/v1/referrals?status=bound")
    assert [r["bound_by"] for r in bound] == ["visit"]


@pytest.mark.parametrize(
    ("change", "status", "name"),
    [
        ({"type": "purchase", "amount_minor": 1, "currency": "USD"}, 403, "publishable_key"),
        ({"type": "refund", "order": "1"}, 403, "publishable_key"),
        ({"at": "2026-01-01T00:00:00Z"}, 403, "publishable_key"),
        ({"occurred_at": "2026-01-01T00:00:00Z"}, 403, "publishable_key"),
        ({"customer_since": "2020-01-01"}, 403, "publishable_key"),
        ({"referred_by": "mallory"}, 403, "publishable_key"),
        ({"source": "shop"}, 403, "publishable_key"),
        ({"id": "order-1-paid"}, 422, "invalid"),
    ],
)
def test_a49_a_publishable_key_tells_nothing_that_is_trusted(
    shop: Shop, change: dict[str, Any], status: int, name: str
) -> None:
    key, right = shop.new_key(publishable=True), {"id": "web-1", "type": "signup", "person": "ben"}
    said = shop.event({**right, **change}, key=key)
    assert (said.status, said.problem) == (status, name)
    assert stored() == 0
    assert shop.event(right, key=key).status == 201


def test_a49_a_publishable_key_opens_nothing_else(shop: Shop) -> None:
    key = shop.new_key(publishable=True)
    for path in ("events", "people", "rewards", "api-keys", "ledger/trial-balance", "report?program=friends"):
        said = shop.get(f"/api/v1/{path}", key=key)
        assert (said.status, said.problem) == (403, "publishable_key"), path


def test_a49_a_secret_key_in_a_browser_is_refused_and_the_operator_is_told(shop: Shop) -> None:
    said = shop.call("POST", EVENTS, sign_up("ben", "ada"), origin="https://shop.example.com")
    assert (said.status, said.problem) == (403, "secret_key_in_browser")
    assert shop.call("GET", "/api/v1/people", origin="https://shop.example.com").problem == "secret_key_in_browser"
    assert stored() == 0
    until = time.monotonic() + 5
    while not (found := shop.items("/api/v1/findings")) and time.monotonic() < until:
        time.sleep(0.02)
    assert [(f["kind"], f["detail"]["origin"]) for f in found] == [
        ("secret_key_in_browser", "https://shop.example.com")
    ]
    assert shop.call("POST", EVENTS, sign_up("ben", "ada"), origin="http://localhost:8000").status == 201


def test_a_browser_may_use_a_publishable_key_from_the_pages_it_names(shop: Shop) -> None:
    page = "https://shop.example.com"
    key, event = shop.new_key(publishable=True, origins=(page,)), {"id": "web-1", "type": "signup", "person": "ben"}
    asked = shop.call("OPTIONS", EVENTS, key="", origin=page, access_control_request_method="POST")
    assert (asked.status, asked.headers["access-control-allow-origin"]) == (204, page)
    other = shop.call("POST", EVENTS, event, key=key, origin="https://mallory.example")
    assert (other.status, other.problem) == (403, "origin_not_allowed")
    said = shop.call("POST", EVENTS, event, key=key, origin=page)
    assert (said.status, said.headers["access-control-allow-origin"]) == (201, page)
    assert "access-control-allow-credentials" not in said.headers
