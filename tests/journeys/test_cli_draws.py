"""Olga proves that a draw was no accident and no favour."""

import hashlib
import json
from pathlib import Path

import pytest
from django.db import connection

from tests.databases import Database, on_both
from tests.journeys.command_line import GIVE_5, lines, ran, run, said

BY_LOT = """
program: by-lot
name: A share by lot
currency: USD
trigger: first_purchase
rewards:
  - id: share
    side: advocate
    kind: stock
    pick: weighted_random
    seed: "a seed of twenty words"
    catalogue: [{name: AAA, amount: 2.50, weight: 98}, {name: BBB, amount: 50.00, weight: 2}]
"""
BUYS = {
    "id": "buys", "type": "purchase", "at": "2026-05-02T12:00:00Z", "person": "ben", "order": "o1",
    "amount_minor": 900, "currency": "USD", "referred_by": "ada",
}  # fmt: skip


@pytest.fixture
def drawn(database: Database, tmp_path: Path) -> str:
    """The id of Ada's reward."""
    file = tmp_path / "by-lot.yaml"
    file.write_text(BY_LOT)
    ran("program", "apply", file, "--without-goal", "a test")
    said("events", "import", lines(tmp_path / "history.jsonl", BUYS), "--program", "by-lot")
    (reward,) = said("explain", "o1")["rewards"]
    return str(reward["id"])


@on_both
def test_a_draw_is_done_again_and_holds(drawn: str) -> None:
    told = said("reward", "verify-draw", drawn)
    assert told["holds"]
    assert told["prize_minor"] == told["reward_minor"] in (250, 5000)
    seed, *rest = told["hashed"]
    assert seed == "seed"
    assert rest[:3] + rest[4:] == ["by-lot", "share", "advocate", "referral"]
    assert told["hash"] == hashlib.sha256("\n".join(["a seed of twenty words", *rest]).encode()).hexdigest()
    assert told["number"] == int(told["hash"], 16) * 100 >> 256
    words = ran("reward", "verify-draw", drawn)
    assert "a seed of twenty" not in words
    assert words.endswith("The draw holds.\n")
    assert f"by the hash {told['hash']}" in ran("explain", "o1")


def test_a_reward_that_was_raised_behind_the_draw_is_found(drawn: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE store_reward SET amount = amount + 10000")
    result = run("reward", "verify-draw", drawn, "--json")
    assert (result.exit_code, json.loads(result.stdout)["holds"]) == (1, False)
    assert "does not hold" in run("reward", "verify-draw", drawn).stdout


def test_what_was_not_drawn_or_is_not_there_is_said(drawn: str, tmp_path: Path) -> None:
    first = tmp_path / "first.yaml"
    first.write_text(GIVE_5.read_text() + "precedence: 200\n")
    ran("program", "apply", first, "--without-goal", "a test")
    other = {**BUYS, "id": "cleo-buys", "person": "cleo", "order": "o2"}
    said("events", "import", lines(tmp_path / "more.jsonl", other), "--program", "give-5-get-5")
    flat = next(r["id"] for r in said("explain", "o2")["rewards"] if r["kind"] == "store_credit")
    assert "was not drawn" in run("reward", "verify-draw", flat).stderr
    assert "no such reward" in run("reward", "verify-draw", "rwd_" + "0" * 32).stderr
    assert run("reward", "verify-draw", "nonsense").exit_code == 2
