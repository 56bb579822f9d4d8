"""`passaparola backtest`: on a file without any database, on the own history, and against what was live."""

import os
import subprocess
import sys
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
    history.write_text(history.read_text() * 2)
    story = ran("backtest", GIVE_5, "--events", history, "--explain", "p1")
    for line in live:
        assert line.startswith("Reward rwd_") or line in story
    assert story.count("Event p1 (default)") == 1, "also where the file has it twice"
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
    words = ran(*asked, "--assumed", "20.00")
    assert "our assumption" in words
    assert [line.split()[1:] for line in words.splitlines() if line.startswith("amounts")] == [
        ["20.00", "USD", "assumed"]
    ]
    assert run(*asked, "--assumed", "much").exit_code == 2


ARABIC = (
    {"id": "س١", "type": "signup", "at": "2026-03-01T09:00:00Z", "person": "بن", "referred_by": "آدا"},
    {"id": "ش١", "type": "purchase", "at": "2026-03-02T09:00:00Z", "person": "بن", "amount": "100.00", "currency": "USD"},
)  # fmt: skip


def test_what_is_no_history_and_no_program_ends_in_one_clear_line(history: Path, tmp_path: Path) -> None:
    """Pipes that nobody writes into, devices, lines of anything, nothing between two times: never waited for, never a figure."""
    os.mkfifo(tmp_path / "pipe")
    garbage, empty = tmp_path / "garbage.jsonl", tmp_path / "empty.jsonl"
    deep = '{"a":' * 300 + "7" + "}" * 300
    garbage.write_text(
        '{"a":' * 9_000
        + f"\n{deep}\n7\nnull\n"
        + "x" * 2_000_000
        + '\n{"id": "1", "type": "purchase", "amount": 1e400}\n'
    )
    empty.write_text("")
    begins = ("--from", "2026-05-01T00:00:00Z", "--to", "2026-05-01T00:00:00Z")
    for words, code, why in (
        (("program", "check", tmp_path / "pipe"), 2, "is a pipe or a device"),
        (("program", "plan", tmp_path / "pipe"), 2, "is a pipe or a device"),
        (("backtest", "/dev/zero", "--events", history), 2, "is a pipe or a device"),
        (("backtest", GIVE_5, "--events", tmp_path / "pipe"), 2, "is a pipe or a device"),
        (("simulate", GIVE_5, "--events", tmp_path / "pipe"), 2, "is a pipe or a device"),
        (("backtest", GIVE_5, "--events", garbage), 1, "None of the 6 lines is an event. Line 1: "),
        (("simulate", GIVE_5, "--events", garbage), 1, "None of the 6 lines is an event. Line 1: "),
        (("backtest", GIVE_5, "--events", history, *begins), 2, "--from is not before --to"),
    ):
        ended = run(*words)
        assert (ended.exit_code, why in ended.stderr) == (code, True), (words, ended.stderr)
    assert said("backtest", GIVE_5, "--events", empty)["history"]["events"] == 0
    few = ("simulate", GIVE_5, "--people", 20, "--runs", 2, "--days", 20)
    garbage.write_text(history.read_text() + "7\n")
    assert "1 lines are no events" in ran(*few, "--events", garbage)
    found = said("backtest", GIVE_5, "--against", TEN_PERCENT, "--events", lines(tmp_path / "arabic.jsonl", *ARABIC))
    assert {change["person"] for change in found["changes"]["winners"]} | {"آدا", "بن"} == {"آدا", "بن"}


def test_without_a_database_nothing_is_begun(history: Path, tmp_path: Path) -> None:
    call = [sys.executable, "-c", "from passaparola.inbound.cli import main; main()"]
    called = [*call, "backtest", str(GIVE_5), "--events", str(history)]
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PASSAPAROLA_", "DATABASE_URL"))}
    done = subprocess.run(called, env=env, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, "converted friends" in done.stdout) == (0, True), done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["history.jsonl"]
