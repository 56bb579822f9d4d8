"""The idempotency contract of the API: I1 to I10, each by its number."""

import json
import signal
import threading
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest

from passaparola.actions.clock import run_clock
from passaparola.actions.programs.apply import apply_program
from passaparola.domain.instant import DAY, SECOND, iso
from passaparola.inbound.api import post_events
from passaparola.store.session import Session, reading, writing
from tests.databases import Database, on_both, only_postgres
from tests.journeys.caller import HELD, Answer, Shop, now, open_shop, purchase, served, sign_up
from tests.ledger_clean import assert_books_balance
from tests.races import at_once

pytestmark = on_both

TABLES = (
    "event",
    "act",
    "idempotencykey",
    "referral",
    "decision",
    "reward",
    "rewardtransition",
    "transfer",
    "outbox",
    "batch",
)


def counts(*tables: str) -> dict[str, int]:
    with reading() as session:
        return {t: int(session.rows(f"SELECT COUNT(*) FROM store_{t}")[0][0]) for t in tables or TABLES}


def held_reward(shop: Shop) -> str:
    """A reward that waits for the end of its hold."""
    apply_program(HELD.format(slug="friends"), workspace=shop.workspace, now=now(), actor="Olga")
    shop.conversion()
    return str(shop.items("/api/v1/rewards?state=pending&side=advocate")[0]["id"])


def voucher(shop: Shop) -> str:
    shop.conversion()
    return str(shop.items("/api/v1/vouchers")[0]["code"])


# -- I1 -------------------------------------------------------------------------------------------------------------------------


def test_i1_the_same_key_in_two_workspaces_by_two_principals_and_on_two_routes_is_several_keys(shop: Shop) -> None:
    other = open_shop("other")
    assert shop.event(sign_up("ben", "ada"), idempotency="k").status == 201
    assert other.event(sign_up("ben", "ada"), idempotency="k").status == 201
    second = shop.new_key("*")
    assert shop.event(sign_up("bea", "ada"), idempotency="k", key=second).status == 201
    assert shop.post("/api/v1/people", {"name": "Ada"}, idempotency="k").status == 201
    assert counts("event", "idempotencykey") == {"event": 3, "idempotencykey": 4}


# -- I2 -------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["", "x" * 256, "ключ", "a\tb"])
def test_i2_a_key_that_is_no_key_is_refused(shop: Shop, key: str) -> None:
    assert shop.event(sign_up("ben", "ada"), idempotency=key).problem == "bad_idempotency_key"
    said = shop.post("/api/v1/people", {"name": "Ada"}, idempotency=key)
    assert (said.status, said.problem) == (400, "bad_idempotency_key")
    assert counts("event", "person") == {"event": 0, "person": 0}


@pytest.mark.parametrize("key", ["x", "x" * 255, " !~"])
def test_i2_a_key_of_1_to_255_printable_characters_is_taken(shop: Shop, key: str) -> None:
    assert shop.event(sign_up("ben", "ada"), idempotency=key).status == 201


def test_i2_a_key_is_required_where_nothing_else_makes_the_request_single(shop: Shop) -> None:
    reward, person = held_reward(shop), shop.items("/api/v1/people")[0]["id"]
    asked: list[tuple[str, Any]] = [
        (f"/api/v1/rewards/{reward}/{step}", None) for step in ("approve", "deny", "cancel", "undo")
    ]
    asked += [
        ("/api/v1/vouchers/redeem", {"code": "X", "order": "1", "order_minor": 1, "currency": "USD"}),
        ("/api/v1/credit/reservations", {"person": person, "amount_minor": 1, "currency": "USD", "order": "1"}),
        ("/api/v1/credit/reservations/crr_" + "0" * 32 + "/capture", None),
        ("/api/v1/credit/bills", {"person": person, "invoice": "1", "amount_minor": 1, "currency": "USD"}),
        (f"/api/v1/rewards/{reward}/fulfil", {"reference": "b1"}),
        ("/api/v1/payouts/confirm", {"lines": [{"reward": reward, "reference": "b1"}]}),
    ]
    for path, body in asked:
        said = shop.post(path, body)
        assert (said.status, said.problem) == (400, "idempotency_key_required"), path
    assert shop.post(f"/api/v1/rewards/{reward}/approve", idempotency="k").status == 200


# -- I3 -------------------------------------------------------------------------------------------------------------------------


def test_i3_the_same_key_with_another_request_is_refused_and_changes_nothing(shop: Shop) -> None:
    first = shop.event(purchase("ben", "1"), idempotency="k")
    before = counts()
    for other in (purchase("ben", "1", 5000), purchase("ben", "2"), [purchase("ben", "1")]):
        said = shop.event(other, idempotency="k")
        assert (said.status, said.problem) == (422, "idempotency_key_reused")
    assert shop.post("/api/v1/events?x=1", purchase("ben", "1"), idempotency="k").status == 422
    assert counts() == before
    again = shop.event(purchase("ben", "1"), idempotency="k")
    assert (again.replayed, again.body) == (True, first.body)


def test_i3_and_a10_an_act_with_a_changed_amount_is_refused(shop: Shop) -> None:
    shop.conversion()
    person = shop.items("/api/v1/rewards?side=advocate")[0]["beneficiary"]
    wanted = {"person": person, "amount_minor": 200, "currency": "USD", "order": "7"}
    first = shop.post("/api/v1/credit/reservations", wanted, idempotency="k")
    assert first.status == 200, first.body
    changed = shop.post("/api/v1/credit/reservations", {**wanted, "amount_minor": 300}, idempotency="k")
    assert (changed.status, changed.problem) == (422, "idempotency_key_reused")
    assert shop.post("/api/v1/credit/reservations", wanted, idempotency="k").body == first.body
    assert [r["amount_minor"] for r in shop.items("/api/v1/credit/reservations")] == [200]
    assert_books_balance(shop.workspace)


# -- I4 -------------------------------------------------------------------------------------------------------------------------


def same_answer(answers: list[Any]) -> None:
    assert {type(a) for a in answers} == {Answer}, answers
    assert len({(a.status, a.body) for a in answers}) == 1, answers
    assert sum(not a.replayed for a in answers) == 1


def test_i4_the_same_key_at_once_is_done_once_and_answered_alike(shop: Shop) -> None:
    for n in range(5):
        same_answer(at_once(*[lambda n=n: shop.event(purchase("ben", f"o{n}"), idempotency=f"k{n}")] * 8))
    assert counts("event", "idempotencykey") == {"event": 5, "idempotencykey": 5}


def test_i4_an_act_with_the_same_key_at_once_is_done_once_and_answered_alike(shop: Shop) -> None:
    reward = held_reward(shop)
    same_answer(at_once(*[lambda: shop.post(f"/api/v1/rewards/{reward}/approve", idempotency="k")] * 6))
    steps = shop.get(f"/api/v1/rewards/{reward}").json["transitions"]
    assert [s["to_state"] for s in steps] == ["pending", "issued"]
    assert_books_balance(shop.workspace)


@only_postgres
@pytest.mark.slow
def test_i4_two_processes_race_one_key_and_the_second_replays_the_first(database: Database, shop: Shop) -> None:
    bearer = {"Authorization": f"Bearer {shop.key}"}
    with served(database) as one, served(database) as other:
        for n in range(10):
            calls = [
                lambda s=s, n=n: s.send(
                    "POST", "/api/v1/events", purchase("ben", f"o{n}"), Idempotency_Key=f"k{n}", **bearer
                )
                for s in (one, other, one, other)
            ]
            same_answer(at_once(*calls))
    assert counts("event", "idempotencykey") == {"event": 10, "idempotencykey": 10}


@only_postgres
def test_i4_a_key_that_another_writer_holds_too_long_is_busy_and_free_afterwards(
    database: Database, shop: Shop
) -> None:
    first = shop.event(purchase("ben", "0"), idempotency="seen")
    assert first.status == 201
    with psycopg.connect(database.url) as hung:
        hung.execute(
            "INSERT INTO store_idempotencykey (id, workspace_id, principal, route, key, fingerprint, status, content_type, created_at)"
            " SELECT gen_random_uuid(), workspace_id, principal, route, 'held', fingerprint, 200, content_type, created_at"
            " FROM store_idempotencykey"
        )
        said = shop.event(purchase("ben", "1"), idempotency="held")
        assert (said.status, said.problem, said.headers["retry-after"]) == (409, "busy", "1")
        assert shop.event(purchase("ben", "2"), idempotency="free").status == 201
        hung.rollback()
    assert shop.event(purchase("ben", "1"), idempotency="held").status == 201


# -- I5 -------------------------------------------------------------------------------------------------------------------------


def test_i5_a_finished_request_is_answered_alike_to_the_byte(shop: Shop) -> None:
    soon = {"at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 400))}
    bodies: list[Any] = [
        purchase("ben", "1"),
        [purchase("ben", "2"), purchase("ben", "1"), {"id": "x", "type": "nonsense"}, purchase("ben", "3", **soon)],
        {"events": [sign_up("bea", "ada"), sign_up("bea", "ben")]},
        purchase("ben", "1", 9),
    ]
    for n, body in enumerate(bodies):
        first, again = (shop.event(body, idempotency=f"k{n}") for _ in range(2))
        assert not first.replayed
        assert again.replayed
        assert (again.status, again.body, again.headers["content-type"]) == (
            first.status,
            first.body,
            first.headers["content-type"],
        )
    kept = counts("idempotencykey")
    assert kept == {"idempotencykey": 4}
    with reading() as session:
        assert {r[0] for r in session.rows("SELECT body FROM store_idempotencykey")} == {None}, (
            "a copy of an answer was kept"
        )


def test_i5_what_was_too_early_at_first_is_told_alike_when_it_no_longer_is(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = now()
    body = [purchase("ben", "1"), purchase("ben", "2", at=iso(at + 302 * SECOND))]
    monkeypatch.setattr(post_events, "now_apart", lambda _: at)
    first = shop.event(body, idempotency="k")
    assert [e["outcome"] for e in first.json["events"]] == ["recorded", "invalid"]
    monkeypatch.setattr(post_events, "now_apart", lambda _: at + 3 * SECOND)
    assert shop.event(body, idempotency="k").body == first.body
    assert [e["outcome"] for e in shop.event(body).json["events"]] == ["duplicate", "recorded"], (
        "it could be told by now"
    )


def test_i5_an_act_is_answered_alike_to_the_byte(shop: Shop) -> None:
    reward = held_reward(shop)
    first, again = (shop.post(f"/api/v1/rewards/{reward}/deny", {"note": "no"}, idempotency="k") for _ in range(2))
    assert (first.status, first.replayed, again.replayed) == (200, False, True)
    assert (again.status, again.body, again.headers["content-type"]) == (first.status, first.body, "application/json")


# -- I6 -------------------------------------------------------------------------------------------------------------------------


def test_i6_a_request_that_was_wrong_leaves_its_key_free(shop: Shop) -> None:
    reader = shop.new_key("rewards:read")
    reward = held_reward(shop)
    wrong = [
        shop.event(b"{", idempotency="k"),
        shop.event({"id": "1", "type": "purchase"}, idempotency="k"),
        shop.event(purchase("per_" + "0" * 32, "9"), idempotency="k"),
        shop.post("/api/v1/events", b"x", idempotency="k", content_type="text/plain"),
        shop.event(purchase("ben", "1"), idempotency="k", key="wrong"),
        shop.event(purchase("ben", "1"), idempotency="k", key=reader),
        shop.post("/api/v1/rewards/rwd_" + "0" * 32 + "/approve", idempotency="k"),
        shop.post(f"/api/v1/rewards/{reward}/approve", {"amount": 5}, idempotency="k"),
    ]
    assert [a.status for a in wrong] == [400, 422, 422, 415, 401, 403, 404, 422]
    assert counts("idempotencykey") == {"idempotencykey": 0}
    assert shop.event(purchase("ben", "1"), idempotency="k").status == 201
    assert shop.post(f"/api/v1/rewards/{reward}/approve", idempotency="k").status == 200


def test_i6_a_rules_refusal_is_a_decision_that_is_stored_and_replayed(shop: Shop) -> None:
    reward = held_reward(shop)
    assert shop.post(f"/api/v1/rewards/{reward}/deny", idempotency="no").status == 200
    refused = shop.post(f"/api/v1/rewards/{reward}/approve", idempotency="k")
    assert (refused.status, refused.problem) == (409, "illegal_transition")
    assert shop.post(f"/api/v1/rewards/{reward}/undo", idempotency="back").status == 200
    again = shop.post(f"/api/v1/rewards/{reward}/approve", idempotency="k")
    assert (again.replayed, again.status, again.body, again.headers["content-type"]) == (
        True,
        409,
        refused.body,
        "application/problem+json",
    )
    assert shop.post(f"/api/v1/rewards/{reward}/approve", idempotency="another").status == 200


def test_i6_an_event_told_again_is_a_duplicate_and_with_other_content_a_conflict(shop: Shop) -> None:
    first = shop.event(purchase("ben", "1"))
    again = shop.event(purchase("ben", "1"))
    assert (first.status, again.status) == (201, 200)
    assert again.json == {"id": first.json["id"], "event": "paid-1", "outcome": "duplicate"}
    before = counts()
    other = shop.event(purchase("ben", "1", 9))
    assert (other.status, other.problem, other.json["id"]) == (409, "event_conflict", first.json["id"])
    assert counts("event", "reward", "transfer") == {t: before[t] for t in ("event", "reward", "transfer")}
    assert [f["kind"] for f in shop.items("/api/v1/findings")] == ["event_conflict"]


# -- I7 -------------------------------------------------------------------------------------------------------------------------


def plant(session: Session, table: str) -> None:
    """From now on nothing can be written into this table."""
    if session.postgres:
        session.run(
            "CREATE FUNCTION planted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''planted''; END'"
        )
        session.run(f"CREATE TRIGGER planted BEFORE INSERT ON {table} EXECUTE FUNCTION planted()")
    else:
        session.run(f"CREATE TRIGGER planted BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'planted'); END")


@pytest.mark.parametrize("table", ["store_transfer", "store_outbox", "store_batch"])
def test_i7_key_effect_and_notice_are_one_transaction(shop: Shop, table: str) -> None:
    shop.event(sign_up("ben", "ada"))
    before = counts()
    with writing() as session:
        plant(session, table)
    broken = shop.event(purchase("ben", "1"), idempotency="k")
    assert broken.status in (409, 500), broken.body
    assert counts() == before, "something was written without the rest"
    with writing() as session:
        session.run("DROP TRIGGER planted" + (f" ON {table}" if session.postgres else ""))
    assert shop.event(purchase("ben", "1"), idempotency="k").status == 201
    with reading() as session:
        batches = {
            t: session.rows(f"SELECT batch FROM store_{t} ORDER BY id DESC LIMIT 1")[0][0]
            for t in ("event", "decision", "rewardtransition", "transfer", "outbox")
        }
    assert len(set(batches.values())) == 1, batches
    assert counts("idempotencykey") == {"idempotencykey": 1}
    assert_books_balance(shop.workspace)


# -- I8 -------------------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_i8_a_crash_leaves_nothing_to_release_and_every_answer_can_be_had_again(database: Database, shop: Shop) -> None:
    bearer = {"Authorization": f"Bearer {shop.key}"}
    answered: dict[int, bytes] = {}
    with served(database) as server:

        def tell(first: int) -> None:
            for n in range(first, 400, 4):
                try:
                    said = server.send(
                        "POST", "/api/v1/events", purchase(f"f{n}", f"o{n}"), Idempotency_Key=f"k{n}", **bearer
                    )
                except OSError:
                    return
                assert said.status == 201
                answered[n] = said.body

        callers = [threading.Thread(target=tell, args=(first,)) for first in range(4)]
        for caller in callers:
            caller.start()
        while len(answered) < 40:
            time.sleep(0.01)
        server.kill()
        for caller in callers:
            caller.join()
        server.start()
        assert len(answered) < 400, "the kill came too late to interrupt anything"
        for n in range(max(answered) + 5):
            said = server.send("POST", "/api/v1/events", purchase(f"f{n}", f"o{n}"), Idempotency_Key=f"k{n}", **bearer)
            assert said.status == 201, said.body
            assert answered.get(n) in (None, said.body), "another answer than before"
            assert said.replayed or n not in answered, "an answered request was done again"
        assert server.stop() in (0, -signal.SIGTERM)
    with reading() as session:
        twice = session.rows("SELECT external_id FROM store_event GROUP BY external_id HAVING COUNT(*) > 1")
    assert twice == []
    assert_books_balance(shop.workspace)


# -- I9 -------------------------------------------------------------------------------------------------------------------------


def test_i9_and_a11_after_thirty_days_the_key_is_forgotten_and_the_effect_still_single(shop: Shop) -> None:
    code = voucher(shop)
    paid = shop.event(purchase("ben", "again"), idempotency="event")
    order = {"code": code, "order": "77", "order_minor": 4000, "currency": "USD"}
    redeemed = shop.post("/api/v1/vouchers/redeem", order, idempotency="redeem")
    assert (paid.status, redeemed.status) == (201, 200), redeemed.body
    run_clock(shop.workspace, now=now() + 29 * DAY)
    assert shop.event(purchase("ben", "again"), idempotency="event").replayed
    run_clock(shop.workspace, now=now() + 31 * DAY)
    assert counts("idempotencykey") == {"idempotencykey": 0}
    before = counts("transfer", "reward", "event")
    said = shop.event(purchase("ben", "again"), idempotency="event")
    assert (said.status, said.json["outcome"], said.replayed) == (200, "duplicate", False)
    again = shop.post("/api/v1/vouchers/redeem", order, idempotency="redeem")
    assert (again.status, again.replayed, again.json) == (200, False, redeemed.json)
    other = shop.post("/api/v1/vouchers/redeem", {**order, "order": "78"}, idempotency="redeem 78")
    assert (other.status, other.problem) == (409, "voucher_used")
    assert counts("transfer", "reward", "event") == before
    assert_books_balance(shop.workspace)


# -- I10 ------------------------------------------------------------------------------------------------------------------------


def test_i10_a_key_is_shown_once_and_kept_nowhere(database: Database, shop: Shop) -> None:
    wanted = {"name": "shop", "scopes": ["events:write"]}
    first, again = (shop.post("/api/v1/api-keys", wanted, idempotency="k") for _ in range(2))
    assert first.status == 201
    text = first.json["key"]
    secret = text.rpartition("_")[2]
    assert shop.event(sign_up("ben", "ada"), key=text).status == 201
    assert again.replayed
    assert again.json == {**first.json, "key": None}
    assert secret not in json.dumps(everything()), "the secret is in the database"
    assert secret not in json.dumps(shop.items("/api/v1/api-keys"))
    assert database.path is None or secret.encode() not in Path(database.path).read_bytes()


def everything() -> list[str]:
    """Every value of every table of ours, as text."""
    from django.apps import apps

    with reading() as session:
        return [
            repr(session.rows(f"SELECT * FROM {m._meta.db_table}")) for m in apps.get_app_config("store").get_models()
        ]
