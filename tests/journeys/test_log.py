"""The log of who did what leaves the house whole: by the command line as lines in a chain, by the API as pages."""

import json
from pathlib import Path
from typing import Any

import pytest

from passaparola.actions.acting import Asked, done
from passaparola.actions.messages.pause import pause_mail
from passaparola.actions.programs.apply import apply_program
from passaparola.inbound.acts_shown import NOTHING_BEFORE, chained
from passaparola.store.models import Act
from tests.databases import on_both, only_sqlite
from tests.journeys.caller import HELD, Shop, now
from tests.journeys.command_line import ran, run, said

HOOKS, SECRET = "https://hooks.example.com:8443", "T0Sxyzzy"


@pytest.fixture
def busy(shop: Shop) -> Shop:
    """A webhook is there, and Olga approved a reward that waited; somebody tried to approve it once more."""
    assert (
        shop.post("/api/v1/webhooks", {"url": f"{HOOKS}/services/{SECRET}?key={SECRET}", "topics": ["reward."]}).status
        == 201
    )
    apply_program(HELD.format(slug="held"), workspace=shop.workspace, now=now(), actor="Olga")
    shop.conversion()
    reward = shop.items("/api/v1/rewards?program=held&state=pending")[0]["id"]
    body = {"note": "Ben is a real person"}
    assert shop.post(f"/api/v1/rewards/{reward}/approve", body, idempotency="first").status == 200
    assert shop.post(f"/api/v1/rewards/{reward}/approve", body, idempotency="again").status == 409
    shop.made["reward"] = reward
    return shop


@on_both
def test_the_api_says_who_did_what_to_what_and_what_it_was_before_and_after(busy: Shop) -> None:
    refused, approved = busy.items(f"/api/v1/acts?subject={busy.made['reward']}")
    assert (refused["refused"], refused["changes"]) == ("illegal_transition", [])
    assert (approved["verb"], approved["actor"][:4], approved["refused"]) == ("reward.approve", "key:", None)
    assert (approved["subject"], approved["note"]) == (busy.made["reward"], "Ben is a real person")
    (change,) = approved["changes"]
    assert (change["before"], change["after"], change["net_minor"]) == ("pending", "issued", 500)
    assert [a["verb"] for a in busy.items("/api/v1/acts?verb=program.apply")] == ["program.apply"] * 2
    assert busy.items(f"/api/v1/acts?until={approved['at']}")[0]["verb"] == "program.apply"
    assert {a["id"] for a in busy.items(f"/api/v1/acts?since={refused['at']}")} == {refused["id"]}


@on_both
def test_the_pages_of_the_api_hold_every_act_once_and_single_ones_the_text_of_a_program(busy: Shop) -> None:
    seen: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = busy.get(f"/api/v1/acts?limit=2{cursor and f'&cursor={cursor}'}").json
        seen, cursor = [*seen, *page["items"]], page["next"]
    assert len({a["id"] for a in seen}) == len(seen) == Act.objects.count()
    applied = next(a for a in seen if a["verb"] == "program.apply")
    assert "document" not in applied["given"]
    assert [a["given"]["url"] for a in seen if a["verb"] == "webhook.create"] == [HOOKS]
    assert "program: held" in busy.get(f"/api/v1/acts/{applied['id']}").json["given"]["document"]


@only_sqlite
def test_the_export_is_the_whole_log_in_a_chain_that_shows_what_was_changed(busy: Shop, tmp_path: Path) -> None:
    """A row that somebody changes in the database changes the hash of its line and of each that follows."""
    file = tmp_path / "log.jsonl"
    assert ran("log", "export", "--output", file) == ""
    assert SECRET not in file.read_text(encoding="utf-8")
    assert file.stat().st_mode & 0o777 == 0o600
    told = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [a["serial"] for a in told] == sorted(a["serial"] for a in told)
    before = NOTHING_BEFORE
    for line in told:
        hashed = line.pop("hash")
        assert hashed == chained(before, line)
        before = hashed
    assert {a["id"] for a in told} == {f"act_{key.hex}" for key in Act.objects.values_list("id", flat=True)}
    assert any("program: held" in a["given"].get("document", "") for a in told)

    (again,) = said("log", "export", "--from", told[-1]["at"])["acts"]
    assert again["hash"] == before, "an export of a part has the hashes of the whole"
    assert said("log", "export", "--to", told[0]["at"])["acts"] == []
    done(pause_mail(asked=Asked(busy.workspace, now(), "Olga")))
    longer = [json.loads(line) for line in ran("log", "export").splitlines()]
    assert (len(longer), longer[-2]["hash"]) == (len(told) + 1, before)
    Act.objects.filter(verb="reward.approve").update(actor="staff:nobody")
    assert said("log", "export")["acts"][-2]["hash"] != before
    wrong = run("log", "export", "--from", "yesterday")
    assert (wrong.exit_code, "such as 2026-05-01T09:30:00Z" in wrong.stderr) == (1, True)
