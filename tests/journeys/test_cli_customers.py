"""Olga tells who was a customer before, so that they are no new friends."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.databases import Database
from tests.journeys.command_line import GIVE_5, lines, ran, run, said
from tests.journeys.test_cli_events import HISTORY

BEN = {"person": "ben", "email": "ben@example.com", "customer_since": "2020-05-01"}


def converted() -> tuple[int, dict[str, int]]:
    told: dict[str, Any] = said("report", "--program", "give-5-get-5")
    return told["converted_friends"], told["refusals"]


@pytest.fixture
def shop(database: Database) -> None:
    ran("program", "apply", GIVE_5)


def test_who_was_a_customer_before_is_no_new_friend(shop: None, tmp_path: Path) -> None:
    file = lines(tmp_path / "customers.jsonl", BEN)
    assert said("customers", "import", file)["recorded"] == 1
    said("events", "import", lines(tmp_path / "history.jsonl", *HISTORY), "--program", "give-5-get-5")
    assert converted() == (0, {"existing_customer": 1})
    again = said("customers", "import", file)
    assert (again["changed"], again["duplicates"]) == (False, 1)


def test_who_became_one_later_is_a_new_friend(shop: None, tmp_path: Path) -> None:
    said("customers", "import", lines(tmp_path / "customers.jsonl", {**BEN, "customer_since": "2026-01-20"}))
    said("events", "import", lines(tmp_path / "history.jsonl", *HISTORY), "--program", "give-5-get-5")
    assert converted() == (1, {})


def test_customers_come_as_csv_too_and_bad_rows_are_kept(shop: None, tmp_path: Path) -> None:
    file = tmp_path / "customers.csv"
    file.write_text(
        "customer_id,email,phone,customer_since\nben,ben@example.com,,2020-05-01\n,,,2020-01-01\nx,no address,,soon\nper_1,,,2020-01-01\n"
        "eva,,,0001-01-01T00:00:00+14:00\n"
    )
    result = run("customers", "import", file, "--json")
    told = json.loads(result.stdout)
    assert (result.exit_code, told["recorded"], told["rejected"]) == (1, 1, 4)
    assert [p["line"] for p in told["problems"]] == [3, 4, 5, 6]
    assert told["problems"][3]["problem"] == "customer_since: is too long ago"
    assert "person: is missing" in told["problems"][0]["problem"]
    assert "is no e-mail address" in told["problems"][1]["problem"]
    assert "'soon' is no date" in told["problems"][1]["problem"]
    assert "customer_id: is an id of ours" in told["problems"][2]["problem"]
    assert Path(told["rejects_file"]).read_text().startswith("customer_id,email,phone,customer_since\n,,,2020-01-01\n")
