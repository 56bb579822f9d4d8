"""Once a night the books are proved with L10; what does not hold is a finding. `ledger verify` and the API say the same, unless quick."""

import threading

import pytest
from django.db.models import F

from passaparola.inbound.proving import DAY, prove_all, seconds_until_night
from passaparola.inbound.running import stop_writer
from passaparola.store.models import Event, Finding
from tests.databases import Database, only_sqlite
from tests.journeys.caller import Shop, open_shop, purchase, sign_up
from tests.journeys.command_line import run


@pytest.fixture
def shop(database: Database, monkeypatch: pytest.MonkeyPatch) -> Shop:
    for name, value in database.env.items():
        monkeypatch.setenv(name, value)
    shop = open_shop()
    shop.event([sign_up("ben", "ada"), purchase("ben", "o1")])
    return shop


def an_order_that_is_gone() -> None:
    """Nothing but the log knows of it: whoever is to replay it finds no reward's order."""
    Event.objects.filter(type="purchase").update(amount_minor=F("amount_minor") * 0)


@only_sqlite
def test_at_night_what_the_log_does_not_give_is_found(shop: Shop) -> None:
    prove_all(threading.Event())
    assert not Finding.objects.filter(kind="ledger_violation").exists()
    an_order_that_is_gone()
    for _ in range(2):
        prove_all(threading.Event())
    (found,) = Finding.objects.filter(kind="ledger_violation")
    assert found.key.startswith("L10:the log done again gives other books")
    stop_writer()


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
    stop_writer()


@pytest.mark.parametrize(("hour", "hours"), [(0, 2), (1, 1), (2, 24), (3, 23), (23, 3)])
def test_the_next_night_is_at_two(hour: int, hours: int) -> None:
    assert seconds_until_night(20_000 * DAY + hour * 3600) == hours * 3600
