"""The worked tables of docs/rules/ledger.md: each is told from its first row to its last, and the books are compared after each."""

import re
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

import pytest

from passaparola.actions.clock import run_clock
from passaparola.actions.credit import end as credit
from passaparola.actions.credit.orders import cancel_order
from passaparola.actions.credit.reserve import Wanted, reserve
from passaparola.actions.ledger.trial_balance import trial_balance
from passaparola.actions.ledger.verify import CHECKS
from passaparola.actions.payables import hand_over
from passaparola.actions.rewards import operate
from passaparola.actions.vouchers.redeem import redeem
from passaparola.actions.vouchers.redeem import reserve as set_aside
from passaparola.domain.ledger.accounts import DEBIT_NORMAL, OWED_TO_PEOPLE, AccountKind
from passaparola.domain.ledger.shapes import SHAPES
from passaparola.domain.money import decimal_text, parse_amount
from passaparola.domain.rewards.vouchers import Basket
from passaparola.store.models import CreditReservation, Reward, Transfer, Voucher
from tests.databases import Database
from tests.histories import a_workspace, friend_buys, refund, tell
from tests.ledger_clean import assert_books_balance
from tests.shops import asked, day, good, person
from tests.tables import Row, rows_of

ROWS = rows_of("ledger.md")
TABLES = [list(rows) for _, rows in groupby((r for r in ROWS if "What happens" in r.cells), key=lambda r: r.heading)]
AMOUNT, ORDER = r"(\d+\.\d\d)", r"(\w\d+)"


def cents(text: str) -> int:
    return parse_amount(text, "EUR")


class Shop:
    """A workspace in which the sentences of a table come true."""

    def __init__(self, document: str):
        self.workspace = a_workspace(document)
        self.seen: set[Any] = set()

    def say(self, sentence: str) -> None:
        match = re.fullmatch(r"on day (\d+) (.+)", sentence)
        assert match, sentence
        at, rest = int(match[1]), match[2]
        for pattern, step in SENTENCES.items():
            if found := re.fullmatch(pattern, rest):
                step(self, at, *found.groups())
                return
        pytest.fail(f"nobody knows what this means: {sentence}")

    def buys(self, at: int, amount: str, order: str) -> None:
        tell(self.workspace, friend_buys("ben", at, (order, cents(amount), "EUR")))

    def refunds(self, at: int, amount: str | None, order: str) -> None:
        tell(self.workspace, [refund(order, at, cents(amount) if amount else None)])

    def decides(self, at: int, verb: str) -> None:
        step: dict[str, Callable[..., Any]] = {
            "denies": operate.deny,
            "approves": operate.approve,
            "undoes": operate.undo,
        }
        good(step[verb](Reward.objects.get().pk.hex, asked=asked(self.workspace, at)))

    def reserves(self, at: int, amount: str, order: str) -> None:
        wanted = Wanted(person(self.workspace, "ada"), "EUR", cents(amount), order)
        good(reserve(wanted, asked=asked(self.workspace, at)))

    def ends(self, at: int, verb: str, order: str) -> None:
        step: dict[str, Callable[..., Any]] = {"captures": credit.capture, "releases": credit.release}
        reservation = CreditReservation.objects.get(order_key=order, state="reserved")
        good(step[verb](reservation.pk.hex, asked=asked(self.workspace, at)))

    def cancels(self, at: int, order: str) -> None:
        good(cancel_order(order, asked=asked(self.workspace, at)))

    def uses_voucher(self, at: int, verb: str, order: str, amount: str) -> None:
        step: dict[str, Callable[..., Any]] = {"reserves": set_aside, "redeems": redeem}
        basket = Basket(order, cents(amount), "EUR")
        good(step[verb](Voucher.objects.get().code, basket=basket, asked=asked(self.workspace, at)))

    def pays(self, at: int, reference: str) -> None:
        said = good(
            hand_over.fulfil(hand_over.Told(Reward.objects.get().pk.hex, reference), asked=asked(self.workspace, at))
        )
        assert said.outcome in (hand_over.HANDED_OVER, hand_over.ALREADY)

    def comes_back(self, at: int) -> None:
        good(hand_over.take_back(Reward.objects.get().pk.hex, asked=asked(self.workspace, at)))

    def clock(self, at: int) -> None:
        run_clock(self.workspace, now=day(at))

    def booked(self) -> str:
        """The transfers since the last time it was asked."""
        new = [t for t in Transfer.objects.select_related("debit", "credit").order_by("id") if t.pk not in self.seen]
        self.seen |= {t.pk for t in new}
        return "; ".join(f"{t.kind} {t.purpose} {t.debit.kind} → {t.credit.kind} {amount(t)}" for t in new)

    def balances(self) -> Iterator[tuple[str, str]]:
        lines = [line for unit in trial_balance(self.workspace).units for line in unit.lines if line.unit == "EUR"]
        for kind in AccountKind:
            yield kind.capitalize(), decimal_text(sum(line.balance for line in lines if line.kind == kind), "EUR")
        yield "Waits", decimal_text(sum(line.pending_debit for line in lines), "EUR")


def amount(transfer: Transfer) -> str:
    return decimal_text(transfer.amount, "EUR") if transfer.unit == "EUR" else f"{transfer.amount} {transfer.unit}"


SENTENCES: dict[str, Callable[..., None]] = {
    rf"Ben, brought by Ada, orders {AMOUNT} as {ORDER}": Shop.buys,
    rf"(?:{AMOUNT} of )?{ORDER} is refunded": Shop.refunds,
    r"Olga (\w+) (?:the reward|that)": Shop.decides,
    rf"a checkout reserves {AMOUNT} for {ORDER}": Shop.reserves,
    rf"the checkout (captures|releases) {ORDER}": Shop.ends,
    rf"the order {ORDER} is cancelled": Shop.cancels,
    rf"(?:a|the) checkout (reserves|redeems) the voucher for {ORDER} of {AMOUNT}": Shop.uses_voucher,
    rf"the payment {ORDER} is told": Shop.pays,
    r"the payment comes back": Shop.comes_back,
    r"the clock runs": Shop.clock,
}


@pytest.mark.parametrize("table", TABLES, ids=lambda rows: rows[0].heading)
def test_a_worked_table_books_what_it_says(database: Database, table: list[Row]) -> None:
    (document,) = table[0].programs
    shop = Shop(document)
    for row in table:
        shop.say(row.cells["What happens"])
        found = {"What happens": row.cells["What happens"], "Transfers": shop.booked(), **dict(shop.balances())}
        assert {column: found[column] for column in row.cells} == row.cells, row.name
        assert_books_balance(shop.workspace)


def test_the_accounts_are_those_of_the_code() -> None:
    told = {row.cells["Account"]: row.cells["Side"] for row in ROWS if "Side" in row.cells}
    assert told == {str(kind): "debit" if kind in DEBIT_NORMAL else "credit" for kind in AccountKind}


def test_the_purposes_are_those_of_the_code() -> None:
    owed = {str(kind) for kind in OWED_TO_PEOPLE}

    def accounts(kinds: tuple[str, ...]) -> str:
        return "owed" if set(kinds) == owed else ", ".join(str(kind) for kind in kinds)

    told = [tuple(row.cells.values()) for row in ROWS if "Purpose" in row.cells]
    assert told == [
        (str(s.purpose), ", ".join(str(k) for k in s.kinds), accounts(s.debit), accounts(s.credit)) for s in SHAPES
    ]


def test_the_laws_are_those_that_are_checked() -> None:
    told = {row.cells["Law"] for row in ROWS if "Law" in row.cells}
    assert told == {check.law for check in CHECKS} | {"L10"}


def test_no_table_is_passed_by() -> None:
    assert {row.heading for row in ROWS if "What happens" not in row.cells} == {
        "Terms",
        "Accounts",
        "Purposes",
        "The laws",
    }
    assert len(TABLES) == 4
