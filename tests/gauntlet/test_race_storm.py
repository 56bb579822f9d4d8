"""G-07: the races of A01 to A11 over HTTP, every request released by its last byte at one moment."""

import time

import pytest

from tests.databases import Database, only_postgres
from tests.gauntlet.arena import opened
from tests.gauntlet.attacks import ATTACKS, Attack, open_fields, play
from tests.gauntlet.conftest import Say
from tests.ledger_clean import assert_log_gives_the_books
from tests.planted import first_line

BY_NUMBER = {attack.number: attack for attack in ATTACKS}


def workers(database: Database) -> int:
    return 2 if database.url else 1


@pytest.mark.parametrize(
    ("attacks", "rounds"),
    [
        pytest.param(ATTACKS, 10, id="small"),
        *(pytest.param((a,), 1_000, id=f"large-{a.number}", marks=pytest.mark.gauntlet) for a in ATTACKS),
    ],
)
def test_nothing_is_given_twice(database: Database, attacks: tuple[Attack, ...], rounds: int, say: Say) -> None:
    fields = {a.number: open_fields(rounds, a.program, a.number.lower()) for a in attacks}
    began = time.monotonic()
    with opened(database, workers=workers(database)) as arena:
        for attack in attacks:
            for n, (workspace, key) in enumerate(fields[attack.number]):
                play(attack, arena, workspace, key)
                if n % 10 == 0:
                    assert_log_gives_the_books(workspace)
    took, played = time.monotonic() - began, ", ".join(a.number for a in attacks)
    say(f"G-07 {database.vendor}: {played}: {rounds} rounds each, 0 over-grants, {took:.0f} s")


def caught_within_ten(database: Database, attack: Attack, fault: str, say: Say) -> None:
    fields = open_fields(10, attack.program, "mutant")
    with opened(database, workers=workers(database), fault=fault) as arena:
        for n, (workspace, key) in enumerate(fields, start=1):
            try:
                play(attack, arena, workspace, key)
            except AssertionError as problem:
                say(f"G-07 {database.vendor}: planted “{fault}”, {attack}: caught in round {n}: {first_line(problem)}")
                return
    pytest.fail(f"“{fault}” was planted and ten rounds of {attack} noticed nothing")


@pytest.mark.parametrize("fault", ["blind-limits", "read-add-write"])
def test_the_storm_notices_careless_counters(database: Database, fault: str, say: Say) -> None:
    caught_within_ten(database, BY_NUMBER["A04"], fault, say)


@only_postgres
@pytest.mark.parametrize(("number", "fault"), [("A01", "uncompared-vouchers"), ("A07b", "uncompared-payouts")])
def test_the_storm_notices_writes_that_compare_nothing(database: Database, number: str, fault: str, say: Say) -> None:
    caught_within_ten(database, BY_NUMBER[number], fault, say)
