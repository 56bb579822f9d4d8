"""The firm's word about itself, the kill switch, the list of who wants no mail, and statements, from the command line."""

import pytest

from tests.databases import Database
from tests.journeys.command_line import GIVE_5, ran, run, said


@pytest.fixture(autouse=True)
def _program(database: Database) -> None:
    ran("program", "apply", GIVE_5)


def test_a_workspace_is_set_and_shown() -> None:
    refused = run("workspace", "set", "--allow-invites")
    assert refused.exit_code == 1
    assert "postal address" in refused.stderr
    made = said("workspace", "set", "--name", "Bottega Lina", "--postal-address", "Via Roma 1", "--allow-invites")
    assert made == said("workspace", "show")
    assert (made["name"], bool(made["invites_allowed_at"])) == ("Bottega Lina", True)
    assert said("workspace", "set", "--forbid-invites")["invites_allowed_at"] is None
    assert "Bottega Lina" in ran("workspace", "show")
    assert said("workspace", "set", "--invite-countries", "pl, IT")["invite_countries"] == ["IT", "PL"]
    assert "IT, PL" in ran("workspace", "show")
    assert "XX" in run("workspace", "set", "--invite-countries", "IT,XX").stderr
    assert said("workspace", "set", "--invite-countries", "")["invite_countries"] == []
    assert said("workspace", "set", "--lateness-days", "7")["lateness_days"] == 7
    assert said("workspace", "show")["lateness_days"] == 7
    wrong = run("workspace", "set", "--contact-email", "nobody")
    assert (wrong.exit_code, "contact_email" in wrong.stderr) == (1, True)


def test_mail_is_paused_and_resumed() -> None:
    assert "paused" in ran("pause", "mail", "--note", "wrong texts")
    assert said("pause", "mail") == {"paused": True, "changed": False}
    assert said("workspace", "show")["mail_paused_at"]
    assert said("resume", "mail") == {"paused": False, "changed": True}


def test_rewards_are_paused_and_resumed() -> None:
    assert "paused" in ran("pause", "rewards", "--note", "strange orders")
    assert said("pause", "rewards") == {"paused": True, "changed": False}
    assert said("workspace", "show")["rewards_paused_at"]
    assert said("resume", "rewards") == {"paused": False, "changed": True}


def test_addresses_are_suppressed_checked_and_let_go() -> None:
    assert "No more news" in ran("suppression", "add", "Ada@Example.com", "--reason", "complaint")
    found = run("suppression", "check", "ada@example.com", "--json")
    assert (found.exit_code, '"complaint"' in found.stdout) == (1, True)
    kept = run("suppression", "remove", "ada@example.com")
    assert (kept.exit_code, "asked for no more mail" in kept.stderr) == (1, True)
    assert said("suppression", "remove", "ada@example.com", "--wished") == {"changed": True}
    assert ran("suppression", "check", "ada@example.com") == "News may be sent there.\n"
    assert run("suppression", "add", "nobody").exit_code == 1


def test_statements_are_for_months_that_have_ended() -> None:
    assert said("statements", "send", "--month", "2026-01") == {"month": "2026-01", "queued": 0}
    wrong = run("statements", "send", "--month", "2099-01")
    assert (wrong.exit_code, "has not ended" in wrong.stderr) == (1, True)
