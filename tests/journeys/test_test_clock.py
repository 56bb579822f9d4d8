"""A sandbox: data and keys of its own, and a time that stands still until it is moved, forwards only."""

from pathlib import Path
from typing import Any

from passaparola.domain.instant import parse_instant
from tests.databases import Database, on_both
from tests.journeys.caller import HELD, Shop, purchase, sign_up
from tests.journeys.command_line import lines, ran, run, said

pytestmark = on_both

BEGIN = "2026-05-01T09:00:00Z"
HELD_AND_EXPIRING = HELD.format(slug="friends").replace("hold_days: 14", "hold_days: 14, expires_days: 30")
EVENTS = (
    {"id": "s1", "type": "signup", "at": "2026-05-01T08:00:00Z", "person": "ben", "referred_by": "ada"},
    {"id": "p1", "type": "purchase", "at": "2026-05-01T08:30:00Z", "person": "ben", "amount": "50.00", "currency": "USD"},
)  # fmt: skip


def in_sandbox(*arguments: object) -> Any:
    return said("--workspace", "try", *arguments)


def states() -> dict[str, str]:
    report = in_sandbox("report", "--program", "friends")
    return {f"{row['side']} {row['kind']}": row["state"] for row in report["rewards"]}


def open_sandbox(tmp_path: Path) -> None:
    ran("workspace", "create", "try", "--sandbox", "--at", BEGIN)
    file = tmp_path / "held.yaml"
    file.write_text(HELD_AND_EXPIRING)
    ran("--workspace", "try", "program", "apply", file, "--without-goal", "a test")
    ran("--workspace", "try", "events", "import", lines(tmp_path / "e.jsonl", *EVENTS), "--program", "friends")


def test_holds_end_and_vouchers_expire_by_moving_the_clock(database: Database, tmp_path: Path) -> None:
    open_sandbox(tmp_path)
    assert set(states().values()) == {"pending"}
    moved = in_sandbox("clock", "advance", "13d")
    assert (moved["now"], moved["steps"]) == ("2026-05-14T09:00:00Z", 0)
    assert in_sandbox("clock", "set", "2026-05-16T00:00:00Z")["steps"] == 2
    assert set(states().values()) == {"issued"}
    assert in_sandbox("clock", "advance", "40d")["steps"] == 2
    assert set(states().values()) == {"expired"}
    assert in_sandbox("ledger", "verify")["ok"] is True


def test_time_does_not_go_back_and_live_workspaces_have_the_real_one(database: Database, tmp_path: Path) -> None:
    open_sandbox(tmp_path)
    ran("--workspace", "try", "clock", "advance", "1d")
    assert "does not go back" in run("--workspace", "try", "clock", "set", BEGIN).stderr
    assert [w["clock_at"] for w in said("workspace", "list")["workspaces"] if w["sandbox"]] == ["2026-05-02T09:00:00Z"]
    assert "only a sandbox" in run("clock", "advance", "1d").stderr
    assert run("--workspace", "try", "clock", "advance", "soon").exit_code == 2
    assert run("--workspace", "nowhere", "clock", "advance", "1d").exit_code == 1


def test_a_sandbox_is_apart_from_live_data(database: Database, tmp_path: Path) -> None:
    open_sandbox(tmp_path)
    file = tmp_path / "live.yaml"
    file.write_text(HELD.format(slug="friends"))
    ran("program", "apply", file, "--without-goal", "a test")
    assert said("report", "--program", "friends")["converted_friends"] == 0
    assert in_sandbox("report", "--program", "friends")["converted_friends"] == 1
    assert run("workspace", "create", "try", "--sandbox").exit_code == 1
    assert run("workspace", "create", "No Name", "--sandbox").exit_code == 1
    assert run("workspace", "create", "other", "--at", BEGIN).exit_code == 2
    far = run("workspace", "create", "far", "--sandbox", "--at", "2300-01-01T00:00:00Z")
    assert (far.exit_code, "2200" in far.stderr) == (1, True)
    assert run("--workspace", "nowhere", "report", "--program", "friends").exit_code == 1


def test_the_api_moves_the_clock_of_its_own_key_only(shop: Shop, tmp_path: Path) -> None:
    open_sandbox(tmp_path)
    key = in_sandbox("apikey", "create", "--name", "tests")["key"]
    assert shop.get("/api/v1/workspace/clock", key=key).json == {"sandbox": True, "now": BEGIN}
    assert shop.get("/api/v1/workspace/clock").json["sandbox"] is False
    assert shop.post("/api/v1/workspace/clock", {"advance_seconds": 60}).problem == "live_workspace"
    assert shop.post("/api/v1/workspace/clock", {}, key=key).status == 422
    told = shop.post("/api/v1/events", [sign_up("cid", "ada"), purchase("cid", "o2")], key=key)
    assert told.status in (200, 201, 207), told.json
    moved = shop.post("/api/v1/workspace/clock", {"advance_seconds": 20 * 86_400}, key=key)
    assert moved.json == {"before": BEGIN, "now": "2026-05-21T09:00:00Z"}
    rewards = shop.get("/api/v1/rewards", key=key).json
    assert {r["state"] for r in rewards["items"]} == {"issued"}
    back = shop.post("/api/v1/workspace/clock", {"to": BEGIN}, key=key)
    assert (back.status, back.problem) == (409, "clock_goes_back")
    assert parse_instant(shop.get("/api/v1/workspace/clock").json["now"]) > parse_instant("2025-01-01T00:00:00Z")
    assert shop.get("/api/v1/rewards").json["items"] == []
