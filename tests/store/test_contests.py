"""PRG-03: the prizes of a contest go to whom they are promised to, once, whoever closes it, and however often."""

from typing import Any

from passaparola.actions.advocates.standing import suspend
from passaparola.actions.clock import run_clock
from passaparola.actions.credit.end import release
from passaparola.actions.credit.reserve import Wanted, reserve
from passaparola.actions.ledger.prove import prove_ledger
from passaparola.actions.programs.apply import apply_program
from passaparola.actions.programs.contests import close_contests
from passaparola.actions.programs.status import pause_program, resume_program
from passaparola.actions.rehearsal.backtest import LIVE, Trial, backtest_lines, backtest_log
from passaparola.actions.rewards.operate import cancel, undo
from passaparola.analytics.report import report
from passaparola.domain.instant import DAY, SECOND, iso
from passaparola.inbound.explained import as_json, as_words
from passaparola.store.models import Advocate, Counter, Finding, Identity, Program, Reward
from passaparola.store.read.explanations import explanations_of
from passaparola.store.session import reading
from tests.databases import Database, only_sqlite
from tests.histories import START, a_workspace, friend_buys, refund, tell
from tests.races import at_once
from tests.shops import asked, good

PRIZES = """\
program: most-friends
name: Most friends
currency: EUR
trigger: first_purchase
contest: {period: month, wait_days: 2}
rewards:
  - {side: friend, kind: store_credit, amount: 1.00}
  - {id: first, side: winners, place: 1, kind: gift_card, amount: 100.00, hold_days: 5}
  - {id: others, side: winners, place: 2, to_place: 3, kind: store_credit, amount: 20.00}
"""
APRIL = 31  # the day after START on which it begins


def a_month() -> list[dict[str, Any]]:
    """Ada brings two friends in March, Bea and Cid one each; Dora's sends the goods back; Eve's comes in April."""
    story = [
        *friend_buys("f1", 1, ("o1", 1_000, "EUR"), by="ada"),
        *friend_buys("f2", 2, ("o2", 1_000, "EUR"), by="cid"),
        *friend_buys("f3", 3, ("o3", 1_000, "EUR"), by="bea"),
        *friend_buys("f4", 4, ("o4", 1_000, "EUR"), by="ada"),
        *friend_buys("f5", 5, ("o5", 1_000, "EUR"), by="dora"),
        *friend_buys("f6", 40, ("o6", 1_000, "EUR"), by="eve"),
    ]
    return sorted([*story, refund("o5", 32)], key=lambda event: event["after"])


def won(workspace: str) -> list[tuple[str, str, int, str]]:
    rows = Reward.objects.filter(workspace_id=workspace, occasion__startswith="won:").order_by("id")
    return [(who(workspace, r.beneficiary_id), r.occasion, r.amount, r.state) for r in rows]


def who(workspace: str, person: Any) -> str:
    return Identity.objects.get(workspace_id=workspace, person_id=person, kind="customer_id").value


def run(workspace: str, day: float) -> int:
    return run_clock(workspace, now=START + int(day * DAY)).contests


WON = [
    ("ada", "won:2026-03:1", 10_000, "pending"),
    ("cid", "won:2026-03:2", 2_000, "issued"),
    ("bea", "won:2026-03:3", 2_000, "issued"),
]


def test_a_contest_is_closed_once_when_its_time_has_come(database: Database) -> None:
    workspace = a_workspace(PRIZES)
    tell(workspace, a_month())
    assert (run(workspace, APRIL + 1), won(workspace)) == (0, [])
    four_clocks = at_once(*[lambda: close_contests(workspace, now=START + (APRIL + 2) * DAY, actor="clock")] * 4)
    assert (sorted(four_clocks, key=str), won(workspace)) == ([0, 0, 0, 1], WON)
    assert (run(workspace, APRIL + 2), won(workspace)) == (0, WON)
    program = Program.objects.get(workspace_id=workspace).id.hex
    assert Counter.objects.get(workspace_id=workspace, key=f"contest:{program}:2026-03").used == 1
    tell(workspace, [refund("o4", 60), refund("o2", 60)])
    run(workspace, 61)
    assert [row[3] for row in won(workspace)][:3] == ["issued"] * 3, "a refund after the close takes no prize back"
    assert [row[:2] for row in won(workspace)][3:] == []
    second = Reward.objects.get(workspace_id=workspace, occasion="won:2026-03:2")
    held = good(reserve(Wanted(second.beneficiary_id.hex, "EUR", 500, "c1"), asked=asked(workspace, 62)))
    good(release(held.id, asked=asked(workspace, 62)))
    first = Reward.objects.get(workspace_id=workspace, occasion="won:2026-03:1").id.hex
    good(cancel(first, asked=asked(workspace, 62)))
    good(undo(first, asked=asked(workspace, 62)))
    assert won(workspace) == WON, "neither does a checkout that lets go, and what a person cancelled can be undone"
    assert run(workspace, APRIL + 30 + 2) == 1
    assert won(workspace)[3][:2] == ("eve", "won:2026-04:1")
    assert prove_ledger(workspace) == [], "closed again from the log, the books are the same"


def test_the_explanation_of_a_prize_says_the_place_and_by_what(database: Database) -> None:
    workspace = a_workspace(PRIZES.replace("wait_days: 2", "wait_days: 2, by: value, least: 5.00"))
    tell(workspace, a_month())
    run(workspace, APRIL + 2)
    reward = Reward.objects.get(workspace_id=workspace, rule="first")
    with reading() as session:
        found = explanations_of(session, workspace, f"rwd_{reward.id.hex}")
    (told,) = as_json(found)["rewards"]
    assert told["won"] == {
        "program": "most-friends",
        "period": "2026-03",
        "place": 1,
        "of": 3,
        "figure": 2_000,
        "unit": "EUR",
    }
    assert "Place 1 of 3 in the contest of 2026-03, by orders of 20.00 EUR." in as_words(found)


def test_who_is_suspended_has_no_place_and_a_prize_without_budget_is_a_finding(database: Database) -> None:
    workspace = a_workspace(PRIZES + "budget: {total: 26.00}\n")
    tell(workspace, a_month())
    ada = next(a for a in Advocate.objects.filter(workspace_id=workspace) if who(workspace, a.person_id) == "ada")
    good(suspend(ada.id.hex, asked=asked(workspace, 20), note="cheats"))
    run(workspace, APRIL + 2)
    assert [row[:3] for row in won(workspace)] == [("bea", "won:2026-03:2", 2_000)]
    (finding,) = Finding.objects.filter(workspace_id=workspace, kind="prize_not_given")
    assert '"why":"budget_exhausted"' in finding.detail


def test_while_the_program_is_paused_nothing_is_closed_and_what_waits_longer_is_not_lost(database: Database) -> None:
    workspace = a_workspace(PRIZES.replace("wait_days: 2", "wait_days: 40"))
    tell(workspace, a_month())
    apply_program(PRIZES, workspace=workspace, now=START + 41 * DAY, actor="olga")
    program = Program.objects.get(workspace_id=workspace).id.hex
    pause_program(program, asked=asked(workspace, 60))
    assert run(workspace, APRIL + 33) == 0
    resume_program(program, asked=asked(workspace, 65))
    assert (run(workspace, APRIL + 35), [row[1] for row in won(workspace)]) == (1, ["won:2026-04:1"])
    assert (run(workspace, APRIL + 42), [row[:3] for row in won(workspace)][1:]) == (1, [row[:3] for row in WON])


@only_sqlite
def test_a_backtest_gives_the_same_prizes_as_they_were_and_closed_by_itself(database: Database) -> None:
    workspace = a_workspace(PRIZES)
    history = a_month()
    tell(workspace, [event for event in history if event["id"] != "signup-f6"][:-1])
    program = Program.objects.get(workspace_id=workspace).id.hex
    good(pause_program(program, asked=asked(workspace, APRIL + 1)))
    good(resume_program(program, asked=asked(workspace, APRIL + 2)))
    assert run(workspace, APRIL + 2) == 1, "what was over while it was paused is closed then"
    tell(workspace, [refund("o1", 34), *friend_buys("f6", 40, ("o6", 1_000, "EUR"), by="eve")])
    found = backtest_log(workspace, Trial(PRIZES), against=Trial(LIVE))
    assert found.against is not None
    told = {key: tuple(sums) for key, sums in found.result.sums.rewards.items()}
    assert told == {key: tuple(sums) for key, sums in found.against.sums.rewards.items()}
    assert found.not_replayed == {}
    live = [
        (r["side"], r["kind"], r["currency"], r["state"], r["count"], r["value_minor"])
        for r in report(workspace, "most-friends")["rewards"]
    ]
    assert sorted((*key, *sums) for key, sums in told.items()) == live


def test_a_file_of_events_is_told_with_its_contest() -> None:
    lines = [
        (n, {"at": iso(START + event["after"] * SECOND), **{k: v for k, v in event.items() if k != "after"}})
        for n, event in enumerate(a_month())
    ]
    found = backtest_lines(Trial(PRIZES), lambda: lines)
    costs = {(kind, unit): minor for (_, kind, unit), minor in found.result.sums.cost.items()}
    assert costs[("gift_card", "EUR")] == 10_000
