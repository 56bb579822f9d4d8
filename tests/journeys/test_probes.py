"""O01, O10, A85: whether the process lives, whether it should be sent work and why not, and its numbers for those who may read them."""

import re
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings

from passaparola.actions.counters import MOST_SOURCES, OTHER, source_label
from passaparola.domain.instant import SECOND
from passaparola.inbound import readiness, stopping
from passaparola.inbound.readiness import PATIENCE
from passaparola.inbound.running import stop_writer, the_writer
from passaparola.store.ids import new_id
from passaparola.store.session import reading, writing
from tests.databases import Database, on_both, only_postgres, only_sqlite
from tests.journeys.caller import Answer, Shop, now, purchase, quickest, request, sign_up

pytestmark = on_both

TOKEN = "a-token-that-nobody-guesses-because-it-is-long"
NAME = re.compile(r"^([a-z_]+)(?:\{|\s)", re.MULTILINE)


@pytest.fixture(autouse=True)
def asked_anew() -> Iterator[None]:
    readiness.forget()
    yield
    readiness.forget()
    stop_writer()


def get(path: str, **headers: str) -> Answer:
    return request("GET", path, b"", "", headers)


def checks() -> Any:
    readiness.forget()
    return get("/readyz", accept="application/json").json["checks"]


def samples(**headers: str) -> dict[str, float]:
    said = get("/metrics", **headers)
    assert said.status == 200, said.body
    found = (line.rpartition(" ") for line in said.body.decode().splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in found}


def test_o01_the_probes_say_whether_it_lives_and_whether_it_can_work(database: Database) -> None:
    assert (get("/livez").status, get("/readyz").status) == (200, 200)
    the_writer().stop()
    refused = get("/readyz")
    assert (refused.status, refused.body) == (503, b"the writer has stopped\n")
    assert get("/livez").status == 200
    stop_writer()
    assert get("/readyz").status == 200


def test_o01_livez_asks_no_database(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def unusable() -> None:
        raise AssertionError("livez asked the database")

    connection.close()
    monkeypatch.setattr(connection, "connect", unusable)
    assert get("/livez").body == b"ok\n"
    assert quickest(lambda: get("/livez")) < 0.01
    with pytest.raises(AssertionError, match="asked"):
        get("/readyz")


def test_o01_a_database_that_went_away_is_said_in_words(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db.utils import OperationalError

    def gone(*_: object) -> None:
        raise OperationalError("connection refused for user 'ada@example.com'")

    assert checks()["database"] == "ok"
    monkeypatch.setattr(readiness, "migrations_applied", gone)
    said = checks()
    assert said["database"] == "the database does not answer, or has not our tables"
    assert "ada" not in str(said)


def test_o01_a_database_that_hangs_keeps_no_prober_waiting(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    release, asking = threading.Event(), threading.Event()

    def hang() -> dict[str, str]:
        asking.set()
        release.wait(60)
        return {"database": "ok"}

    monkeypatch.setattr(readiness, "_ask", hang)
    monkeypatch.setattr(readiness, "PATIENCE", 0.1)
    first = threading.Thread(target=lambda: get("/readyz"))
    first.start()
    assert asking.wait(20)
    begun = time.monotonic()
    assert get("/readyz").body == b"the database does not answer in time\n"
    assert time.monotonic() - begun < PATIENCE
    release.set()
    first.join()


def test_o01_a_database_that_lacks_a_migration_is_not_ready_and_a_newer_one_is(database: Database) -> None:
    with writing() as session:
        session.run(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('store', '9999_later', CURRENT_TIMESTAMP)"
        )
    assert checks()["migrations"] == "ok"
    with reading() as session:
        head = session.rows("SELECT MAX(name) FROM django_migrations WHERE app = 'store' AND name < '9'")[0][0]
    with writing() as session:
        session.run("DELETE FROM django_migrations WHERE app = 'store' AND name = %(head)s", head=head)
    assert checks()["migrations"] == f"the database lacks 1 migrations, first store.{head}"


def test_o01_a_full_disk_is_not_ready(database: Database) -> None:
    with override_settings(DISK_RESERVE_MB=10**9):
        assert "MB left, fewer than 1000000000" in checks()["disk"]
        assert get("/readyz").status == 503
    assert checks()["disk"] == "ok"


def wait_in(table: str, seconds: int, workspace: str) -> None:
    """Something that has been waiting for so long."""
    at = now() - seconds * SECOND
    key = f"{at // 1000:012x}7{new_id()[13:]}"
    rows: dict[str, dict[str, Any]] = {
        "store_outbox": {"batch": new_id(), "cause": "x", "notices": "[]"},
        "store_webhookdelivery": {
            "endpoint_id": new_id(), "message": key, "topic": "x", "body": "{}", "created_at": at
        },
        "store_message": {
            "key": key, "kind": "join", "address_mac": "x", "address": "", "language": "en", "facts": "{}", "reason": "",
            "created_at": at,
        },
    }  # fmt: skip
    row = {"id": key, "workspace_id": workspace, "state": "waiting", "attempts": 0, "due_at": at, **rows[table]}
    with writing() as session:
        session.insert(table, list(row), [tuple(row.values())])


def test_o01_a_slow_third_party_is_no_reason_and_an_outbox_that_stands_still_is(database: Database, shop: Shop) -> None:
    wait_in("store_webhookdelivery", 86_400, shop.workspace)
    wait_in("store_message", 86_400, shop.workspace)
    assert set(checks().values()) == {"ok"}
    wait_in("store_outbox", 200, shop.workspace)
    assert set(checks().values()) == {"ok"}
    with override_settings(OUTBOX_LAG_SECONDS=100):
        assert re.fullmatch(r"the outbox has waited \d+ seconds to be handed on, longer than 100", checks()["outbox"])
    numbers = samples()
    assert 200 <= numbers["outbox_oldest_seconds"] < 300
    assert numbers['deliveries_waiting{queue="webhooks"}'] == 1
    assert numbers['deliveries_waiting{queue="mails"}'] == 1


def test_o01_what_an_import_brings_from_the_past_has_not_waited_since_then(database: Database, shop: Shop) -> None:
    """A row is due at the time of its event, which an import takes from long ago."""
    with writing() as session:
        session.insert(
            "store_outbox",
            ("id", "workspace_id", "batch", "cause", "notices", "state", "attempts", "due_at"),
            [(new_id(), shop.workspace, new_id(), "x", "[]", "waiting", 0, now() - 90 * 86_400 * SECOND)],
        )
    assert checks()["outbox"] == "ok"


def test_o02_a_server_that_is_about_to_end_says_so_and_asks_callers_to_go(
    database: Database, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = threading.Event()
    monkeypatch.setattr(stopping, "_told", told)
    assert "connection" not in shop.get("/api/v1/rewards").headers
    told.set()
    assert (get("/livez").status, get("/readyz").status) == (200, 503)
    assert get("/readyz").body == b"the server is about to end\n"
    said = shop.get("/api/v1/rewards")
    assert (said.status, said.headers["connection"]) == (200, "close")


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics"])
def test_probes_are_only_read(database: Database, path: str) -> None:
    assert request("POST", path, b"", "text/plain", {}).status == 405
    assert request("HEAD", path, b"", "", {}).status == 200


@only_sqlite
@pytest.mark.parametrize(
    "headers",
    [
        {"x_forwarded_for": "127.0.0.1"},
        {"x_real_ip": "127.0.0.1"},
        {"forwarded": "for=127.0.0.1"},
        {"via": "1.1 proxy"},
        {"host": "refer.example.com"},
        {"host": "localhost.example.com"},
        {"host": "[::1"},
    ],
)
def test_a85_without_a_token_only_this_machine_reads_the_numbers(database: Database, headers: dict[str, str]) -> None:
    assert get("/metrics").status == 200
    assert get("/metrics", **headers).status == 404


@only_sqlite
def test_a85_a_connection_from_elsewhere_needs_the_token(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    from passaparola.inbound import probes

    monkeypatch.setattr(probes, "read_address", lambda _: __import__("ipaddress").ip_address("203.0.113.7"))
    assert get("/metrics").status == 404
    with override_settings(METRICS_TOKEN=TOKEN):
        assert get("/metrics", authorization=f"Bearer {TOKEN}").status == 200


@only_sqlite
@pytest.mark.parametrize("given", ["", "Bearer ", f"Bearer {TOKEN[:-1]}", f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN}é"])
def test_a85_with_a_token_nobody_reads_without_it(database: Database, given: str) -> None:
    with override_settings(METRICS_TOKEN=TOKEN):
        refused = get("/metrics", authorization=given) if given else get("/metrics")
        assert refused.status == 401
        assert b"http_request" not in refused.body
        assert get("/metrics", authorization=f"bearer {TOKEN}").status == 200


def test_o10_what_happened_is_counted_once_it_is_a_fact(database: Database, shop: Shop) -> None:
    before = samples()
    shop.conversion()
    shop.event(sign_up("ben", "ada"))
    shop.event(purchase("carl", "o-1"), idempotency="k")
    shop.event(purchase("carl", "o-2"), idempotency="k")
    after = samples()

    def more(name: str) -> float:
        return after.get(name, 0) - before.get(name, 0)

    assert more('conversion_ingest_total{result="recorded",source="default"}') == 3
    assert more('conversion_ingest_total{result="duplicate",source="default"}') == 1
    assert more("idempotency_conflicts_total") == 1
    assert more('reward_state_total{state="issued"}') == 2
    assert more('http_request_seconds_count{method="POST",route="/api/v1/events",status="422"}') == 1
    assert after["ledger_invariant_violations"] == 0
    assert (after["database_up"], after['deliveries_waiting{queue="mails"}']) == (1, 0)


def test_o10_a_law_that_does_not_hold_and_an_empty_budget_are_numbers(database: Database, shop: Shop) -> None:
    from passaparola.actions.programs.apply import apply_program
    from tests.journeys.caller import PROGRAM

    text = PROGRAM.format(slug="friends") + "budget: {total: 40.00}\n"
    apply_program(text, workspace=shop.workspace, now=now(), actor="Olga")
    shop.conversion()
    with writing() as session:
        row = (new_id(), shop.workspace, new_id(), "ledger_violation", "L1:x", "{}", now())
        session.insert("store_finding", ("id", "workspace_id", "batch", "kind", "key", "detail", "at"), [row])
    numbers = samples()
    assert numbers["ledger_invariant_violations"] == 1
    assert numbers['budget_remaining_ratio{program="friends"}'] == 0.75


@only_sqlite
def test_o10_a_mail_that_nobody_wants_is_counted(database: Database, shop: Shop) -> None:
    from passaparola.actions.acting import Asked, Desk, done, perform
    from passaparola.actions.messages.queue import MessageKind, NewMessage, hold_back, queue_message
    from passaparola.inbound.keyring import the_keyring

    def ask(desk: Desk) -> None:
        wanted, unwanted = (NewMessage(key, MessageKind.JOIN, "carl@example.com") for key in ("one", "two"))
        queue_message(desk.plan, the_keyring(), wanted, desk.now)
        hold_back(desk.plan, the_keyring(), unwanted, "suppressed", desk.now)

    before = samples()["mail_suppressed_total"]
    done(perform(Asked(shop.workspace, now(), "Olga"), ask))
    assert samples()["mail_suppressed_total"] == before + 1


@only_sqlite
def test_o10_no_number_names_a_person_a_code_or_an_id(database: Database, shop: Shop) -> None:
    shop.conversion("ben@example.com", "ada@example.com")
    shop.event({**purchase("carl", "o-9"), "source": "mallory@example.com"})
    listed = shop.items("/api/v1/rewards")
    assert shop.get(f"/api/v1/rewards/{listed[0]['id']}").status == 200
    get(f"/r/{'x' * 12}")
    get("/me/enter/a.secret-token-of-somebody")
    text = get("/metrics").body.decode()
    assert 'route="/api/v1/rewards/' in text
    for secret in ("example.com", listed[0]["id"], "xxxx", "secret-token", shop.key):
        assert secret not in text
    assert f'source="{OTHER}"' in text


def test_o10_who_sends_events_cannot_make_numbers_without_end() -> None:
    names = {source_label(f"shop-{n}") for n in range(1000)}
    assert len(names) <= MOST_SOURCES + 1
    assert source_label("Mallory") == source_label("x" * 33) == source_label("") == OTHER


@only_sqlite
def test_every_number_is_documented_and_every_documented_one_is_there(database: Database, shop: Shop) -> None:
    from tests.house.source import ROOT

    shop.conversion()
    text = get("/metrics").body.decode()
    told = set(re.findall(r"^# TYPE (\S+) ", text, re.MULTILINE))
    ours = {name for name in told if not name.startswith(("python_", "process_")) and not name.endswith("_created")}
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `([a-z_]+)(?:\{[^`]*\})?` \|", page, re.MULTILINE))
    assert ours == documented


@only_postgres
def test_o08_a_statement_of_a_page_is_ended_and_one_of_a_command_is_not(database: Database) -> None:
    from passaparola.inbound.page_limits import answering_a_page

    def limit() -> str:
        connection.close()
        with reading() as session:
            found = str(session.rows("SHOW statement_timeout")[0][0])
        connection.close()
        return found

    with answering_a_page():
        assert limit() == "20s"
    assert limit() == "0"


def test_a_request_has_an_id_that_cannot_carry_anything(database: Database) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    given = "745019ed357601971df0000076ffb122"
    uuid = "0192f0c4-7b5e-7a4e-8d2a-1b2c3d4e5f60"

    def answered(**headers: str) -> str:
        return get("/no-such-page", **headers).headers["x-request-id"]

    assert answered(x_request_id=given) == given
    assert answered(x_request_id=uuid.upper()) == uuid
    assert answered(traceparent=f"00-{trace}-00f067aa0ba902b7-01") == trace
    forged = [
        "ada@example.com", "4111111111111111", "0048123456789012", 'x"\n{"level":"audit"}', "ADA-LOVELACE", "a" * 65, "",
        "v_c2VjcmV0", "12345678-1234-1234-1234-123456789012",
    ]  # fmt: skip
    for text in forged:
        made = answered(x_request_id=text)
        assert re.fullmatch(r"[0-9a-f]{32}", made)
        assert text.lower() not in made or not text
    assert answered(traceparent=f"00-{'0' * 32}-00f067aa0ba902b7-01") != "0" * 32
    assert answered() != answered()
