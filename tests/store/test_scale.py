"""PRG-12: a program grows once enough of its friends came back; at the threshold, not below it."""

import pytest

from passaparola.actions.clock import run_clock
from passaparola.actions.ledger.verify import verify_ledger
from passaparola.actions.rehearsal.backtest import LIVE, Trial, backtest_log
from passaparola.analytics.retention import NoScale, scale_of
from passaparola.domain.instant import DAY
from passaparola.domain.programs import read_program
from passaparola.domain.programs.describe import describe
from passaparola.store.models import Finding, ProgramVersion
from tests.databases import Database, only_sqlite
from tests.histories import START, a_workspace, friend_buys, refund, tell

GROWS = """\
program: grows
name: It grows
currency: EUR
trigger: first_purchase
audience: 'person.tier == "gold"'
rewards:
  - id: each
    side: advocate
    kind: store_credit
    structure: {kind: tier, tiers: [{at: 1, amount: 5.00}, {at: 9, amount: 7.50}]}
budget: {total: 100.00}
scale:
  retention_percent: 50
  days: 30
  least_friends: 4
  budget: {total: 200.00}
  audience: 'person.tier == "gold" || person.tier == "silver"'
  tiers:
    - {reward: each, tiers: [{at: 1, amount: 6.00}]}
"""
OPEN = GROWS.replace("audience: 'person.tier == \"gold\"'\n", "", 1)


def friends(workspace: str, *back: int) -> None:
    """One friend for each: they order on day 1, and again on that day; 0: never again."""
    for n, day in enumerate(back):
        orders = [(f"f{n}-1", 2_000, "EUR")]
        tell(workspace, friend_buys(f"friend-{n}", 1, *orders))
        if day:
            tell(workspace, friend_buys(f"friend-{n}", day, (f"f{n}-2", 2_000, "EUR")))


def run(workspace: str, day: float) -> int:
    run_clock(workspace, now=START + int(day * DAY))
    return ProgramVersion.objects.filter(workspace_id=workspace).count()


def test_a_program_grows_at_the_threshold_and_once(database: Database) -> None:
    """Two of four came back within 30 days: on the day on which all can be judged it is extended, and stays so."""
    workspace = a_workspace(OPEN)
    friends(workspace, 10, 30, 0, 33)
    assert (run(workspace, 30), run(workspace, 32)) == (1, 2)
    text = ProgramVersion.objects.get(workspace_id=workspace, number=2).document
    program, findings = read_program(text, key="0" * 32, version=2, effective_from=0)
    assert (program is not None and program.scale is None, findings) == (True, [])
    assert [word for word in ("total: 200.00", "amount: 6.00", '== "silver"') if word not in text] == []
    assert [f.kind for f in Finding.objects.filter(workspace_id=workspace, kind__startswith="program_")] == [
        "program_extended"
    ]
    assert run(workspace, 40) == 2
    with pytest.raises(NoScale):
        scale_of(workspace, "grows", now=START + 40 * DAY)
    assert list(verify_ledger(workspace)) == []


def test_an_order_that_went_back_is_no_coming_back(database: Database) -> None:
    """The same two of four, but one sends the second order back; a part that goes back changes nothing."""
    workspace = a_workspace(OPEN)
    friends(workspace, 10, 30, 0, 33)
    tell(workspace, [refund("f0-2", 12, 1_999), refund("f1-2", 31)])
    assert run(workspace, 40) == 1
    said = scale_of(workspace, "grows", now=START + 40 * DAY)
    assert (said["friends"], said["back"]) == (4, 1)


@only_sqlite
@pytest.mark.parametrize(("back", "grows"), [((10, 30, 0, 33, 50), True), ((10, 33, 0, 0, 50), False)])
def test_a_backtest_extends_where_the_clock_did(database: Database, back: tuple[int, ...], grows: bool) -> None:
    workspace = a_workspace(OPEN)
    days = sorted([(1, n, 1) for n in range(len(back) - 1)] + [(day, n, 2) for n, day in enumerate(back) if day])
    for day, n, order in days:
        run(workspace, day - 0.1)
        tell(workspace, friend_buys(f"friend-{n}", day, (f"f{n}-{order}", 2_000, "EUR")))
    found = backtest_log(workspace, Trial(OPEN), against=Trial(LIVE))
    assert found.against is not None
    assert (found.result.extended is not None, found.result.program.version) == (grows, 1 + grows)
    budgets = [outcome.budget and outcome.budget.total for outcome in (found.result, found.against)]
    assert budgets == ([20_000] * 2 if grows else [10_000] * 2)
    assert dict(found.result.sums.rewards) == dict(found.against.sums.rewards)


@pytest.mark.parametrize(("back", "why"), [((10, 33, 0, 0), "a friend fewer"), ((10, 20, 0), "too few to judge")])
def test_below_the_threshold_nothing_happens(database: Database, back: tuple[int, ...], why: str) -> None:
    workspace = a_workspace(OPEN)
    friends(workspace, *back)
    assert run(workspace, 40) == 1, why
    said = scale_of(workspace, "grows", now=START + 40 * DAY)
    assert (said["friends"], said["due"]) == (len(back), False)


def test_the_rule_is_said_in_words_and_judged_with_the_file() -> None:
    program, _ = read_program(GROWS, key="0" * 32, version=1, effective_from=0)
    assert program is not None
    said = describe(program)
    assert (
        "as soon as 50 % of the friends ordered again within 30 days of their first order, of 4 friends or more" in said
    )
    assert "- The whole program gives at most 200.00 EUR" in said
    wrong = {
        "total: 200.00": "total: 50.00",
        "reward: each": "reward: other",
        "at: 1, amount: 6.00": "at: 1, amount: 6.001",
    }
    for good, bad in wrong.items():
        assert good in GROWS
        _, findings = read_program(GROWS.replace(good, bad), key="0" * 32, version=1, effective_from=0)
        assert "error" in [f.severity for f in findings], bad
