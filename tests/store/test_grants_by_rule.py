"""RWD-12: goodwill that a rule gives, once, for a reason, within the limits; and what came of it."""

from typing import Any

import pytest

from passaparola.actions.acting import Asked, done
from passaparola.actions.clock import run_clock
from passaparola.actions.credit.end import capture
from passaparola.actions.credit.reserve import Wanted, reserve
from passaparola.actions.people.merge import merge
from passaparola.actions.programs.apply import apply_program
from passaparola.actions.rewards.give import give
from passaparola.actions.rewards.give_by_rule import give_due, grants_due
from passaparola.analytics.effect import effect_of
from passaparola.analytics.levels import bounds, levels_of
from passaparola.domain.instant import DAY, SECOND
from passaparola.domain.programs.describe import describe
from passaparola.store.models import Act, Finding, Identity, Reward
from tests.databases import Database, only_sqlite
from tests.domain.program_files import read
from tests.histories import START, a_workspace, refund, tell
from tests.ledger_clean import assert_log_gives_the_books
from tests.races import at_once
from tests.shops import refusal

THANKS = """\
program: thanks
name: Thanks
currency: EUR
trigger: manual_grant
rewards:
  - {id: credit, side: advocate, kind: store_credit, amount: 5.00}
  - {id: more, side: advocate, kind: store_credit, amount: 9.00}
grants:
  - {id: third, when: 'person.orders >= 3', reward: credit, reason: Three orders}
  - {id: monthly, when: 'person.revenue_minor >= 10000', reward: more, reason: For your trust, again: month}
budget: {total: 28.00}
"""

GIVES = """\
program: gives
name: Gives
currency: EUR
trigger: manual_grant
rewards:
  - {id: five, side: advocate, kind: store_credit, amount: 5.00}
  - {id: held, side: advocate, kind: store_credit, amount: 5.00, hold_days: 30}
"""


def buys(who: str, day: int, *minor: int) -> list[dict[str, Any]]:
    names = [f"{who}-{day}-{n}" for n in range(len(minor))]
    after = day * DAY // SECOND
    return [
        {"id": f"e-{o}", "type": "purchase", "after": after, "person": who, "order": o, "amount_minor": m, "currency": "EUR"}
        for o, m in zip(names, minor, strict=True)
    ]  # fmt: skip


def given(workspace: str) -> list[tuple[str, str, int]]:
    """(rule, occasion, minor units) of what was given, the oldest first."""
    rows = Reward.objects.filter(workspace_id=workspace).order_by("id")
    return [(r.rule, r.occasion, r.amount) for r in rows]


FEW = """\
program: few
name: Few
currency: EUR
trigger: manual_grant
rewards:
  - {id: mug, side: advocate, kind: gift, item: Mug, stock: 1, fallback: credit}
  - {id: credit, side: advocate, kind: store_credit, amount: 5.00}
  - {id: last, side: advocate, kind: gift, item: Cup, stock: 1}
grants: [{id: second, when: 'person.orders >= 2', reward: mug, reason: Two orders}]
"""


def named(workspace: str) -> dict[str, str]:
    """The persons by the ids that the shop knows them by."""
    return {i.value: i.person_id.hex for i in Identity.objects.filter(workspace_id=workspace)}


def run(workspace: str, day: int) -> int:
    return run_clock(workspace, now=START + day * DAY).given


def test_whoever_meets_a_rule_is_given_once_and_within_the_limits(database: Database) -> None:
    workspace = a_workspace(THANKS)
    tell(workspace, [*buys("ada", 1, 500, 500, 500), *buys("ben", 1, 500, 500), *buys("cara", 1, 500, 500, 500)])
    tell(workspace, [refund("cara-1-2", 2)])
    third_day = START + 3 * DAY
    due = grants_due(workspace, now=third_day)
    at_one_moment = at_once(*[lambda: give_due(workspace, due, now=third_day, actor="clock")] * 4)
    assert (sorted(at_one_moment, key=str), run(workspace, 3)) == ([0, 0, 0, 1], 0)
    tell(workspace, buys("ben", 4, 9_500))
    assert (run(workspace, 5), run(workspace, 6)) == (2, 0)
    third, march = "grant:rule:third", "grant:rule:monthly:2026-03"
    assert given(workspace) == [("credit", third, 500), ("credit", third, 500), ("more", march, 900)]
    act = Act.objects.filter(workspace_id=workspace, verb="reward.grant").order_by("id")[0]
    assert (act.actor, '"note":"Three orders"' in act.input) == ("clock", True)
    assert run(workspace, 35) == 1  # ben, in April: 28.00 are given
    tell(workspace, buys("dora", 36, 10, 10, 10))
    assert (run(workspace, 37), run(workspace, 38)) == (0, 0)
    held = Finding.objects.filter(workspace_id=workspace, kind="grant_held_back")
    assert [("budget_exhausted" in finding.detail) for finding in held] == [True]
    apply_program(THANKS.replace("28.00", "60.00"), workspace=workspace, now=START + 39 * DAY, actor="olga")
    assert run(workspace, 40) == 1
    assert_log_gives_the_books(workspace)


def test_what_came_of_a_grant_stands_beside_comparable_people(database: Database) -> None:
    """The worked row of docs/metrics.md: 2 orders before, 3.5 after; ten others 2 before, 2.2 after."""
    workspace = a_workspace(GIVES)
    others = [f"other-{n}" for n in range(10)]
    tell(workspace, [event for who in ("ada", "ben", *others) for event in buys(who, 20, 100, 100)])
    people = named(workspace)
    for who in ("ada", "ben"):
        asked = Asked(workspace, START + 100 * DAY, "olga")
        done(give(people[who], program="gives", rule="five", reason="a late parcel", asked=asked))
    after = {"ada": 4, "ben": 3, **dict.fromkeys(others, 2), "other-1": 4}
    tell(workspace, [event for who, n in after.items() for event in buys(who, 110, *[100] * n)])
    tell(workspace, buys("ada", 191, 100) + buys("too-new", 195, 100))
    found = effect_of(workspace, "gives", days=90, now=START + 195 * DAY)
    assert (found["given"], found["judged"], found["compared"]) == (2, 2, 2)
    assert {name: round(mean, 9) for name, mean in found["orders"].items()} == {
        "before": 2, "after": 3.5, "comparable_before": 2, "comparable_after": 2.2, "effect": 1.3,
    }  # fmt: skip
    assert set(found["friends"].values()) == {0}
    young = effect_of(workspace, "gives", days=90, now=START + 189 * DAY)
    assert (young["given"], young["judged"], young["orders"]["effect"]) == (2, 0, None)


def test_the_take_rate_is_told_for_each_level(database: Database) -> None:
    workspace = a_workspace(GIVES)
    tell(workspace, buys("ada", 1, 100))
    ada = named(workspace)["ada"]
    for n, rule in enumerate(("five", "five", "held", "held")):
        done(give(ada, program="gives", rule=rule, reason="x", asked=Asked(workspace, START + (2 + n) * DAY, "olga")))
    till = Asked(workspace, START + 8 * DAY, "till")
    capture(done(reserve(Wanted(ada, "EUR", 300, "o-1"), asked=till)).id, asked=till)
    row = {"side": "advocate", "kind": "store_credit", "currency": "EUR", "from_minor": 500, "to_minor": 500}
    assert levels_of(workspace, "gives")["levels"] == [
        {**row, "rule": "five", "earned": 2, "offered": 2, "taken": 1, "take_rate": 0.5},
        {**row, "rule": "held", "earned": 2, "offered": 0, "taken": 0, "take_rate": None},
    ]


@pytest.mark.parametrize(("amount", "level"), [(1, (1, 1)), (499, (200, 499)), (500, (500, 999)), (1000, (1000, 1999))])
def test_many_amounts_are_put_together(amount: int, level: tuple[int, int]) -> None:
    assert bounds(amount) == level


@only_sqlite
def test_two_records_of_one_person_are_given_once(database: Database) -> None:
    workspace = a_workspace(THANKS)
    tell(
        workspace,
        [
            *buys("ada", 1, 10, 10, 10),
            *buys("ada-too", 1, 10, 10, 10),
            *buys("ben", 1, 10, 10),
            *buys("ben-too", 1, 10),
        ],
    )
    assert run(workspace, 2) == 2
    people = named(workspace)
    for name in ("ada", "ben"):
        merge(people[name], duplicate=people[f"{name}-too"], asked=Asked(workspace, START + 3 * DAY, "olga"))
    assert run(workspace, 4) == 1  # ben, whose three orders are known by two names
    assert_log_gives_the_books(workspace)


@only_sqlite
def test_out_of_stock_what_stands_in_for_it_is_given_or_it_is_refused_by_name(database: Database) -> None:
    workspace = a_workspace(FEW)
    tell(workspace, [event for who in ("ada", "ben") for event in buys(who, 1, 10, 10)])
    assert run(workspace, 2) == 2
    assert [rule for rule, *_ in given(workspace)] == ["mug", "credit"]
    ada = named(workspace)["ada"]

    def by_hand(rule: str) -> Any:
        return give(ada, program="few", rule=rule, reason="x", asked=Asked(workspace, START + 3 * DAY, "olga"))

    assert [done(by_hand(rule)).rule for rule in ("mug", "last")] == ["credit", "last"]
    assert refusal(by_hand("last")) == "out_of_stock"
    assert_log_gives_the_books(workspace)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("trigger: manual_grant", "trigger: signup", "`grants` only with `trigger: manual_grant`"),
        ("id: monthly", "id: third", "another id for each grant"),
        ("reward: credit, ", "", "which reward is given"),
        ("reward: more, ", "reward: other, ", "the id of a reward of this file"),
        ("person.orders >= 3", "person.order >= 3", "did you mean"),
        ("again: month", "again: often", "again"),
    ],
)
def test_a_rule_that_cannot_give_is_refused(old: str, new: str, said: str) -> None:
    program, findings = read(THANKS)
    assert (program is not None, findings) == (True, [])
    program, findings = read(THANKS.replace(old, new, 1))
    assert program is None
    assert any(said in finding.sentence() for finding in findings), [f.sentence() for f in findings]


def test_a_rule_is_said_in_words() -> None:
    program, _ = read(THANKS)
    assert program is not None
    words = describe(program)
    assert "once, to each person for whom person.orders >= 3 holds: credit. The reason: “Three orders”." in words
    assert "once a month, to each person for whom person.revenue_minor >= 10000 holds: more." in words
