"""A plan: what a file would change, kept by its id, refused when stale; and the way back to an earlier version."""

from pathlib import Path
from typing import Any

import pytest

from tests.databases import Database, on_both
from tests.journeys.caller import PROGRAM, Shop
from tests.journeys.command_line import GIVE_5, lines, ran, run, said
from tests.journeys.test_cli_backtest import DEMO_EVENTS

SEVEN = GIVE_5.read_text().replace("5.00", "7.00")


@pytest.fixture
def files(tmp_path: Path, database: Database) -> Path:
    """A shop with two converted friends, and a richer program beside it."""
    del database
    ran("program", "apply", GIVE_5)
    ran("events", "import", lines(tmp_path / "history.jsonl", *DEMO_EVENTS), "--program", "give-5-get-5")
    richer = tmp_path / "richer.yaml"
    richer.write_text(SEVEN)
    return richer


@on_both
def test_a_plan_says_what_changes_and_what_it_costs_and_is_applied_by_its_id(files: Path) -> None:
    plan = said("program", "plan", files, "--days", 36_500)
    assert {change["key"] for change in plan["changes"]} == {"rewards"}
    assert any("7.00 USD" in line for line in plan["changes"][0]["said_now"])
    assert any("5.00 USD" in line for line in plan["changes"][0]["said_before"])
    assert plan["cost_effect_minor"] == plan["liability_effect_minor"] == {"USD": 800}
    assert plan["effect"]["changes"]["gain"]["value_minor"] == {"USD": 800}
    words = ran("program", "plan", files, "--days", 36_500)
    assert plan["plan"] in words, "the same file for the same version is the same plan"
    assert "+8.00 USD" in words
    applied = said("program", "apply", files, "--plan", plan["plan"])
    assert (applied["version"], applied["changed"]) == (2, True)
    assert said("ledger", "verify")["ok"] is True


def test_a_stale_plan_is_refused_by_name(files: Path) -> None:
    plan = said("program", "plan", files)["plan"]
    other = files.with_name("other.yaml")
    other.write_text(SEVEN.replace("7.00", "6.00"))
    assert "not the one that was planned" in run("program", "apply", other, "--plan", plan).stderr
    assert run("program", "apply", files, "--plan", "pln_0").exit_code == 1
    ran("program", "apply", other)
    refused = run("program", "apply", files, "--plan", plan)
    assert (refused.exit_code, "stale" in refused.stderr) == (1, True)
    assert said("program", "list")["programs"][0]["live_version"] == 2
    fresh = said("program", "plan", files)["plan"]
    assert said("program", "apply", files, "--plan", fresh)["version"] == 3


def test_a_rollback_makes_the_old_text_the_next_version_and_keeps_promises(files: Path) -> None:
    ran("program", "apply", files)
    again = said("program", "rollback", "give-5-get-5")
    assert (again["version"], again["live"]) == (3, True)
    assert ran("program", "show", "give-5-get-5", "--document") == GIVE_5.read_text()
    assert said("program", "rollback", "give-5-get-5", "--to", 2)["version"] == 4
    assert "7.00" in ran("program", "show", "give-5-get-5", "--document")
    assert run("program", "rollback", "give-5-get-5", "--to", 9).exit_code == 1
    assert run("program", "rollback", "nobody").exit_code == 1
    report = said("report", "--program", "give-5-get-5")
    assert {r["value_minor"] for r in report["rewards"]} == {1000}, "friends bound before keep their terms"


def test_a_wrong_file_is_told_and_kept_by_nobody(files: Path) -> None:
    files.write_text("program: x y\n")
    assert run("program", "plan", files).exit_code == 1


def post(shop: Shop, path: str, text: str = "", **more: Any) -> Any:
    return shop.post(f"/api/v1/programs{path}", text.encode(), content_type="application/yaml", **more)


def test_the_api_plans_applies_and_rolls_back(shop: Shop) -> None:
    shop.conversion("ben")
    text = PROGRAM.format(slug="friends").replace("5.00", "9.00")
    plan = post(shop, "/plan", text)
    assert (plan.status, plan.json["live_version"]) == (200, 1)
    assert plan.json["cost_effect_minor"] == {"USD": 800}
    assert post(shop, "?plan=pln_other", text).problem == "unknown_plan"
    assert post(shop, f"?plan={plan.json['plan']}", text + "#").problem == "plan_of_another_file"
    assert post(shop, f"?plan={plan.json['plan']}", text).json["version"] == 2
    stale = post(shop, f"?plan={plan.json['plan']}", text)
    assert (stale.status, stale.problem, stale.json["live_version"]) == (409, "stale_plan", 2)
    assert post(shop, "/friends/rollback").json["version"] == 3
    assert post(shop, "/friends/rollback?to=7").status == 422
    assert post(shop, "/nobody/rollback").status == 404
    assert post(shop, "/plan", "program: x y\n").status == 422
