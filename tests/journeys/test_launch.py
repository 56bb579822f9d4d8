"""The goal of a program by command and API; what a launch lacks."""

import json
from pathlib import Path
from typing import Any

from tests.databases import Database, on_both, only_sqlite
from tests.journeys.caller import Shop
from tests.journeys.command_line import ran, run, said

GOAL = """\
program: fifty
name: Fifty friends
currency: USD
trigger: first_purchase
rewards:
  - {side: advocate, kind: store_credit, amount: 5.00}
goal: {kind: new_customers, target: 2, months: 1}
"""
NO_GOAL = GOAL.replace(GOAL[GOAL.index("goal:") :], "")


@on_both
def test_a_goal_is_open_half_reached_and_met(database: Database, shop: Shop, tmp_path: Path) -> None:
    file = tmp_path / "fifty.yaml"
    file.write_text(GOAL)
    ran("program", "apply", file)
    states = []
    for friend in ("ben", "cleo", ""):
        found = said("program", "goal", "fifty")
        states.append((found["value"], found["target"], found["progress_percent"], found["state"]))
        if friend:
            shop.conversion(friend)
    assert states == [(0, 2, 0.0, "open"), (1, 2, 50.0, "open"), (2, 2, 100.0, "met")]
    assert shop.get("/api/v1/programs/fifty/goal").json["state"] == "met"
    assert shop.get("/api/v1/programs/nothing/goal").status == 404
    goals = [r["goal"] for r in shop.get("/api/v1/programs/recommendations").json["recommendations"]]
    assert "new_customers" in goals


def test_a_launch_says_what_it_lacks(database: Database, shop: Shop, tmp_path: Path) -> None:
    file = tmp_path / "fifty.yaml"
    file.write_text(GOAL)
    told = run("program", "ready", file, "--json")
    assert told.exit_code == 1
    missing = {row["what"] for row in json.loads(told.stdout)["missing"] if row["severity"] == "error"}
    assert missing == {"technology", "channels", "budget", "terms"}


@only_sqlite
def test_a_program_begins_with_a_goal_or_with_the_reason_why_not(shop: Shop, tmp_path: Path) -> None:
    file = tmp_path / "fifty.yaml"
    file.write_text(NO_GOAL)
    refused = run("program", "apply", file)
    assert (refused.exit_code, "has no goal" in refused.stderr, "--without-goal" in refused.stderr) == (1, True, True)
    assert run("program", "apply", file, "--without-goal", " ").exit_code == 1
    assert said("program", "apply", file, "--without-goal", "only a trial")["version"] == 1
    assert "It goes without a goal: only a trial" in ran("program", "show", "fifty")
    logged = shop.items("/api/v1/acts?verb=program.apply")[0]
    assert (logged["subject"], logged["given"]["without_goal"]) == ("fifty", "only a trial")
    file.write_text(NO_GOAL.replace("5.00", "6.00"))
    assert said("program", "apply", file)["version"] == 2, "it goes without one already"
    assert shop.get("/api/v1/programs/fifty").json["without_goal"] == "only a trial"
    file.write_text(GOAL)
    assert said("program", "apply", file, "--without-goal", "it has one")["version"] == 3
    assert said("program", "show", "fifty")["without_goal"] is None

    def sent(how: str = "", text: str = NO_GOAL) -> Any:
        return shop.post(f"/api/v1/programs{how}", text.encode(), content_type="application/yaml")

    taken_away = sent()
    assert (taken_away.status, taken_away.problem) == (422, "no_goal")
    assert sent(text=f"{NO_GOAL}status: draft\n").status == 201
    assert shop.get("/api/v1/programs/fifty").json["live_version"] == 3
    assert shop.post("/api/v1/programs/fifty/rollback?to=1").status == 201, "what was live may come back as it was"
    assert sent("?without_goal=").status == 422
    assert sent("?without_goal=another+trial", NO_GOAL.replace("fifty", "sixty")).status == 201
    assert said("ledger", "verify")["ok"] is True
