"""The goal of a program by command and API; what a launch lacks."""

import json
from pathlib import Path

from tests.databases import Database
from tests.journeys.caller import Shop
from tests.journeys.command_line import process

GOAL = """\
program: fifty
name: Fifty friends
currency: USD
trigger: first_purchase
rewards:
  - {side: advocate, kind: store_credit, amount: 5.00}
goal: {kind: new_customers, target: 2, months: 1}
"""


def test_a_goal_is_open_half_reached_and_met(database: Database, shop: Shop, tmp_path: Path) -> None:
    file = tmp_path / "fifty.yaml"
    file.write_text(GOAL)
    assert process(database, "program", "apply", file).returncode == 0
    states = []
    for friend in ("ben", "cleo", ""):
        found = json.loads(process(database, "program", "goal", "fifty", "--json").stdout)
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
    said = process(database, "program", "ready", file, "--json")
    assert said.returncode == 1
    missing = {row["what"] for row in json.loads(said.stdout)["missing"] if row["severity"] == "error"}
    assert missing == {"technology", "channels", "budget", "terms"}
