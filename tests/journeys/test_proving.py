"""Once a night the books are proved with L10; what does not hold is a finding. `ledger verify` and the API say the same, unless quick."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db.models import F
from django.test import override_settings

from passaparola.inbound.counting import VARIABLE
from passaparola.inbound.proving import DAY, prove_all, seconds_until_night
from passaparola.inbound.running import stop_writer
from passaparola.store.models import Act, Event, Finding
from passaparola.store.read.operations import VIOLATIONS
from tests.databases import Database, only_sqlite
from tests.journeys.caller import Shop, open_shop, purchase, sign_up
from tests.journeys.command_line import run


@pytest.fixture
def shop(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    for name, value in database.env.items():
        monkeypatch.setenv(name, value)
    shop = open_shop()
    shop.event([sign_up("ben", "ada"), purchase("ben", "o1")])
    yield shop
    stop_writer()


def an_order_that_is_gone() -> None:
    """Nothing but the log knows of it: whoever is to replay it finds no reward's order."""
    Event.objects.filter(type="purchase").update(amount_minor=F("amount_minor") * 0)


@only_sqlite
def test_at_night_all_books_are_proved_and_those_that_cannot_be_are_found_too(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    left = Path(settings.DATA) / "proving" / "passaparola-aside-x"  # by a proof that was killed
    left.mkdir(parents=True)
    prove_all(threading.Event())
    assert not Finding.objects.filter(kind__in=VIOLATIONS).exists()
    later = open_shop(slug="later")
    later.event([sign_up("ben", "ada"), purchase("ben", "o1")])
    an_order_that_is_gone()
    Act.objects.filter(workspace=shop.workspace).update(input="{")
    for _ in range(2):
        prove_all(threading.Event())
    first, second = Finding.objects.filter(kind__in=VIOLATIONS).order_by("id")
    assert (first.workspace_id.hex, first.kind) == (shop.workspace, "unable_to_prove")
    assert "This should not happen" in first.detail
    assert (second.workspace_id.hex, second.kind) == (later.workspace, "ledger_violation")
    assert second.key.startswith("L10:the log done again gives other books")
    assert not left.parent.exists()
    assert not list(tmp_path.iterdir()), "a proof counts nothing among the server's numbers"


@only_sqlite
def test_a_proof_leaves_the_server_its_disk(shop: Shop) -> None:
    with override_settings(DISK_RESERVE_MB=1 << 30):
        told = shop.get("/api/v1/ledger/verify")
    assert (told.status, told.problem, told.headers["retry-after"]) == (503, "unable_to_prove", "3600")
    assert "PASSAPAROLA_DISK_RESERVE_MB" in told.json["detail"]


@only_sqlite
def test_the_command_and_the_api_prove_it_unless_they_are_to_be_quick(shop: Shop) -> None:
    assert run("ledger", "verify").exit_code == 0
    assert shop.get("/api/v1/ledger/verify").json == {"right": True, "violations": []}
    an_order_that_is_gone()
    assert run("ledger", "verify", "--quick").exit_code == 0
    assert shop.get("/api/v1/ledger/verify?quick=true").json["right"]
    told = run("ledger", "verify")
    assert told.exit_code == 1
    assert told.stderr.startswith("L10: the log done again gives other books")
    assert [v["law"] for v in shop.get("/api/v1/ledger/verify").json["violations"]] == ["L10"]


@pytest.mark.parametrize(("hour", "hours"), [(0, 2), (1, 1), (2, 24), (3, 23), (23, 3)])
def test_the_next_night_is_at_two(hour: int, hours: int) -> None:
    assert seconds_until_night(20_000 * DAY + hour * 3600) == hours * 3600
