"""Tiers, streaks, recurring and staged rewards in the database: writers at once, merges, the books, the replay of the log."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from passaparola.actions.events.record import Submission, record_submissions
from passaparola.actions.ledger.replay import verify_replay
from passaparola.actions.people.merge import merge
from passaparola.actions.rehearsal.backtest import LIVE, Trial, backtest_log
from passaparola.actions.rewards.operate import approve, deny
from passaparola.domain.instant import DAY
from passaparola.store import session as sessions
from passaparola.store.write import plan as writing
from tests.databases import Database, only_postgres
from tests.histories import START, a_workspace
from tests.ledger_clean import assert_books_balance
from tests.races import at_once
from tests.shops import asked, good
from tests.store.telling import arrivals, has, order, person, query, referral, signup, tell

HEAD = """
program: give-five
name: By structure
currency: EUR
timezone: Europe/Rome
trigger: {trigger}
rewards:
  - {{id: each, side: advocate, kind: store_credit, {what}}}
"""
TIERS = "tiers: [{at: 1, amount: 10.00}, {at: 3, amount: 15.00}, {at: 6, amount: 25.00}]"
TIER = HEAD.format(trigger="first_purchase", what=f"structure: {{kind: tier, {TIERS}}}")
RETROACTIVE = HEAD.format(trigger="first_purchase", what=f"structure: {{kind: tier, retroactive: true, {TIERS}}}")
BY_VALUE = HEAD.format(
    trigger="purchase",
    what="structure: {kind: tier, by: value, retroactive: true, tiers: [{at: 0, percent: 5}, {at: 50.00, percent: 10}]}",
)
PACE = HEAD.format(
    trigger="first_purchase", what="amount: 30.00, structure: {kind: frequency, every: 3, within_days: 30}"
)
RECURRING = HEAD.format(trigger="purchase", what="percent: 20, structure: {kind: recurring, periods: 3}")
STAGED = HEAD.format(
    trigger="purchase",
    what="amount: 1000.00, structure: {kind: staged, parts: [{stage: lead, percent: 10}, {stage: meeting, percent: 20},"
    " {stage: contract, percent: 70}]}",
)
ROUNDS = 6


def friends_of(advocate: str, number: int, day: float = 2, start: int = 0, minor: int = 1_000) -> list[dict[str, Any]]:
    names = [f"{advocate}-{n}" for n in range(start, start + number)]
    return [order(name, f"o-{name}", day=day, minor=minor, referred_by=advocate) for name in names]


def refund(key: str, day: float = 5, minor: int | None = None) -> dict[str, Any]:
    told: dict[str, Any] = {"id": f"r-{key}", "type": "refund", "at": order("x", "x", day=day)["at"], "order": key}
    return told | ({"amount_minor": minor, "currency": "EUR"} if minor else {})


def race(workspace: str, advocate: str, writers: int = 2, friends: int = 4) -> None:
    tell(workspace, signup(f"{advocate}-first", referred_by=advocate))

    def writer(number: int) -> Callable[[], None]:
        mine = friends_of(advocate, friends, start=10 * number)

        def run() -> None:
            waiting: Sequence[Submission] = [Submission(arrivals(event)) for event in mine]
            for _ in range(40):
                answers = record_submissions(waiting, workspace=workspace)
                waiting = [s for s, a in zip(waiting, answers, strict=True) if a.failed]
                if not waiting:
                    return
            raise AssertionError("never recorded")

        return run

    outcomes = at_once(*(writer(n) for n in range(writers)))
    assert outcomes == [None] * writers


@pytest.mark.parametrize(("document", "earned"), [(TIER, 14_000), (RETROACTIVE, 20_000), (PACE, 6_000)])
def test_two_writers_are_never_both_the_third(database: Database, document: str, earned: int) -> None:
    workspace = a_workspace(document)
    for round_ in range(ROUNDS):
        race(workspace, f"ada{round_}")
        assert has(workspace, f"ada{round_}") == {"EUR": earned}, f"round {round_}"
    assert_books_balance(workspace)


@only_postgres
def test_a_count_that_is_not_compared_lets_two_be_the_third_and_is_caught(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Mutant: counters move, whatever they were when they were read."""
    real = writing.Plan.move
    monkeypatch.setattr(writing.Plan, "move", lambda plan, move: real(plan, replace(move, exact=False)))
    workspace = a_workspace(TIER)

    def given(advocate: str) -> int:
        race(workspace, advocate)
        return has(workspace, advocate)["EUR"]

    assert any(given(f"ada{n}") != 14_000 for n in range(40)), "forty rounds were all right: they do not race"


def test_tiers_follow_the_number_of_friends_and_refunds_move_nobody_else(database: Database) -> None:
    workspace = a_workspace(TIER)
    for n, earned in enumerate((1_000, 2_000, 3_500, 5_000, 6_500, 9_000)):
        tell(workspace, *friends_of("ada", 1, start=n))
        assert has(workspace, "ada") == {"EUR": earned}
    tell(workspace, refund("o-ada-0"))
    assert has(workspace, "ada") == {"EUR": 8_000}
    standing = referral(workspace, "ada-5")[3].standing
    assert standing is not None
    assert standing.numbers == {person(workspace, "ada"): 6}
    tell(workspace, *friends_of("ada", 1, start=6))
    assert has(workspace, "ada") == {"EUR": 10_500}
    assert_books_balance(workspace)
    assert verify_replay(workspace) == []


@pytest.mark.parametrize("at_a_time", [1, 20])
def test_retroactive_tiers_top_up_and_come_back_exactly(database: Database, at_a_time: int) -> None:
    workspace = a_workspace(RETROACTIVE)
    told = [*friends_of("ada", 7), refund("o-ada-0"), refund("o-ada-6"), *friends_of("ada", 2, start=7, day=6)]
    for start in range(0, len(told), at_a_time):
        tell(workspace, *told[start : start + at_a_time])
    assert has(workspace, "ada") == {"EUR": 7 * 2_500}
    assert_books_balance(workspace)
    assert verify_replay(workspace) == []


def test_tiers_by_value_are_a_share_of_all_that_is_left(database: Database) -> None:
    workspace = a_workspace(BY_VALUE)
    tell(workspace, *friends_of("ada", 4))
    assert has(workspace, "ada") == {"EUR": 200}
    tell(workspace, *friends_of("ada", 2, start=4))
    assert has(workspace, "ada") == {"EUR": 600}
    tell(workspace, refund("o-ada-0", minor=500))
    assert has(workspace, "ada") == {"EUR": 550}
    tell(workspace, refund("o-ada-5"))
    assert has(workspace, "ada") == {"EUR": 275}, "the fifth order came in the second tier, and stays in it"
    assert_books_balance(workspace)
    assert verify_replay(workspace) == []


def test_a_friend_keeps_the_number_when_advocates_and_friends_turn_out_to_be_one(database: Database) -> None:
    workspace = a_workspace(RETROACTIVE)
    tell(workspace, *friends_of("ada", 2), *friends_of("eve", 1))
    good(merge(person(workspace, "ada"), duplicate=person(workspace, "eve"), asked=asked(workspace, 10)))
    assert_books_balance(workspace)
    tell(workspace, *friends_of("ada", 1, start=2, day=11))
    assert sum(has(workspace, name).get("EUR", 0) for name in ("ada", "eve")) == 4 * 1_500
    good(merge(person(workspace, "ada-0"), duplicate=person(workspace, "ada-1"), asked=asked(workspace, 12)))
    assert sum(has(workspace, name).get("EUR", 0) for name in ("ada", "eve")) == 3 * 1_500
    assert_books_balance(workspace)


@pytest.mark.parametrize(("last", "earned"), [(31.4, {"EUR": 3_000}), (32.5, {})])
def test_the_third_friend_on_day_thirty_pays_and_on_day_thirty_one_does_not(
    database: Database, last: float, earned: dict[str, int]
) -> None:
    """The first comes on day 1 at 09:00 or so; day 30 ends at the midnight after it."""
    workspace = a_workspace(PACE)
    tell(workspace, *friends_of("ada", 2, day=1), *friends_of("ada", 1, start=2, day=last), now=START + 40 * DAY)
    assert has(workspace, "ada") == earned
    assert_books_balance(workspace)


def test_the_times_of_streaks_are_one_statement_however_many_events_and_none_where_nothing_asks(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_for: list[str] = []
    real = sessions.Session.rows

    def rows(self: sessions.Session, statement: str, **values: Any) -> Any:
        if ("store_referral r" in statement and "'k'" in statement) or "$.k[3]" in statement:
            asked_for.append(statement)
        return real(self, statement, **values)

    paced, plain = a_workspace(PACE, slug="paced"), a_workspace(TIER, slug="plain")
    for workspace in (paced, plain):  # whoever is new has no friends that were counted
        tell(workspace, *friends_of("ada", 1))
    monkeypatch.setattr(sessions.Session, "rows", rows)
    tell(paced, *friends_of("ada", 30, start=1))
    assert len(asked_for) == 1
    tell(plain, *friends_of("ada", 30, start=1))
    assert len(asked_for) == 1


def test_three_invoices_are_three_commissions_and_a_cancellation_stops(database: Database) -> None:
    workspace = a_workspace(RECURRING.replace(", periods: 3", ""))
    bills = [order("ben", f"i{n}", day=2 + n, referred_by="ada") for n in range(4)]
    tell(workspace, *bills[:3])
    assert has(workspace, "ada") == {"EUR": 600}
    left = {"id": "left", "type": "stage", "stage": "cancelled", "at": order("x", "x", day=4.5)["at"], "person": "ben"}
    tell(workspace, left, bills[3])
    assert has(workspace, "ada") == {"EUR": 600}
    assert_books_balance(workspace)
    assert verify_replay(workspace) == []


def test_parts_are_paid_at_their_stages(database: Database) -> None:
    workspace = a_workspace(STAGED)
    paid = []
    for n, stage in enumerate(("lead", "meeting", "contract")):
        at = order("x", "x", day=2 + n)["at"]
        tell(workspace, {"id": stage, "type": "stage", "stage": stage, "at": at, "person": "ben", "referred_by": "ada"})
        paid.append(has(workspace, "ada")["EUR"])
    assert paid == [10_000, 30_000, 100_000]
    assert_books_balance(workspace)
    assert verify_replay(workspace) == []


def test_a_tier_counter_that_drifts_is_found(database: Database) -> None:
    workspace = a_workspace(RETROACTIVE)
    tell(workspace, *friends_of("ada", 3))
    assert query("SELECT used FROM store_counter WHERE key LIKE '%%earlier:each:3'") == [(2,)]
    with sessions.writing() as session:
        session.run("UPDATE store_counter SET used = used + 1 WHERE key LIKE '%%earlier:each:3'")
    with pytest.raises(AssertionError, match="a tier's counter has drifted"):
        assert_books_balance(workspace)


def stage_of(word: str, day: float) -> dict[str, Any]:
    return {
        "id": word, "type": "stage", "stage": word, "at": order("x", "x", day=day)["at"], "person": "ben", "referred_by": "ada"
    }  # fmt: skip


def test_what_a_person_did_with_a_part_is_done_again_with_that_part(database: Database) -> None:
    """A part is known by the referral and its stage, which a replay and a backtest give other ids."""
    held = STAGED.replace("amount: 1000.00", "amount: 1000.00, hold_days: 30")
    workspace = a_workspace(held)
    tell(workspace, stage_of("lead", 2), stage_of("meeting", 3))
    parts: dict[str, str] = dict(
        query("SELECT occasion, id FROM store_reward WHERE workspace_id = %(ws)s::uuid", ws=workspace)
    )
    lead = next(key for occasion, key in parts.items() if occasion.endswith(":lead"))
    meeting = next(key for occasion, key in parts.items() if occasion.endswith(":meeting"))
    good(approve(lead, asked=asked(workspace, 5)))
    good(deny(meeting, asked=asked(workspace, 5)))
    assert_books_balance(workspace)
    assert verify_replay(workspace) == []
    found = backtest_log(workspace, Trial(LIVE), against=Trial(held))
    for outcome in (found.result, found.against):
        assert outcome is not None
        states = {state: count for (_, _, _, state), (count, _) in outcome.sums.rewards.items()}
        assert states == {"issued": 1, "denied": 1}
    assert found.not_replayed == {}


def test_a_stage_pays_a_part_in_one_program_only(database: Database) -> None:
    """The better program pays for the lead; the parts of the other go on with the meeting."""
    lead = HEAD.format(trigger="{kind: lead_stage, stage: lead}", what="amount: 7.00").replace("give-five", "for-leads")
    workspace = a_workspace(STAGED, f"{lead}precedence: 200\n")
    tell(workspace, stage_of("lead", 2), stage_of("meeting", 3))
    assert has(workspace, "ada") == {"EUR": 700 + 20_000}
    ((refusals,),) = query("SELECT refusals FROM store_referral WHERE refusals LIKE '%%another_program%%'")
    assert ":stage:lead" in refusals
    other = a_workspace(STAGED, f"{lead}precedence: 50\n", slug="other")
    tell(other, stage_of("lead", 2))
    assert has(other, "ada") == {"EUR": 10_000}
    assert_books_balance(workspace)
    assert verify_replay(workspace) == []
