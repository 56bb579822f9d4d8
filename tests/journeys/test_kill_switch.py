"""O15: one command, and within five seconds no mail leaves, nothing is issued and nothing is paid out, anywhere; going on loses nothing.

The server's own delivery loop runs in this process. Each planted fault forgets one of the switches where it is read.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from passaparola.actions.acting import Asked, Performed
from passaparola.actions.everywhere import MAIL
from passaparola.actions.messages.pause import pause_mail
from passaparola.actions.programs.apply import apply_program
from passaparola.inbound import commands
from passaparola.inbound.delivering import deliver
from passaparola.outbound.mail.folder import mail_folder
from passaparola.store.session import Conflict, Session
from tests.databases import only_sqlite
from tests.journeys.caller import Shop, now, open_shop, purchase, sign_up
from tests.journeys.command_line import ran, run, said
from tests.ledger_clean import assert_books_balance

pytestmark = only_sqlite
SECONDS = 5
PAID = """
program: paid
name: Five in money
currency: USD
trigger: first_purchase
combine: true
rewards:
  - {id: money, side: advocate, kind: cash, amount: 5.00}
"""
FORGOTTEN = {
    "mail": (" AND w.mail_paused_at IS NULL", ""),
    "rewards": ("rewards_paused_at IS NOT NULL", "FALSE"),
}


@contextmanager
def delivering() -> Iterator[None]:
    """The loop that hands out and sends, as the server runs it."""
    stopping, leading = threading.Event(), threading.Event()
    leading.set()
    loop = threading.Thread(target=deliver, args=(stopping, leading))
    loop.start()
    try:
        yield
    finally:
        stopping.set()
        loop.join()


def comes(what: Callable[[], Any]) -> None:
    """Wait for it."""
    until = time.monotonic() + 120
    while not what():
        assert time.monotonic() < until
        time.sleep(0.1)


def mails() -> list[Path]:
    return sorted(mail_folder().glob("*.txt"))


def issued(shop: Shop) -> set[str]:
    return {r["id"] for r in shop.items("/api/v1/rewards?state=issued")}


def buys(shop: Shop, friend: str) -> None:
    """Ada, who has an address, brings somebody who orders."""
    ada = {"customer_id": "ada", "email": "ada@example.com"}
    told = [{"id": "ada", "type": "signup", "person": ada}, sign_up(friend, "ada"), purchase(friend, f"order-{friend}")]
    assert shop.event(told).status == 200


def nothing_goes_out(shops: list[Shop], folder: Path) -> None:
    """The whole scene: what was owed before, the switch, five seconds of orders, and going on."""
    first = shops[0]
    for shop in shops:
        apply_program(PAID, workspace=shop.workspace, now=now(), actor="Olga")
        buys(shop, "ben")
    with delivering():
        comes(lambda: len(mails()) >= len(shops))
        (owed,) = first.items("/api/v1/payouts")
        ran("--workspace", "third", "pause", "rewards")
        ran("pause", "mail", "--all", "--note", "wrong texts")
        assert said("pause", "rewards", "--all")["workspaces"] == ["main", "second"]
        began, sent, had = time.monotonic(), mails(), [issued(shop) for shop in shops]
        for shop in shops:
            buys(shop, "cleo")
        paid = {"lines": [{"reward": owed["reward"], "reference": "bank-1"}]}
        while time.monotonic() - began < SECONDS:
            assert [issued(shop) for shop in shops] == had
            assert mails() == sent
            assert first.get("/api/v1/payouts").problem == "rewards_paused"
            assert first.post("/api/v1/payouts/confirm", paid, idempotency="run-1").problem == "rewards_paused"
            time.sleep(0.2)
        refused = run("payouts", "export", "--output", folder / "pay.csv")
        assert (refused.exit_code, "rewards are paused" in refused.stderr) == (1, True)
        assert not (folder / "pay.csv").exists()

        assert said("resume", "rewards", "--all")["workspaces"] == ["main", "second"]
        ran("resume", "mail", "--all")
        assert [len(issued(shop)) - len(before) for shop, before in zip(shops, had, strict=True)] == [3, 3]
        told = first.post("/api/v1/payouts/confirm", paid, idempotency="run-1")
        assert (told.json["items"][0]["outcome"], told.replayed) == ("handed_over", False)
        comes(lambda: len(mails()) >= len(sent) + len(shops))
    for shop in shops:
        assert_books_balance(shop.workspace)


@pytest.fixture
def shops(shop: Shop) -> list[Shop]:
    open_shop("third")
    return [shop, open_shop("second")]


def test_after_one_command_nothing_goes_out_anywhere_and_nothing_is_lost(shops: list[Shop], tmp_path: Path) -> None:
    nothing_goes_out(shops, tmp_path)
    assert said("--workspace", "third", "workspace", "show")["rewards_paused_at"], "it had been paused by itself"
    assert said("pause", "rewards", "--all")["workspaces"] == ["main", "second"]
    wrong = run("--workspace", "second", "pause", "mail", "--all")
    assert (wrong.exit_code, "Either --workspace" in wrong.stderr) == (2, True)


def test_a_workspace_that_is_busy_keeps_no_other_from_being_paused(
    shops: list[Shop], monkeypatch: pytest.MonkeyPatch
) -> None:
    def pause(*, asked: Asked, note: str = "", everywhere: bool = False) -> Performed[bool]:
        if asked.workspace == shops[0].workspace:
            raise Conflict("another writer was first")
        return pause_mail(asked=asked, note=note, everywhere=everywhere)

    with monkeypatch.context() as patched:
        patched.setattr(commands, "MAIL", replace(MAIL, pause=pause))
        told = run("pause", "mail", "--all")
        assert told.exit_code == 1
        assert "Workspaces: third, second." in told.stdout
        assert "all the time: main." in told.stderr
    again = said("pause", "mail", "--all")
    assert (again["workspaces"], again["busy"]) == (["main"], [])


@pytest.mark.parametrize("switch", FORGOTTEN)
def test_a_planted_forgotten_switch_is_caught(
    shops: list[Shop], tmp_path: Path, switch: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest, (condition, instead) = Session.rows, FORGOTTEN[switch]
    monkeypatch.setattr(
        Session, "rows", lambda self, text, **given: honest(self, text.replace(condition, instead), **given)
    )
    with pytest.raises(AssertionError):
        nothing_goes_out(shops, tmp_path)
