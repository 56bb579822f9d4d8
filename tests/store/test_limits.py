"""At a cap, a budget and a milestone several writers at once give what is there, and never one minor unit more."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from passaparola.actions.events.record import Submission, record_submissions
from passaparola.store.session import Conflict
from passaparola.store.write import plan as writing
from tests.databases import Database, only_postgres
from tests.histories import a_workspace
from tests.ledger_clean import assert_books_balance
from tests.races import at_once
from tests.store.telling import GIVE_FIVE, NOW, arrivals, has, order, query, signup, tell

ROUNDS = 50
WRITERS = 2
EACH_ORDER = GIVE_FIVE.replace("first_purchase", "purchase")
ONE_SIDED = EACH_ORDER.replace("  - {side: friend, kind: store_credit, amount: 5.00}\n", "")
BUDGET = ONE_SIDED + "budget: {total: 15.00}\n"
CAP = ONE_SIDED + "caps: [{per: advocate, metric: value, max: 17.00, policy: clip}]\n"
COUNT = ONE_SIDED + "caps: [{per: advocate, metric: count, max: 3}]\n"
MILESTONE = """
program: give-five
name: Every two
currency: EUR
trigger: first_purchase
rewards:
  - {id: two, side: advocate, kind: store_credit, amount: 5.00, structure: {kind: milestone, every: 2}}
"""


def race(workspace: str, round_: int, friends: int = 4) -> None:
    """Each writer tells of its own friends of one advocate, all at one moment. Every event is recorded in the end."""
    advocate = f"ada{round_}"
    tell(
        workspace, signup(f"{advocate}-first", referred_by=advocate)
    )  # so that the writers meet at the counter and not before

    def writer(number: int) -> Callable[[], None]:
        mine = [f"{advocate}-{number}-{n}" for n in range(friends)]
        given = [Submission(arrivals(order(f, f"o-{f}", referred_by=advocate))) for f in mine]

        def run() -> None:
            waiting: Sequence[Submission] = given
            for _ in range(20):
                answers = record_submissions(waiting, workspace=workspace)
                waiting = [s for s, a in zip(waiting, answers, strict=True) if a.failed]
                if not waiting:
                    return
            raise AssertionError("never recorded")

        return run

    outcomes = at_once(*(writer(n) for n in range(WRITERS)))
    assert outcomes == [None] * WRITERS


def given_to(workspace: str, round_: int) -> int:
    return has(workspace, f"ada{round_}").get("EUR", 0)


@pytest.mark.parametrize(
    ("document", "most"), [(CAP, 1_700), (COUNT, 1_500)], ids=["a cap on value, clipped", "a cap on the number"]
)
def test_writers_at_a_cap_give_exactly_what_is_left(database: Database, document: str, most: int) -> None:
    workspace = a_workspace(document)
    for round_ in range(ROUNDS):
        race(workspace, round_)
        assert given_to(workspace, round_) == most, f"round {round_}"
    assert_counters_are_sums(workspace)
    assert_books_balance(workspace)


def test_a04_writers_at_the_budget_give_exactly_what_is_left(database: Database) -> None:
    """Each round has a budget of its own, in a workspace of its own."""
    workspaces = [a_workspace(BUDGET, slug=f"round-{round_}") for round_ in range(ROUNDS)]
    for round_, workspace in enumerate(workspaces):
        race(workspace, round_)
        assert given_to(workspace, round_) == 1_500, f"round {round_}"
        assert_counters_are_sums(workspace)
    assert_books_balance(workspaces[-1])


def test_writers_at_a_milestone_give_each_once(database: Database) -> None:
    workspace = a_workspace(MILESTONE)
    for round_ in range(ROUNDS):
        race(workspace, round_, friends=3)
        assert given_to(workspace, round_) == 3 * 500, f"round {round_}: six friends are three times two"
    ((most,),) = query("SELECT MAX(used) FROM store_counter WHERE key LIKE 'count:%%'")
    assert most == 6
    assert_books_balance(workspace)


def test_what_is_taken_back_by_one_writer_can_be_given_by_another(database: Database) -> None:
    """A refund frees room while others ask for it: the budget is never passed, and nothing is lost."""
    workspace = a_workspace(BUDGET)
    tell(workspace, *(order(f"ben{n}", f"o{n}", referred_by="ada") for n in range(3)))
    refund = {"id": "r", "type": "refund", "at": arrivals(order("x", "y"))[0].event.at, "order": "o0"}
    refund["at"] = "2026-03-06T09:00:00Z"
    asking = [lambda n=n: tell(workspace, order(f"cleo{n}", f"c{n}", referred_by="ada")) for n in range(2)]
    outcomes = at_once(*asking, lambda: tell(workspace, refund))
    assert all(not isinstance(o, Exception) for o in outcomes), outcomes
    assert has(workspace, "ada")["EUR"] in (1_000, 1_500)
    tell(workspace, signup("cleo0", day=3))
    assert has(workspace, "ada") == {"EUR": 1_500}
    assert_counters_are_sums(workspace)
    assert_books_balance(workspace)


def test_writers_that_touch_the_same_rows_in_opposite_order_do_not_deadlock(database: Database) -> None:
    """The plan sorts what it writes: two writers with the same friends and advocates, told in opposite order."""
    workspace = a_workspace(
        BUDGET.replace("15.00", "100000.00") + "caps: [{per: advocate, metric: value, max: 90000.00}]\n"
    )
    for round_ in range(ROUNDS // 2):
        events = [order(f"ben{n}", f"o-{round_}-{n}", referred_by=f"ada{n}") for n in range(8)]
        writers = [lambda e=e: tell(workspace, *e) for e in (events, events[::-1])]
        outcomes = at_once(*writers)
        told = [outcome for found in outcomes if not isinstance(found, Exception) for outcome in found]
        assert sorted(told) == ["duplicate"] * 8 + ["recorded"] * 8
    assert_counters_are_sums(workspace)
    assert_books_balance(workspace)


# -- planted mutants ----------------------------------------------------------------------------------------------------------


@only_postgres
def test_a_counter_without_its_guard_gives_too_much_and_is_caught(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Mutant: the counter is moved whatever it says, and has no ceiling. (On SQLite a writer reads when it is alone already.)"""
    real = writing.Plan.move
    monkeypatch.setattr(writing.Plan, "move", lambda plan, move: real(plan, replace(move, ceiling=None)))
    workspace = a_workspace(CAP)

    def given(round_: int) -> int:
        race(workspace, round_)
        return given_to(workspace, round_)

    assert any(given(n) > 1_700 for n in range(30)), "thirty rounds without the guard were all right: they do not race"


def test_counters_that_are_not_moved_are_caught(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mutant: caps and budgets are only read."""
    workspace = a_workspace(BUDGET)
    monkeypatch.setattr(writing, "_move_counters", lambda *_: None)
    for n in range(4):
        tell(workspace, order(f"ben{n}", f"o{n}", referred_by="ada"))
    assert has(workspace, "ada")["EUR"] > 1_500
    with pytest.raises(AssertionError):
        assert_counters_are_sums(workspace)


def test_a_counter_that_another_writer_filled_is_a_conflict(database: Database) -> None:
    """The guard itself: two plans made from the same reading, the second does not fit any more."""
    from passaparola.domain.rewards.limits import CounterMove
    from passaparola.store import session as sessions

    workspace = a_workspace(BUDGET)

    def spend(amount: int, ceiling: int | None = 1_500) -> None:
        with sessions.writing() as session:
            plan = writing.Plan(workspace, at=NOW)
            plan.move(CounterMove("budget:x:EUR", amount, ceiling))
            writing.write(session, plan)

    spend(1_000)
    spend(500)
    with pytest.raises(Conflict):
        spend(1)
    with pytest.raises(Conflict):
        spend(-1_501)
    spend(-500)
    assert query("SELECT used FROM store_counter WHERE key = 'budget:x:EUR'") == [(1_000,)]


def assert_counters_are_sums(workspace: str) -> None:
    """Each budget's and each cap's counter says what the rewards' net adds up to, and is not above its ceiling."""
    nets = query(
        "SELECT 'budget', '', SUM(amount - reversed), 0 FROM store_reward WHERE workspace_id = %(ws)s::uuid AND state IN"
        " ('pending', 'issued', 'redeemed', 'expired') UNION ALL SELECT 'cap', CAST(beneficiary_id AS text), SUM(amount - reversed),"
        " SUM(CASE WHEN amount > reversed THEN 1 ELSE 0 END) FROM store_reward WHERE workspace_id = %(ws)s::uuid AND state IN"
        " ('pending', 'issued', 'redeemed', 'expired') GROUP BY beneficiary_id",
        ws=workspace,
    )
    sums = {
        (kind, str(person).replace("-", "")): (int(value or 0), int(number)) for kind, person, value, number in nets
    }
    for key, used, ceiling in query(
        "SELECT key, used, ceiling FROM store_counter WHERE workspace_id = %(ws)s::uuid", ws=workspace
    ):
        kind, *parts = key.split(":")
        person = parts[2] if kind == "cap" else ""
        value, number = sums.get((kind, person), (0, 0))
        assert used == (number if parts[-1] == "#" else value), (key, used)
        assert ceiling is None or used <= ceiling
    assert kinds_of_counters(workspace) or not nets[0][2]


def kinds_of_counters(workspace: str) -> set[str]:
    return {
        key.split(":")[0]
        for (key,) in query("SELECT key FROM store_counter WHERE workspace_id = %(ws)s::uuid", ws=workspace)
    }
