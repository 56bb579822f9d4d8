"""What an operator, a shop and a checkout do through the API, from the program file to the balanced books."""

import json
import time
from typing import Any

import pytest

from passaparola.domain.instant import SECOND, iso
from tests.databases import on_both
from tests.journeys.caller import HELD, PROGRAM, CutOff, Shop, now, purchase, sign_up
from tests.ledger_clean import assert_books_balance

YAML = "application/yaml"
PROGRAMS = "/api/v1/programs"


def apply(shop: Shop, text: str, **more: Any) -> Any:
    return shop.post(f"{PROGRAMS}?without_goal=a+test", text.encode(), content_type=YAML, **more)


# -- programs -------------------------------------------------------------------------------------------------------------------


@on_both
def test_a_program_is_checked_applied_shown_paused_resumed_and_ended(shop: Shop) -> None:
    text = PROGRAM.format(slug="winter").replace("Give 5, get 5", "Winter")
    checked = shop.post(f"{PROGRAMS}/check", text.encode(), content_type=YAML)
    assert (checked.json["valid"], checked.json["findings"]) == (True, [])
    assert any("5.00 USD" in line for line in checked.json["described"])
    assert [p["program"] for p in shop.items(PROGRAMS)] == ["friends"], "a check stores nothing"
    made = apply(shop, text)
    assert (made.status, made.json["version"], made.json["live"]) == (201, 1, True)
    assert (apply(shop, text).status, apply(shop, text).json["changed"]) == (200, False)
    assert apply(shop, text + "\n# a remark\n").json["version"] == 2
    whole = shop.get(f"{PROGRAMS}/winter").json
    assert (whole["id"], whole["live_version"], whole["document"]) == (made.json["id"], 2, text + "\n# a remark\n")
    assert [v["number"] for v in shop.items(f"{PROGRAMS}/winter/versions")] == [2, 1]
    assert shop.get(f"{PROGRAMS}/{made.json['id']}/versions/1").json["document"] == text
    for step, status in (("pause", "paused"), ("resume", "active"), ("end", "ended")):
        assert shop.post(f"{PROGRAMS}/winter/{step}").json["status"] == status
        assert [p["program"] for p in shop.items(f"{PROGRAMS}?status={status}")][:1] == ["winter"]
    refused = shop.post(f"{PROGRAMS}/winter/resume")
    assert (refused.status, refused.problem, refused.json["state"]) == (409, "illegal_transition", "ended")


def test_a_program_that_is_wrong_is_refused_with_everything_that_is_wrong(shop: Shop) -> None:
    said = apply(shop, "program: x y\nname: X\ncurrency: EUROS\nrewards: []\n")
    assert (said.status, said.problem) == (422, "invalid")
    assert {"program", "currency"} <= {f["path"] for f in said.json["findings"]}
    assert all(f["remedy"] for f in said.json["findings"])
    assert shop.post(PROGRAMS, b"\xff\xfe", content_type=YAML).status == 400
    assert shop.post(PROGRAMS, {"program": "x"}).status == 415
    assert shop.post(PROGRAMS, b"#" * (257 << 10), content_type=YAML).status == 413
    half = CutOff(PROGRAM.format(slug="half").encode())
    for path, body, kind in (
        (f"{PROGRAMS}?without_goal=x", half, YAML),
        ("/api/v1/people", CutOff(b'{"name": "a"}'), "application/json"),
        ("/api/v1/events", CutOff(json.dumps(sign_up("ben", "ada")).encode()), "application/json"),
    ):
        said = shop.post(path, body, content_type=kind)
        assert (said.status, said.problem, "than was announced" in said.json["detail"]) == (400, "malformed", True)
    chunked = shop.post("/api/v1/people", b"", transfer_encoding="chunked")
    assert (chunked.status, chunked.problem, "not chunked" in chunked.json["detail"]) == (400, "malformed", True)
    assert shop.items("/api/v1/people") == shop.items("/api/v1/events") == []
    assert [p["program"] for p in shop.items(PROGRAMS)] == ["friends"]


def test_a_program_is_applied_once_under_a_key(shop: Shop) -> None:
    text = PROGRAM.format(slug="winter")
    first, again = (apply(shop, text, idempotency="k") for _ in range(2))
    assert (first.status, again.replayed, again.body) == (201, True, first.body)
    assert apply(shop, text + "#", idempotency="k").problem == "idempotency_key_reused"
    assert shop.get(f"{PROGRAMS}/winter").json["newest_version"] == 1


def test_a_paused_program_gives_nothing_new(shop: Shop) -> None:
    shop.post(f"{PROGRAMS}/friends/pause")
    shop.conversion("ben")
    assert shop.items("/api/v1/rewards") == []
    shop.post(f"{PROGRAMS}/friends/resume")
    shop.conversion("bea")
    assert len(shop.items("/api/v1/rewards")) == 2


# -- people, advocates, links ---------------------------------------------------------------------------------------------------


def test_a_person_is_made_known_renamed_and_found_by_each_identity(shop: Shop) -> None:
    known = [{"kind": "email", "value": "Ada@Example.com"}, {"kind": "customer_id", "value": "ada"}]
    made = shop.post("/api/v1/people", {"name": "Ada", "identities": known})
    person = made.json["id"]
    assert made.status == 201
    assert shop.post(f"/api/v1/people/{person}/identities", {"kind": "phone", "value": "+48 123 456 789"}).status == 200
    for query in ("email=ada@example.com", "customer_id=ada", "phone=%2B48123456789"):
        assert [p["id"] for p in shop.items(f"/api/v1/people?{query}")] == [person]
    assert shop.items("/api/v1/people?email=ben@example.com") == []
    taken = shop.post("/api/v1/people", {"identities": known[:1]})
    assert (taken.status, taken.problem, taken.json["person"]) == (409, "identity_taken", person)
    assert shop.post(f"/api/v1/people/{person}/name", {"name": "Ada L."}).status == 200
    assert shop.post(f"/api/v1/people/{person}/identities/remove", known[1]).status == 200
    whole = shop.get(f"/api/v1/people/{person}").json
    assert (whole["name"], {i["kind"] for i in whole["identities"]}) == ("Ada L.", {"email", "phone"})
    wrong = shop.post("/api/v1/people", {"name": "X", "identities": [{"kind": "email", "value": "no"}]})
    assert (wrong.status, wrong.fields) == (422, {"identities.0.value"})


@on_both
def test_two_records_of_one_person_become_one(shop: Shop) -> None:
    shop.conversion("ben")
    shop.event(sign_up("benjamin", "ada"))
    keep, gone = (shop.items(f"/api/v1/people?customer_id={c}")[0]["id"] for c in ("ben", "benjamin"))
    said = shop.post(f"/api/v1/people/{keep}/merge", {"duplicate": gone})
    assert (said.json["person"], said.json["changed"], said.json["referrals_merged"]) == (keep, True, 1)
    assert shop.get(f"/api/v1/people/{gone}").json["merged_into"] == keep
    whole = shop.get(f"/api/v1/people/{keep}").json
    assert (whole["merged"], {i["value"] for i in whole["identities"]}) == ([gone], {"ben", "benjamin"})
    assert shop.post(f"/api/v1/people/{keep}/merge", {"duplicate": keep}).problem == "same_person"
    assert len(shop.items(f"/api/v1/referrals?friend={gone}")) == 2, "a filter means the person, by whichever id"
    assert_books_balance(shop.workspace)


@on_both
def test_an_advocate_is_enrolled_suspended_and_resumed_and_has_links_and_codes(shop: Shop) -> None:
    made = shop.post("/api/v1/advocates", {"program": "friends", "email": "ada@example.com"})
    again = shop.post("/api/v1/advocates", {"program": "friends", "email": "ada@example.com"})
    assert (made.status, again.status, again.json["id"], again.json["new"]) == (201, 200, made.json["id"], False)
    advocate = made.json["id"]
    link = shop.post("/api/v1/links", {"advocate": advocate, "label": "card", "code": "ada-10"})
    assert (link.status, link.json["code"]) == (201, "ADA-10")
    assert shop.post("/api/v1/links", {"advocate": advocate, "code": "ADA-10"}).problem == "code_taken"
    assert {lnk["label"] for lnk in shop.items(f"/api/v1/links?advocate={advocate}")} == {"", "card"}
    assert shop.get(f"/api/v1/links/{link.json['id']}").json["active"] is True
    assert shop.post(f"/api/v1/advocates/{advocate}/suspend", {"note": "look"}).json["status"] == "suspended"
    shop.event([{"id": "1", "type": "signup", "person": "ben", "code": "ADA-10"}, purchase("ben", "1")])
    assert shop.items("/api/v1/rewards") == []
    assert [r["reason"] for r in shop.items("/api/v1/referrals?status=refused")] == ["advocate_suspended"]
    assert shop.post(f"/api/v1/advocates/{advocate}/resume").json["status"] == "active"
    shop.event([{"id": "2", "type": "signup", "person": "bea", "code": "ada-10"}, purchase("bea", "2")])
    assert {r["side"] for r in shop.items(f"/api/v1/rewards?person={advocate}")} == {"advocate"}
    for body in ({"program": "friends"}, {"program": "friends", "person": "per_" + "0" * 32, "email": "a@b.pl"}):
        assert shop.post("/api/v1/advocates", body).fields == {"person"}


# -- rewards --------------------------------------------------------------------------------------------------------------------


@on_both
def test_an_operator_approves_denies_cancels_and_undoes(shop: Shop) -> None:
    apply(shop, HELD.format(slug="friends"))
    shop.conversion()
    credit, card = (shop.items(f"/api/v1/rewards?side={side}")[0]["id"] for side in ("advocate", "friend"))
    steps = [
        (credit, "approve", "issued"),
        (credit, "undo", "pending"),
        (credit, "deny", "denied"),
        (card, "cancel", "cancelled"),
    ]
    for n, (reward, step, state) in enumerate(steps):
        said = shop.post(f"/api/v1/rewards/{reward}/{step}", {"note": f"step {n}"}, idempotency=str(n))
        assert (said.status, said.json["state"]) == (200, state), said.body
    whole = shop.get(f"/api/v1/rewards/{credit}").json
    assert [(t["to_state"], t["note"]) for t in whole["transitions"]][1:] == [
        ("issued", "step 0"), ("pending", "step 1"), ("denied", "step 2"),
    ]  # fmt: skip
    assert {t["actor"].partition("_")[0] for t in whole["transitions"][1:]} == {"key:pp"}
    assert_books_balance(shop.workspace)


@on_both
def test_the_lists_of_rewards_and_referrals_are_filtered(shop: Shop) -> None:
    shop.conversion("ben")
    shop.event(sign_up("bea", "ada"))
    ada = shop.items("/api/v1/people?customer_id=ada")[0]["id"]
    ben = shop.items("/api/v1/people?customer_id=ben")[0]["id"]
    assert len(shop.items("/api/v1/rewards")) == 2
    assert [r["side"] for r in shop.items(f"/api/v1/rewards?person={ada}")] == ["advocate"]
    assert [r["kind"] for r in shop.items("/api/v1/rewards?side=friend&state=issued&program=friends")] == ["voucher"]
    assert shop.items("/api/v1/rewards?state=pending") == []
    assert {r["status"] for r in shop.items(f"/api/v1/referrals?advocate={ada}")} == {"bound", "converted"}
    converted = shop.items(f"/api/v1/referrals?friend={ben}&status=converted&program=friends")
    assert [(r["friend"], r["qualifying_minor"]) for r in converted] == [(ben, {"USD": 4144})]
    assert len(shop.items(f"/api/v1/rewards?referral={converted[0]['id']}")) == 2
    for query, field in (
        ("state=paid", "state"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("persn=x", "persn"),
        ("limit=%D9%A3", "limit"),
    ):
        assert shop.get(f"/api/v1/rewards?{query}").fields == {field}


@on_both
def test_an_explanation_says_who_was_considered_and_why(shop: Shop) -> None:
    shop.conversion()
    referral = shop.items("/api/v1/referrals")[0]
    reward = shop.items("/api/v1/rewards?side=advocate")[0]
    event = shop.items("/api/v1/events?type=purchase")[0]
    for path in (f"referrals/{referral['id']}", f"rewards/{reward['id']}", f"events/{event['id']}"):
        said = shop.get(f"/api/v1/{path}/explanation").json
        assert said["decisions"], path
        words = " ".join(said["decisions"][-1]["words"])
        assert "5.00 USD" in words
        assert said["decisions"][-1]["explanation"]["contenders"][0]["result"] == "won"


# -- the checkout ---------------------------------------------------------------------------------------------------------------


@on_both
def test_a_voucher_is_checked_reserved_redeemed_and_given_back(shop: Shop) -> None:
    shop.conversion()
    code = shop.items("/api/v1/vouchers?state=open")[0]["code"]
    order = {"code": code, "order": "77", "order_minor": 4000, "currency": "USD"}
    checked = shop.post("/api/v1/vouchers/check", {k: v for k, v in order.items() if k != "order"}).json
    assert (checked["valid"], checked["discount_minor"]) == (True, 500)
    assert shop.post("/api/v1/vouchers/reserve", order).json["state"] == "reserved"
    other = shop.post("/api/v1/vouchers/redeem", {**order, "order": "78"}, idempotency="78")
    assert (other.status, other.problem) == (409, "voucher_reserved")
    assert shop.post("/api/v1/vouchers/release", {"code": code, "order": "77"}).json["state"] == "open"
    redeemed = shop.post("/api/v1/vouchers/redeem", order, idempotency="77")
    assert (redeemed.json["state"], redeemed.json["discount_minor"]) == ("redeemed", 500)
    assert (
        shop.items("/api/v1/vouchers?order=77")[0]["person"]
        == shop.items("/api/v1/rewards?side=friend")[0]["beneficiary"]
    )
    assert shop.post("/api/v1/vouchers/give-back", {"code": code, "order": "77"}).json["state"] == "open"
    unknown = shop.post("/api/v1/vouchers/check", {**order, "code": "NOTHING"}).json
    assert (unknown["valid"], unknown["reason"]) == (False, "voucher_not_found")
    assert_books_balance(shop.workspace)


@on_both
def test_store_credit_is_reserved_captured_released_given_back_and_undone_with_the_order(shop: Shop) -> None:
    shop.conversion()
    ada = shop.items("/api/v1/rewards?side=advocate")[0]["beneficiary"]
    credit = "/api/v1/credit"

    def balance() -> tuple[int, int, int]:
        found = shop.get(f"{credit}/balance?person={ada}").json["balances"][0]
        return found["available_minor"], found["reserved_minor"], found["redeemed_minor"]

    def reserve(amount: int, order: str) -> Any:
        wanted = {"person": ada, "amount_minor": amount, "currency": "USD", "order": order}
        return shop.post(f"{credit}/reservations", wanted, idempotency=f"{order}-{amount}")

    first = reserve(300, "1").json["id"]
    assert balance() == (200, 300, 0)
    assert (reserve(400, "2").status, reserve(400, "2").json["available_minor"]) == (409, 200)
    assert shop.post(f"{credit}/reservations/{first}/capture", idempotency="c").json["state"] == "captured"
    assert balance() == (200, 0, 300)
    second = reserve(200, "2").json["id"]
    assert shop.post(f"{credit}/reservations/{second}/release").json["state"] == "released"
    assert shop.post(f"{credit}/reservations/{first}/give-back").json["state"] == "returned"
    assert balance() == (500, 0, 0)
    third = reserve(500, "3").json["id"]
    cancelled = shop.post(f"{credit}/orders/cancel", {"order": "3"}).json
    assert [(c["id"], c["state"]) for c in cancelled["credit"]] == [(third, "released")]
    assert balance() == (500, 0, 0)
    assert {r["state"] for r in shop.items(f"{credit}/reservations?person={ada}")} == {"released", "returned"}
    assert shop.get(f"{credit}/reservations/{first}").json["order"] == "1"
    assert_books_balance(shop.workspace)


@pytest.mark.parametrize("amount", [-1, 0, 10**30, 5.0, "5", "٣", True, None])
def test_a14_an_amount_that_is_none_is_refused_at_the_checkout(shop: Shop, amount: Any) -> None:
    shop.conversion()
    ada = shop.items("/api/v1/rewards?side=advocate")[0]["beneficiary"]
    wanted = {"person": ada, "amount_minor": amount, "currency": "USD", "order": "1"}
    said = shop.post("/api/v1/credit/reservations", wanted, idempotency="k")
    assert (said.status, said.fields) == (422, {"amount_minor"})
    assert shop.items("/api/v1/credit/reservations") == []
    order = {"code": "X", "order": "1", "order_minor": amount, "currency": "USD"}
    if amount != 0:
        assert shop.post("/api/v1/vouchers/redeem", order, idempotency="v").fields == {"order_minor"}


@pytest.mark.parametrize("raw", [b"1e400", b"NaN", b"-Infinity"])
def test_a14_a_number_beyond_all_bounds_is_refused_at_the_checkout(shop: Shop, raw: bytes) -> None:
    body = b'{"code": "X", "order": "1", "order_minor": %s, "currency": "USD"}' % raw
    said = shop.post("/api/v1/vouchers/redeem", body, idempotency="v")
    assert (said.status, said.fields) == (422, {"order_minor"})


def test_a18_what_a_client_may_not_say_is_refused(shop: Shop) -> None:
    shop.conversion()
    reward = shop.items("/api/v1/rewards?side=advocate")[0]
    for more in ({"reward_amount": 9}, {"tenant_id": "x"}, {"status": "approved"}, {"is_admin": True}):
        assert shop.post(f"/api/v1/rewards/{reward['id']}/cancel", more, idempotency="k").fields == set(more)
        assert shop.post("/api/v1/people", {"name": "x", **more}).fields == set(more)
    assert shop.get(f"/api/v1/rewards/{reward['id']}").json["state"] == "issued"


def test_a42_bodies_of_other_operations_are_held_to_the_same(shop: Shop) -> None:
    path = "/api/v1/people"
    assert shop.post(path, b'{"name": "a", "name": "b"}').status == 400
    for depth in (10_000, 600):
        assert shop.post(path, b"[" * depth + b"]" * depth).status == 400
    css = shop.call("PATCH", "/api/v1/branding", {"custom_css": "h1 {color: red} /*\0*/"})
    paid = shop.post("/api/v1/payouts/confirm", {"lines": [{"reward": "x", "reference": "1", "run": "\0"}]})
    assert [(said.status, said.fields) for said in (css, paid)] == [(422, {"custom_css"}), (422, {"lines.0.run"})]
    assert shop.post(path, b'{"name": "a"}', content_type="text/plain").status == 415
    assert shop.call("POST", path, {"name": "a"}, content_encoding="gzip").status == 415
    assert shop.post(path, b'{"name": "' + b"x" * (3 << 20) + b'"}').status == 413
    assert shop.post(path, b"[]").status == 422
    assert shop.get(f"{path}?{'&'.join(f'a{n}=' for n in range(1001))}").problem == "malformed"
    assert shop.post(path, b"").status == 422
    assert shop.items(path) == []


# -- books, findings, reports ---------------------------------------------------------------------------------------------------


@on_both
def test_the_books_are_open_and_right(shop: Shop) -> None:
    shop.conversion()
    balance = shop.get("/api/v1/ledger/trial-balance").json
    assert balance["balanced"] is True
    assert [(u["unit"], u["difference_minor"], u["debit_minor"]) for u in balance["units"]] == [("USD", 0, 1000)]
    assert shop.get("/api/v1/ledger/verify?quick=true").json == {"right": True, "violations": []}
    transfers = shop.items("/api/v1/ledger/transfers?purpose=issue")
    accounts = {a["id"]: a["kind"] for a in shop.items("/api/v1/ledger/accounts")}
    assert {(accounts[t["debit"]], accounts[t["credit"]]) for t in transfers} == {
        ("expense", "credit"),
        ("expense", "voucher"),
    }
    assert {t["cause"][:4] for t in transfers} == {"evt_"}
    one = transfers[0]
    assert shop.get(f"/api/v1/ledger/transfers/{one['id']}").json == one
    assert one in shop.items(f"/api/v1/ledger/transfers?account={one['debit']}&reward={one['reward']}")


@on_both
def test_a_finding_is_shown_and_resolved(shop: Shop) -> None:
    shop.event({"id": "1", "type": "signup", "person": "ben", "code": "NOBODYS"})
    found = shop.items("/api/v1/findings?resolved=false&kind=unknown_code")
    assert [f["detail"] for f in found] == [{"code": "NOBODYS"}]
    assert shop.post(f"/api/v1/findings/{found[0]['id']}/resolve", {"note": "a typo"}).json["resolved_at"] is not None
    assert shop.items("/api/v1/findings?resolved=false") == []
    assert len(shop.items("/api/v1/findings?resolved=true")) == 1
    assert shop.get(f"/api/v1/findings/{found[0]['id']}").json["resolved_at"] is not None


@pytest.mark.parametrize("spent", [False, True])
def test_what_would_be_decided_otherwise_after_credit_was_spent_is_one_finding(shop: Shop, spent: bool) -> None:
    """Ben came through Ada's link and bought; later it is told that he came through Cara's between the two."""
    hour = 3600 * SECOND
    ada, cara = (
        {"id": by, "type": "visit", "person": "ben", "referred_by": by, "at": iso(now() - ago * hour)}
        for by, ago in (("ada", 8), ("cara", 6))
    )
    shop.event([ada, purchase("ben", "1", at=iso(now() - hour))])
    held = shop.items("/api/v1/rewards?side=advocate")[0]
    if spent:
        wanted = {"person": held["beneficiary"], "amount_minor": 100, "currency": "USD", "order": "77"}
        reserved = shop.post("/api/v1/credit/reservations", wanted, idempotency="77").json["id"]
        assert shop.post(f"/api/v1/credit/reservations/{reserved}/capture", idempotency="77").status == 200
    assert shop.event(cara).status == 201
    assert shop.event(cara).json["outcome"] == "duplicate"
    assert shop.event({"id": "after", "type": "signup", "person": "ben"}).status == 201  # decides once more
    found = shop.items("/api/v1/findings")
    (referral,) = shop.items("/api/v1/referrals")
    assert (referral["advocate"] == held["beneficiary"]) is spent
    assert [f["kind"] for f in found] == ["late_event_after_redemption"] * spent
    assert_books_balance(shop.workspace)


def test_the_report_counts_what_was_told(shop: Shop) -> None:
    shop.conversion()
    said = shop.get("/api/v1/report?program=friends").json
    assert (said["signups"], said["referred_signups"], said["converted_friends"]) == (1, 1, 1)
    assert said["revenue_minor"] == {"USD": 4144}
    assert shop.get("/api/v1/report?program=nothing").status == 404
    assert shop.get("/api/v1/report").fields == {"program"}


@on_both
def test_pages_lead_through_a_list_once_whatever_is_added_meanwhile(shop: Shop) -> None:
    shop.event([sign_up(f"f{n}", "ada") for n in range(7)])
    wanted = [e["id"] for e in shop.items("/api/v1/events?limit=200")]
    seen, following = [], ""
    while True:
        page = shop.get(f"/api/v1/events?limit=3{following}").json
        assert len(page["items"]) <= 3
        seen += [e["id"] for e in page["items"]]
        shop.event(sign_up(f"late{len(seen)}", "ada"))
        if page["next"] is None:
            break
        following = f"&cursor={page['next']}"
    assert seen == wanted


def test_what_is_not_there_and_what_is_not_allowed_are_problems_too(shop: Shop) -> None:
    nowhere = shop.get("/api/v1/nowhere")
    assert (nowhere.status, nowhere.problem) == (404, "not_found")
    elsewhere = shop.get("/api/v1/people", host="evil.example")
    assert (elsewhere.status, elsewhere.problem, "PASSAPAROLA_HOSTS" in elsewhere.json["detail"]) == (
        400,
        "malformed",
        True,
    )
    assert shop.get("/me/", host="evil.example").headers["content-type"].startswith("text/html")
    method = shop.call("DELETE", "/api/v1/people")
    assert (method.status, method.problem, "GET" in method.headers["allow"]) == (405, "method_not_allowed", True)
    for path in (
        "rewards/rwd_1",
        "rewards/per_" + "0" * 32,
        "rewards/rwd_" + "0" * 31 + "x",
        "programs/prg_x",
        "programs/no",
    ):
        assert shop.get(f"/api/v1/{path}").status == 404, path


def test_a_character_that_no_text_has_is_refused_wherever_it_stands(shop: Shop) -> None:
    assert shop.get("/api/v1/events?order=%00").fields == {"order"}
    assert shop.get("/api/v1/programs/a\0b").status == 404
    assert shop.get(f"/api/v1/programs/friends/versions/{10**30}").status == 404
    for body in ({"name": "a\0b"}, {"name": "a\nb"}, {"name": "a\u202eb"}):
        assert shop.post("/api/v1/people", body).fields == {"name"}
    assert shop.post("/api/v1/advocates", {"program": "a\0b", "email": "a@b.pl"}).fields == {"program"}
    assert shop.event(sign_up("be\0n", "ada")).status == 422


def test_a_checkouts_time_is_a_moment_in_the_future(shop: Shop) -> None:
    shop.conversion()
    code = shop.items("/api/v1/vouchers")[0]["code"]
    order = {"code": code, "order": "1", "order_minor": 4000, "currency": "USD"}
    for until in ("tomorrow", "2026-13-01T00:00:00Z", "9999-01-01T00:00:00Z", "2026-01-01", "2026-01-01T00:00:00Z"):
        assert shop.post("/api/v1/vouchers/reserve", {**order, "until": until}).fields == {"until"}
    assert shop.get("/api/v1/vouchers").json["items"][0]["state"] == "open"
    soon = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 600))
    assert shop.post("/api/v1/vouchers/reserve", {**order, "until": soon}).json["reserved_until"] == soon
