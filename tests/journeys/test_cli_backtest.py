"""`passaparola backtest`: on a file without any database, on the own history, and against what was live."""

from pathlib import Path

import pytest

from tests.databases import Database
from tests.journeys.command_line import GIVE_5, TEN_PERCENT, lines, ran, run, said

DEMO_EVENTS = (
    {"id": "s1", "type": "signup", "at": "2026-03-01T09:00:00Z", "person": "ben", "referred_by": "ada"},
    {"id": "p1", "type": "purchase", "at": "2026-03-02T09:00:00Z", "person": "ben", "amount": "100.00", "currency": "USD"},
    {"id": "s2", "type": "signup", "at": "2026-04-01T09:00:00Z", "person": "cid", "referred_by": "ada"},
    {"id": "p2", "type": "purchase", "at": "2026-04-02T09:00:00Z", "person": "cid", "amount": "10.00", "currency": "USD"},
)  # fmt: skip


@pytest.fixture
def history(tmp_path: Path) -> Path:
    return lines(tmp_path / "history.jsonl", *DEMO_EVENTS)


def test_a_file_is_replayed_without_any_database(
    history: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PASSAPAROLA_DATA", str(tmp_path / "nowhere"))
    found = said("backtest", GIVE_5, "--events", history)
    assert found["history"]["order"] == "occurred_at"
    assert "order" in found["history"]["notes"][0]
    assert found["result"]["converted_friends"] == 2
    assert found["result"]["cost"] == [
        {"month": "2026-03", "kind": "store_credit", "currency": "USD", "value_minor": 1000},
        {"month": "2026-04", "kind": "store_credit", "currency": "USD", "value_minor": 1000},
    ]
    assert found["result"]["cost_per_new_customer_minor"] == {"USD": 1000}


def test_the_order_of_the_lines_changes_nothing(history: Path, tmp_path: Path) -> None:
    turned = lines(tmp_path / "turned.jsonl", *reversed(DEMO_EVENTS))
    assert (
        said("backtest", GIVE_5, "--events", turned)["result"]
        == said("backtest", GIVE_5, "--events", history)["result"]
    )


def test_two_programs_are_compared_by_the_files_own_customer_ids(history: Path) -> None:
    changes = said("backtest", TEN_PERCENT, "--events", history, "--against", GIVE_5)["changes"]
    assert [(c["person"], c["against_minor"], c["result_minor"]) for c in changes["winners"]] == [("ada", 1000, 1100)]
    assert [(c["person"], c["difference_minor"]) for c in changes["losers"]] == [("ben", -500), ("cid", -500)]
    assert changes["gain"] == {"people": {"USD": 1}, "value_minor": {"USD": 100}}


def test_one_event_is_explained_as_live(history: Path, database: Database) -> None:
    ran("program", "apply", GIVE_5)
    ran("events", "import", history, "--program", "give-5-get-5")
    live = ran("explain", "p1").split("\n")
    story = ran("backtest", GIVE_5, "--events", history, "--explain", "p1")
    for line in live:
        assert line.startswith("Reward rwd_") or line in story
    assert run("backtest", GIVE_5, "--events", history, "--explain", "nobody").exit_code == 1


def test_the_own_history_is_compared_with_what_was_live(history: Path, database: Database) -> None:
    ran("program", "apply", GIVE_5)
    ran("events", "import", history, "--program", "give-5-get-5")
    richer = history.with_name("richer.yaml")
    richer.write_text(GIVE_5.read_text().replace("5.00", "7.00"))
    found = said("backtest", richer, "--against", "live")
    assert found["against"]["rewards"] == said("report", "--program", "give-5-get-5")["rewards"]
    assert found["changes"]["gain"]["value_minor"] == {"USD": 800}
    assert found["changes"]["winners"][0]["person"].startswith("per_")
    assert "2 persons gain" in ran("backtest", richer, "--against", "live") or found["changes"]["gain"]["people"]


def test_what_cannot_be_is_said(history: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("program: x\n")
    assert run("backtest", broken, "--events", history).exit_code == 1
    assert run("backtest", GIVE_5, "--events", history, "--against", "live").exit_code == 2
    assert run("backtest", GIVE_5, "--events", history, "--from", "yesterday").exit_code == 2


def test_a_simulation_says_where_its_habits_come_from_and_repeats_itself(history: Path) -> None:
    asked = ("simulate", GIVE_5, "--people", 100, "--days", 90, "--runs", 4, "--seed", 7)
    found = said(*asked, "--events", history)
    assert found["habits"]["friends"]["source"] == "assumed", "two friends say nothing about habits"
    assert found["habits"]["amounts"]["source"] == "assumed"
    assert 0 < found["figures"]["k"]["middle"] < 1
    assert found["grows_by_itself"] is False
    assert said(*asked, "--events", history) == found
    assert said(*asked, "--assumed", "20.00")["figures"] != found["figures"]
    assert "our assumption" in ran(*asked, "--assumed", "20.00")
    assert run(*asked, "--assumed", "much").exit_code == 2
