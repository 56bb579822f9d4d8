"""Olga reads reports, asks why, and proves the books."""

import csv
import io
import json
from pathlib import Path

import pytest
from django.db import connection

from tests.databases import Database, on_both, only_sqlite
from tests.journeys.command_line import GIVE_5, TEN_PERCENT, lines, ran, run, said
from tests.journeys.test_cli_events import BEN_BUYS, HISTORY


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> Database:
    ran("program", "apply", TEN_PERCENT)
    said("events", "import", lines(tmp_path / "history.jsonl", *HISTORY), "--program", "ten-percent")
    return database


def test_a_report_is_a_table_for_people_and_json_for_programs(shop: Database) -> None:
    page = ran("report", "--program", "ten-percent")
    assert "converted friends" in page
    assert "conversion rate: 100.00% of the referred sign-ups" in page
    assert "41.44 USD" in page
    told = said("report", "--program", "ten-percent")
    assert (told["people"], told["converted_friends"]) == (2, 1)
    assert told["rewards"] == [
        {
            "side": "advocate",
            "kind": "store_credit",
            "currency": "USD",
            "state": "issued",
            "count": 1,
            "value_minor": 414,
        }
    ]
    assert "take rate" in ran("report", "--program", "ten-percent", "--by", "level")
    levels = said("report", "--program", "ten-percent", "--by", "level")["levels"]
    assert [(row["from_minor"], row["to_minor"], row["offered"], row["taken"]) for row in levels] == [(414, 414, 1, 0)]
    assert "given to 0 people" in ran("program", "effect", "ten-percent")
    assert said("program", "effect", "ten-percent", "--days", "30")["days"] == 30
    unknown = run("report", "--program", "nothing", "--json")
    assert (unknown.exit_code, unknown.stdout) == (1, "")


@on_both
def test_whatever_id_is_at_hand_explains_the_decision(shop: Database) -> None:
    told = said("explain", "o-ben")
    decision, reward = told["decisions"][0], told["rewards"][0]
    person = reward["person"]
    assert {decision["event"][:4], decision["referral"][:4], reward["id"][:4], person[:4]} == {
        "evt_",
        "ref_",
        "rwd_",
        "per_",
    }
    for name in (
        decision["event"],
        decision["referral"],
        reward["id"],
        "ben@example.com",
        "BEN@Example.com",
        "ben",
        "o-ben",
    ):
        words = ran("explain", name)
        assert "10 % of 41.44 USD = 4.144, half up 4.14 USD" in words, name
    assert "4.14 USD in store credit for ada, issued." in ran("explain", person)
    assert decision["for_advocate"] == "You received 4.14 USD in store credit."
    assert decision["explanation"]["bound"]["advocate"] == person
    assert told["people"][person] == "ada"


def test_what_nobody_knows_is_said(shop: Database) -> None:
    for name in ("nobody@example.com", "per_" + "0" * 32, "evt_" + "f" * 32, "", "%"):
        result = run("explain", name)
        assert result.exit_code == 1
        assert result.stderr.startswith("passaparola: Nothing goes by")


def test_an_event_that_told_an_order_again_says_what_of_it_counts(shop: Database, tmp_path: Path) -> None:
    again = {**BEN_BUYS, "id": "again", "order": "o-ben"}
    said("events", "import", lines(tmp_path / "again.jsonl", again), "--program", "ten-percent")
    run(
        "events",
        "import",
        lines(tmp_path / "b.jsonl", {**again, "id": "b", "amount": "1.00"}),
        "--program",
        "ten-percent",
    )
    assert "The order was told before; its code and time count, its amount does not." in ran("explain", "again")
    assert "with another amount or person; what was told now counts nothing." in ran("explain", "b")


def test_the_books_are_proved_and_a_planted_fault_is_found(shop: Database) -> None:
    assert ran("ledger", "verify") == "Every law of the ledger holds.\n"
    balance = said("ledger", "trial-balance")
    assert (balance["balanced"], balance["units"][0]["debit"], balance["units"][0]["difference"]) == (True, 414, 0)
    assert "Balanced." in ran("ledger", "trial-balance")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE store_transfer SET amount = amount + 1")
    result = run("ledger", "verify", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["ok"] is False
    assert "L2" in run("ledger", "verify").stderr


def test_the_clock_lets_fall_due_and_seals_and_has_nothing_to_do_the_second_time(
    database: Database, tmp_path: Path
) -> None:
    held = tmp_path / "held.yaml"
    held.write_text(GIVE_5.read_text().replace("amount: 5.00", "amount: 5.00\n    hold_days: 3", 1))
    ran("program", "apply", held)
    said("events", "import", lines(tmp_path / "history.jsonl", *HISTORY), "--program", "give-5-get-5")
    first = said("clock", "run", "--once", "--verify")
    assert (first["steps"], first["violations"]) == (1, [])
    assert first["sealed"] > 0
    again = said("clock", "run", "--once")
    assert (again["steps"], again["sealed"]) == (0, 0)
    assert {w["state"] for w in said("report", "--program", "give-5-get-5")["rewards"]} == {"issued"}


@on_both
def test_a_key_is_shown_once_listed_without_its_secret_and_revoked(shop: Database) -> None:
    made = said("apikey", "create", "--name", "shop", "--scope", "events:write")
    assert made["key"].startswith(made["prefix"])
    assert made["scopes"] == ["events:write"]
    listed = ran("apikey", "list", "--json")
    assert made["id"] in listed
    assert made["key"] not in listed
    assert ran("apikey", "create", "--name", "all").startswith("pp_live_")
    web = said("apikey", "create", "--name", "web", "--publishable", "--origin", "https://Shop.Example:443")
    assert web["key"].startswith("pp_pub_")
    assert web["origins"] == ["https://shop.example"]  # as browsers name it
    assert said("apikey", "revoke", made["prefix"])["revoked_at"] is not None
    again = run("apikey", "revoke", made["id"])
    assert (again.exit_code, "revoked before" in again.stderr) == (1, True)
    assert run("apikey", "create", "--name", "x", "--scope", "everything").exit_code == 1
    assert run("apikey", "create", "--name", "x", "--publishable", "--origin", "shop.example").exit_code == 1
    assert run("apikey", "create", "--name", "x", "--publishable", "--scope", "*").exit_code == 2


@on_both
def test_the_demo_is_lively_the_same_every_time_and_loaded_once(database: Database) -> None:
    first = said("demo")
    assert first["changed"] is True
    assert 80 < first["recorded"] < 200
    told = said("report", "--program", first["programs"][0])
    assert {w["state"] for w in told["rewards"]} >= {"issued", "pending"}
    assert {"self_referral", "existing_customer"} <= set(told["refusals"])
    again = said("demo")
    assert (again["changed"], again["known"]) == (False, first["recorded"])
    assert said("report", "--program", first["programs"][0]) == told
    assert said("ledger", "verify")["ok"] is True


@only_sqlite
def test_reading_a_database_of_a_newer_version_says_so(shop: Database) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('store', '9999_later', '2026-01-01')"
        )
    result = run("program", "list")
    assert result.exit_code == 1
    assert "written by a newer passaparola (it has 9999_later)" in result.stderr


def test_a_chain_is_a_tree_for_people_and_json_for_programs(shop: Database) -> None:
    page = ran("chain", "ada")
    assert "1 generations below ada" not in page
    assert "1 generation below ada" in page
    assert "  ben (converted, 41.44 USD)" in page
    told = said("chain", "ben@example.com", "--program", "ten-percent")
    assert [(one["program"], one["depth"]) for one in told["chains"]] == [("ten-percent", 0)]
    nobody = run("chain", "mallory")
    assert (nobody.exit_code, nobody.stderr.startswith("passaparola: There is nobody 'mallory'")) == (1, True)


@only_sqlite
def test_a_report_as_csv_begins_no_formula_in_a_spreadsheet(shop: Database, tmp_path: Path) -> None:
    placed = {**BEN_BUYS, "id": "o-2", "order": "o-2", "facts": {"location": "=cmd|' /C calc'!A0"}}
    again = {**placed, "id": "o-3", "order": "o-3", "facts": {"location": "Ulm, station"}}
    told = said("events", "import", lines(tmp_path / "placed.jsonl", placed, again), "--program", "ten-percent")
    assert told["recorded"] == 2
    text = ran("report", "--program", "ten-percent", "--by", "location", "--csv")
    heads, *rows = csv.reader(io.StringIO(text))
    assert heads[:3] == ["location", "friends", "orders"]
    assert [row[0] for row in rows] == ["", "'=cmd|' /C calc'!A0", "Ulm, station"]
    assert [row[heads.index("orders")] for row in rows] == ["1", "1", "1"]
    assert {row[heads.index("revenue USD")] for row in rows} == {"41.44"}
